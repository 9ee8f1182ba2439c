import Foundation
import ModelFiles
import Plimsoll
import Testing

/// Works in a folder of its own, which is gone after each test.
@Suite final class FileReaderTests {
  let folder: String

  init() throws {
    folder = FilePaths.join(NSTemporaryDirectory(), "plimsoll-" + UUID().uuidString)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = FilePaths.join(folder, name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test(arguments: [0, 1, 1 << 18, (1 << 18) + 1, 700_001])
  func aFileIsReadWhole(_ size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = try write("a.bin", bytes)
    #expect(try FileReader.read(path, limit: Bytes(size)) == bytes)
    #expect(try FileReader.readStart(of: path, Bytes(10)) == Array(bytes.prefix(10)))
    #expect(try FileReader.readStart(of: path, Bytes(0)).isEmpty)
  }

  @Test func aFilePastTheLimitIsRefused() throws {
    let path = try write("a.json", [1, 2, 3])
    let error = #expect(throws: FileError(path: path, problem: .tooLarge(limit: Bytes(2)))) {
      try FileReader.read(path, limit: Bytes(2))
    }
    #expect(error?.message == path + ": larger than 2 bytes, the most that is read")
  }

  @Test func whatIsNotAFileIsNamedForWhatItIs() throws {
    let file = try write("a.json", [])
    #expect(throws: FileError(path: folder, problem: .isFolder)) { try FileReader.read(folder, limit: .mib(1)) }
    for missing in [FilePaths.join(folder, "none"), FilePaths.join(file, "below"), file + "\u{0}", ""] {
      #expect(throws: FileError(path: missing, problem: .missing)) { try FileReader.read(missing, limit: .mib(1)) }
      #expect(throws: FileError(path: missing, problem: .missing)) { try FileReader.names(in: missing) }
      #expect(!FileReader.exists(missing))
    }
    #expect(throws: FileError(path: file, problem: .isNotFolder)) { try FileReader.names(in: file) }
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func aFileWithoutPermissionIsNamedSo() throws {
    let path = try write("a.json", [1])
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(throws: FileError(path: path, problem: .notPermitted)) { try FileReader.read(path, limit: .mib(1)) }
  }

  @Test func anyOtherFailureIsToldInTheSystemsWords() throws {
    let path = FilePaths.join(folder, "loop")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    let error = #expect(throws: FileError.self) { try FileReader.read(path, limit: .mib(1)) }
    guard case .unreadable(let text)? = error?.problem else {
      Issue.record("\(error?.message ?? "no error")")
      return
    }
    #expect(!text.isEmpty)
  }

  @Test func aFolderIsListedInTheOrderOfBytes() throws {
    for name in ["b.json", "a.json", ".hidden", "é", "B.json", String(repeating: "n", count: 255)] {
      _ = try write(name, [])
    }
    let names = [".hidden", "B.json", "a.json", "b.json", String(repeating: "n", count: 255), "é"]
    #expect(try FileReader.names(in: folder) == names)
  }

  @Test func filesAndFoldersAreToldApart() throws {
    let file = try write("a.json", [])
    #expect(FileReader.exists(file) && !FileReader.isDirectory(file))
    #expect(FileReader.exists(folder) && FileReader.isDirectory(folder))
    #expect(!FileReader.isDirectory(FilePaths.join(folder, "none")))
  }

  @Test(arguments: [
    ("a", "b", "a/b"), ("a/", "b", "a/b"), ("/", "b", "/b"), ("", "b", "b"), ("a", "", "a"), ("a", "/b", "/b"),
    ("a/b", "c/d", "a/b/c/d"),
  ])
  func pathsAreJoinedWithOneSlash(_ folder: String, _ name: String, _ path: String) {
    #expect(FilePaths.join(folder, name) == path)
  }

  @Test(arguments: [("a/b.json", "b.json"), ("b", "b"), ("a/b/", "b"), ("/", "/"), ("/a", "a"), ("", "")])
  func theLastNameOfAPathIsFound(_ path: String, _ name: String) {
    #expect(FilePaths.lastName(path) == name)
  }
}

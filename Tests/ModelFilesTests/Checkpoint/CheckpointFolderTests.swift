import Foundation
import Plimsoll
import Testing

@testable import ModelFiles

/// Checkpoints on a disk, their data holes.
@Suite struct CheckpointFolderTests {
  static let tensors = PublishedTensors.llama(
    hidden: 4096, width: 14_336, layers: 32, heads: 32, kvHeads: 8, head: 128, vocabulary: 128_256)

  private func tally(_ folder: TestFolder, naming file: String? = nil) throws -> CheckpointTally {
    guard case .headers(let tally, let differences) = try CheckpointFolder.read(folder.path, naming: file) else {
      Issue.record("no headers")
      return CheckpointTally()
    }
    #expect(differences == [])
    return tally
  }

  @Test("one file, and several with an index, hold the same", arguments: [1, 4, 97])
  func sharded(_ shards: Int) throws {
    let folder = try TestFolder()
    try StoredTensors.write(Self.tensors, shards: shards, into: folder.path)
    let tally = try self.tally(folder)
    #expect(tally.files == shards)
    #expect(tally.tensors == 32 * 9 + 3)
    #expect(tally.data == Bytes(16_060_522_496))
  }

  @Test func anIndexIsNotNeeded() throws {
    let folder = try TestFolder()
    try StoredTensors.write(Self.tensors, shards: 3, into: folder.path)
    try FileManager.default.removeItem(atPath: folder.file("model.safetensors.index.json"))
    #expect(try tally(folder).data == Bytes(16_060_522_496))
  }

  @Test func copiesBesideTheShardsAreNotRead() throws {
    let folder = try TestFolder()
    try StoredTensors.write(Self.tensors, shards: 2, into: folder.path)
    // Neither is a safetensors file: reading one would be an error.
    try folder.write("extra.safetensors", "nothing")
    try FileManager.default.createDirectory(atPath: folder.file("original"), withIntermediateDirectories: true)
    try folder.write("original/model.safetensors", "nothing")
    #expect(try tally(folder).data == Bytes(16_060_522_496))
  }

  @Test func aFileThatTheFolderDoesNotLoadStandsAlone() throws {
    let folder = try TestFolder()
    try StoredTensors.write(Self.tensors, shards: 2, into: folder.path)
    try StoredTensors.write([StoredTensor("a", [4])], to: folder.file("other.safetensors"))
    #expect(try tally(folder, naming: "other.safetensors").data == Bytes(8))
    #expect(try tally(folder, naming: "model-1-of-2.safetensors").data == Bytes(16_060_522_496))
  }

  @Test func aMissingFileOfTheIndexIsNamed() throws {
    let folder = try TestFolder()
    try StoredTensors.write(Self.tensors, shards: 3, into: folder.path)
    try FileManager.default.removeItem(atPath: folder.file("model-2-of-3.safetensors"))
    let error = #expect(throws: CheckpointError.self) { try CheckpointFolder.read(folder.path) }
    #expect(error?.code == "missing-shard")
    #expect(error?.message.contains("'model-2-of-3.safetensors' is not there") == true)
  }

  @Test func anIndexOfAnotherCheckpointIsNoticed() throws {
    let folder = try TestFolder()
    try StoredTensors.write(Self.tensors, shards: 2, into: folder.path)
    try StoredTensors.write(Array(Self.tensors.prefix(10)), to: folder.file("model-1-of-2.safetensors"))
    guard case .headers(_, let differences) = try CheckpointFolder.read(folder.path) else {
      Issue.record("no headers")
      return
    }
    #expect(differences == [IndexDifference(file: "model-1-of-2.safetensors", listed: 146, held: 10)])
  }

  struct Broken: CustomTestStringConvertible {
    var testDescription: String
    var start: [UInt8]
    var data = 0
    var words: [String]
  }

  static let broken: [Broken] = [
    Broken(testDescription: "empty", start: [], words: ["0 bytes, and its header alone needs 10"]),
    Broken(
      testDescription: "a pointer of LFS",
      start: Array("version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 4976698672\n".utf8),
      words: ["git lfs pull"]),
    Broken(
      testDescription: "cut in its header", start: StoredTensors.prefix(5000) + Array("{\"a\"".utf8), words: ["5008"]),
    Broken(
      testDescription: "cut in its data",
      start: StoredTensors.prefix(64) + StoredTensors.header([StoredTensor("a", [64])]).prefix(64), data: 100,
      words: ["no JSON"]),
    Broken(testDescription: "2^63", start: StoredTensors.prefix(1 << 63), data: 100, words: ["9223372036854775808"]),
  ]

  @Test("a broken file is named with what to do", arguments: broken)
  func refuse(_ broken: Broken) throws {
    let folder = try TestFolder()
    try StoredTensors.write(broken.start, data: broken.data, to: folder.file("model.safetensors"))
    let error = #expect(throws: CheckpointError.self) { try CheckpointFolder.read(folder.path) }
    #expect(error?.message.hasPrefix(folder.file("model.safetensors") + ": ") == true)
    for word in broken.words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
  }

  @Test func aDownloadThatIsNotCompleteIsNoticed() throws {
    let folder = try TestFolder()
    let header = StoredTensors.header([StoredTensor("a", [64])])
    let start = StoredTensors.prefix(UInt64(header.count)) + header
    try StoredTensors.write(start, data: 127, to: folder.file("model.safetensors"))
    let error = #expect(throws: CheckpointError.self) { try CheckpointFolder.read(folder.path) }
    #expect(error?.message.contains("\(start.count + 127) bytes, and its tensors end at \(start.count + 128)") == true)
  }

  @Test func whatIsNoFileOnADiskIsNotWaitedFor() throws {
    let folder = try TestFolder()
    #expect(mkfifo(folder.file("model.safetensors"), 0o600) == 0)
    let error = #expect(throws: CheckpointError.self) { try CheckpointFolder.read(folder.path) }
    #expect(error?.message.contains("is no file on a disk") == true)
    #expect(throws: CheckpointError.self) { try CheckpointFolder.read(folder.file("none")) }
    let other = try TestFolder()
    try FileManager.default.createDirectory(atPath: other.file("a.safetensors"), withIntermediateDirectories: true)
    #expect(throws: CheckpointError.self) { try CheckpointFolder.read(other.path) }
  }

  @Test func foldersWithoutSafetensorsAreTold() throws {
    let folder = try TestFolder()
    guard case .none = try CheckpointFolder.read(folder.path) else {
      Issue.record("not none")
      return
    }
    try folder.write("pytorch_model.bin", "x")
    guard case .pickled(["pytorch_model.bin"]) = try CheckpointFolder.read(folder.path) else {
      Issue.record("not pickled")
      return
    }
    let other = try TestFolder()
    try other.write("model.gguf", "GGUF")
    guard case .gguf = try CheckpointFolder.read(other.path) else {
      Issue.record("not GGUF")
      return
    }
  }

  /// The data are holes of 15 GiB in all: whoever read them would take seconds and as much memory.
  @Test func partsOfAFileAreRead() throws {
    let folder = try TestFolder()
    let path = folder.file("a")
    try StoredTensors.write(Array("0123456789".utf8), data: 1 << 33, to: path)
    let file = try OpenFile(path)
    var buffer: [UInt8] = [1, 2]
    #expect(file.size == Bytes(10 + 1 << 33))
    #expect(try file.read(Bytes(4), at: Bytes(3), into: &buffer) == 4)
    #expect(Array(buffer.prefix(4)) == Array("3456".utf8))
    #expect(try file.read(Bytes(100), at: file.size - Bytes(7), into: &buffer) == 7)
  }
}

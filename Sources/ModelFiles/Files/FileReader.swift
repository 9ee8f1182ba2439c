package import Plimsoll

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads files and folders: the one place of this target that talks to the system.
package enum FileReader {
  /// Everything in a file, unless it is larger than `limit`.
  ///
  /// Pipes and devices are read to their end as well, so the size is judged by what arrives.
  package static func read(_ path: String, limit: Bytes) throws(FileError) -> [UInt8] {
    let most = limit.count == .max ? limit : Bytes(limit.count + 1)
    let result = try readStart(of: path, most)
    guard result.count <= limit.count else { throw FileError(path: path, problem: .tooLarge(limit: limit)) }
    return result
  }

  /// The first bytes of a file, fewer than asked for if it ends before.
  package static func readStart(of path: String, _ amount: Bytes) throws(FileError) -> [UInt8] {
    let descriptor = try openFile(path)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError(path: path, problem: .isFolder) }

    var result: [UInt8] = []
    let chunk = 1 << 18
    result.reserveCapacity(max(0, min(Int(status.st_size), amount.count)))
    var buffer = [UInt8](repeating: 0, count: max(1, min(chunk, amount.count)))
    while result.count < amount.count {
      let wanted = min(buffer.count, amount.count - result.count)
      let got = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, wanted) }
      if got < 0 {
        if errno == EINTR { continue }
        throw failure(path, errno)
      }
      if got == 0 { break }
      result.append(contentsOf: buffer[..<got])
    }
    return result
  }

  /// Hands over a file, pipe or device part by part, to its end.
  package static func stream(_ path: String, _ body: (UnsafeRawBufferPointer) -> Void) throws(FileError) {
    let descriptor = try openFile(path)
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 19)
    while true {
      let got = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if got < 0 {
        if errno == EINTR { continue }
        throw failure(path, errno)
      }
      if got == 0 { return }
      buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
    }
  }

  /// Whether there is anything at a path that can be seen.
  package static func exists(_ path: String) -> Bool { mode(path) != nil }

  package static func isDirectory(_ path: String) -> Bool {
    if let mode = mode(path) { mode & S_IFMT == S_IFDIR } else { false }
  }

  /// The names in a folder, hidden ones too, in the order of their bytes.
  package static func names(in folder: String) throws(FileError) -> [String] {
    guard !hasNul(folder) else { throw FileError(path: folder, problem: .missing) }
    guard let stream = opendir(folder) else {
      let code = errno
      throw code == ENOTDIR && exists(folder) ? FileError(path: folder, problem: .isNotFolder) : failure(folder, code)
    }
    defer { closedir(stream) }
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw failure(folder, errno) }
        break
      }
      // The record ends with its name, so it is not copied as the larger struct it is declared as.
      let start = UnsafeRawPointer(entry) + offset
      let name = String(cString: start.assumingMemoryBound(to: CChar.self))
      if name != "." && name != ".." { names.append(name) }
    }
    return names.ordered { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

extension FileReader {
  static func openFile(_ path: String) throws(FileError) -> Int32 {
    guard !hasNul(path) else { throw FileError(path: path, problem: .missing) }
    while true {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      if descriptor >= 0 { return descriptor }
      if errno != EINTR { throw failure(path, errno) }
    }
  }

  static func systemRead(_ descriptor: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Darwin)
      Darwin.read(descriptor, start, count)
    #elseif canImport(Musl)
      Musl.read(descriptor, start, count)
    #else
      Glibc.read(descriptor, start, count)
    #endif
  }

  private static func mode(_ path: String) -> mode_t? {
    var status = stat()
    return !hasNul(path) && stat(path, &status) == 0 ? status.st_mode : nil
  }

  /// Whether C would see only the start of this path.
  private static func hasNul(_ path: String) -> Bool { path.utf8.contains(0) }

  static func failure(_ path: String, _ code: Int32) -> FileError {
    switch code {
    // ENOTDIR: a part of the path before the last is a file, so there is nothing at the path.
    case ENOENT, ENOTDIR: FileError(path: path, problem: .missing)
    case EISDIR: FileError(path: path, problem: .isFolder)
    case EACCES, EPERM: FileError(path: path, problem: .notPermitted)
    default: FileError(path: path, problem: .unreadable(String(cString: strerror(code))))
    }
  }
}

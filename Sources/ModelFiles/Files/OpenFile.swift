package import Plimsoll

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of which parts are read, closed at the end of its life.
package struct OpenFile: ~Copyable {
  package let path: String
  /// How long the file is.
  package let size: Bytes
  private let descriptor: Int32

  /// Opens a file on a disk; a pipe or a device has no parts and is an error.
  package init(_ path: String) throws(FileError) {
    guard !path.utf8.contains(0) else { throw FileError(path: path, problem: .missing) }
    // A pipe would wait here for one that writes.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileReader.failure(path, errno) }
    var status = stat()
    let code = fstat(descriptor, &status) == 0 ? 0 : errno
    guard code == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      if code != 0 { throw FileReader.failure(path, code) }
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw FileError(path: path, problem: isFolder ? .isFolder : .unreadable("is no file on a disk"))
    }
    self.path = path
    self.descriptor = descriptor
    size = Bytes(Int(status.st_size))
  }

  deinit { close(descriptor) }

  /// Puts up to `count` bytes from `offset` on at the start of `buffer`, which grows where it is shorter.
  ///
  /// - Returns: How many there were.
  package func read(
    _ count: Bytes, at offset: Bytes, into buffer: inout [UInt8]
  ) throws(FileError) -> Int {
    if buffer.count < count.count { buffer = [UInt8](repeating: 0, count: count.count) }
    var done = 0
    while done < count.count {
      let got = buffer.withUnsafeMutableBytes { bytes in
        pread(descriptor, bytes.baseAddress.map { $0 + done }, count.count - done, off_t(offset.count + done))
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw FileReader.failure(path, errno)
      }
      if got == 0 { break }
      done += got
    }
    return done
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A pipe or device that may stay open, read as it comes.
package struct FileStream: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  package init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = try FileReader.openFile(path)
  }

  deinit { close(descriptor) }

  /// What became of a wait.
  package enum Event { case part, nothing, end }

  /// Hands over the next part, if one comes in time.
  ///
  /// A signal that ends this process ends the wait too.
  package mutating func next(
    within seconds: Double, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(FileError) -> Event {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = poll(&wanted, 1, Int32(max(0, seconds) * 1000))
    guard !Interrupts.isPending else { return .end }
    // What poll cannot wait for, read can.
    if ready == 0 || ready < 0 && errno == EINTR { return .nothing }
    let got = buffer.withUnsafeMutableBytes { FileReader.systemRead(descriptor, $0.baseAddress, $0.count) }
    if got < 0 {
      if errno == EINTR || errno == EAGAIN { return .nothing }
      throw FileReader.failure(path, errno)
    }
    if got == 0 { return .end }
    buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
    return .part
  }
}

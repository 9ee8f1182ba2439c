#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Text on its way to a descriptor, kept until it is flushed so that a report is one write.
package struct Output: Sendable {
  package enum Sink: Sendable, Equatable {
    case descriptor(Int32)
    /// Keeps all that is written: for tests, and for text that is wanted whole.
    case memory
  }

  private let sink: Sink
  private var pending: [UInt8] = []
  /// False once the reader has gone: what is written then is dropped, quietly.
  package private(set) var isOpen = true

  package init(_ sink: Sink) { self.sink = sink }

  package static var standard: Output { Output(.descriptor(STDOUT_FILENO)) }
  package static var error: Output { Output(.descriptor(STDERR_FILENO)) }

  /// Whether so much is kept that a long list should be handed on.
  package var isLong: Bool { pending.count > 1 << 16 && sink != .memory }

  /// What has been written and not flushed.
  package var text: String { String(decoding: pending, as: UTF8.self) }

  package mutating func write(_ text: String) { if isOpen { pending.append(contentsOf: text.utf8) } }

  package mutating func line(_ text: String = "") {
    write(text)
    write("\n")
  }

  /// Hands everything to the descriptor, in as many writes as it takes.
  ///
  /// A reader that has gone (`EPIPE`) is no error: `isOpen` turns false.
  package mutating func flush() throws(OutputError) {
    guard case .descriptor(let descriptor) = sink, !pending.isEmpty else { return }
    defer { pending.removeAll(keepingCapacity: true) }
    var sent = 0
    while sent < pending.count {
      let written = pending.withUnsafeBytes { send(descriptor, UnsafeRawBufferPointer(rebasing: $0[sent...])) }
      if written >= 0 {
        sent += written
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
      case EPIPE:
        isOpen = false
        return
      case let number: throw OutputError(reason: String(cString: strerror(number)))
      }
    }
  }

  private func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  /// Makes a write to a closed pipe an error that `flush` sees, rather than the end of the process.
  package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}

/// Output that could not be written, to a full disk for example.
package struct OutputError: CommandFailure, Equatable, Sendable {
  package var reason: String
  package var code: String { "output-failed" }
  package var message: String { "cannot write the output: \(reason)" }
  package var suggestions: [String] { [] }
  /// EX_IOERR of sysexits.h.
  package var exitStatus: Int32 { 74 }
}

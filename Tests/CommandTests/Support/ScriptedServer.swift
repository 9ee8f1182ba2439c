import Foundation

/// A server on this machine that answers as a test tells it, faults included.
///
/// Each connection has one request and a thread of its own.
final class ScriptedServer: @unchecked Sendable {
  struct Request: Sendable {
    var path: String
    /// By their names in small letters.
    var headers: [String: String]
  }

  /// What is sent.
  enum Reply: Sendable {
    case answer(Int, headers: [String: String] = [:], body: [UInt8] = [])
    /// These bytes and no more, whatever they promise.
    case raw([UInt8], Ending)
    /// These bytes, and then others until the client goes away.
    case endless([UInt8])
  }

  enum Ending: Sendable {
    case close
    /// As when the server dies: the client sees "connection reset".
    case reset
    /// Nothing more, and the connection stays.
    case stall
  }

  let port: Int
  private let socket: Int32
  private let lock = NSLock()
  private let script: @Sendable (Request) -> Reply
  private var seen: [Request] = []
  private var sent = 0
  private var open: [Int32] = []
  private var isStopped = false

  /// - Parameter isIPv6: Whether it listens on `[::1]` in place of `127.0.0.1`.
  init(isIPv6: Bool = false, _ script: @escaping @Sendable (Request) -> Reply) throws {
    self.script = script
    let family = isIPv6 ? AF_INET6 : AF_INET
    #if canImport(Darwin)
      socket = Foundation.socket(family, SOCK_STREAM, 0)
    #else
      socket = Foundation.socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    #endif
    let descriptor = socket
    func listens<Address>(_ address: inout Address) -> Bool {
      var length = socklen_t(MemoryLayout<Address>.size)
      return withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0 && getsockname(descriptor, $0, &length) == 0
        }
      }
    }
    let bound: Bool
    if isIPv6 {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_addr = in6addr_loopback
      bound = listens(&address)
      port = Int(UInt16(bigEndian: address.sin6_port))
    } else {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      bound = listens(&address)
      port = Int(UInt16(bigEndian: address.sin_port))
    }
    guard bound else { throw CocoaError(.fileNoSuchFile) }
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        guard let self, !self.stopped else {
          close(connection)
          return
        }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        Thread.detachNewThread { self.serve(connection) }
      }
    }
  }

  deinit { stop() }

  var url: String { "http://127.0.0.1:\(port)" }
  /// All requests so far.
  var requests: [Request] { lock.withLock { seen } }
  var paths: [String] { requests.map(\.path) }
  /// The bytes of bodies that endless answers have sent.
  var sentBytes: Int { lock.withLock { sent } }
  private var stopped: Bool { lock.withLock { isStopped } }

  func stop() {
    let held = lock.withLock { () -> [Int32] in
      defer { (isStopped, open) = (true, []) }
      return isStopped ? [] : open + [socket]
    }
    for descriptor in held {
      shutdown(descriptor, Int32(SHUT_RDWR))
      close(descriptor)
    }
  }

  private func serve(_ connection: Int32) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 8192)
    while bytes.count < 1 << 20, !String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") {
      let got = recv(connection, &buffer, buffer.count, 0)
      guard got > 0 else {
        close(connection)
        return
      }
      bytes += buffer[..<got]
    }
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    var request = Request(path: lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? "", headers: [:])
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { request.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    lock.withLock { seen.append(request) }
    switch script(request) {
    case .answer(let status, var headers, let body):
      headers["Content-Length"] = headers["Content-Length"] ?? String(body.count)
      headers["Connection"] = "close"
      let head = headers.map { "\($0.key): \($0.value)\r\n" }.sorted().joined()
      write(connection, Array("HTTP/1.1 \(status) Said\r\n\(head)\r\n".utf8) + body)
      finish(connection)
    case .raw(let bytes, let ending):
      write(connection, bytes)
      switch ending {
      case .close: finish(connection)
      case .reset:
        // The client gets to see what was sent first.
        usleep(100_000)
        var linger = Foundation.linger(l_onoff: 1, l_linger: 0)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Foundation.linger>.size))
        close(connection)
      case .stall: lock.withLock { open.append(connection) }
      }
    case .endless(let head):
      write(connection, head)
      let zeros = [UInt8](repeating: 0x20, count: 1 << 16)
      var count = 0
      while count < 256 << 20, write(connection, zeros) {
        count += zeros.count
        lock.withLock { sent += zeros.count }
      }
      finish(connection)
    }
  }

  private func finish(_ connection: Int32) {
    shutdown(connection, Int32(SHUT_WR))
    // What the client still sends is read, so that the end of the stream is no reset.
    var rest = [UInt8](repeating: 0, count: 1024)
    while recv(connection, &rest, rest.count, 0) > 0 {}
    close(connection)
  }

  @discardableResult
  private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var place = 0
    while place < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(connection, $0.baseAddress.map { $0 + place }, bytes.count - place, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      place += count
    }
    return true
  }
}

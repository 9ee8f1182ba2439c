#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that is run beside this one, with its standard streams in our hands.
enum Subprocess {
  enum Stream { case output, error }

  enum Failure: Error {
    /// There is no such program on PATH.
    case notFound
    case notStarted(String)
    /// A signal that ends this process has come; it acts once ``Interrupts/held(_:)`` returns.
    case interrupted
  }

  /// How the program ended.
  enum Ending: Hashable {
    case exited(Int32)
    case signalled(Int32)
    /// We ended it.
    case stopped
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - input: What it reads; it sees the end of its input afterwards.
  ///   - environment: All of its variables, as `NAME=VALUE`.
  ///   - take: What it wrote, as it comes. False ends the program.
  ///   - tick: Called at least every 50 ms. False ends the program.
  static func run(
    _ program: String, _ arguments: [String], environment: [String], input: [UInt8],
    take: (Stream, ArraySlice<UInt8>) -> Bool, tick: () -> Bool
  ) throws(Failure) -> Ending {
    let (stdin, childIn) = try pair()
    defer { close(stdin) }
    let (stdout, childOut) = try pairOr(close: childIn)
    defer { close(stdout) }
    let (stderr, childErr) = try pairOr(close: childIn, childOut)
    defer { close(stderr) }

    let child = spawn([program] + arguments, environment, streams: [childIn, childOut, childErr])
    for descriptor in [childIn, childOut, childErr] { close(descriptor) }
    let process: pid_t
    switch child {
    case .success(let number): process = number
    case .failure(let failure): throw failure
    }
    var isStopped = false
    let failure = exchange(input, stdin, [(.output, stdout), (.error, stderr)], take, tick, &isStopped)
    if isStopped || failure != nil { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    if let failure { throw failure }
    if isStopped { return .stopped }
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
  }

  /// Feeds the program and reads it until both its outputs are at their end.
  private static func exchange(
    _ input: [UInt8], _ stdin: Int32, _ outputs: [(Stream, Int32)], _ take: (Stream, ArraySlice<UInt8>) -> Bool,
    _ tick: () -> Bool, _ isStopped: inout Bool
  ) -> Failure? {
    var sent = 0
    if input.isEmpty { shutdown(stdin, Int32(SHUT_WR)) }
    var open = outputs
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while !open.isEmpty {
      var waiting = open.map { pollfd(fd: $0.1, events: Int16(POLLIN), revents: 0) }
      if sent < input.count { waiting.append(pollfd(fd: stdin, events: Int16(POLLOUT), revents: 0)) }
      let ready = poll(&waiting, nfds_t(waiting.count), 50)
      if Interrupts.isPending { return .interrupted }
      if !tick() {
        isStopped = true
        return nil
      }
      guard ready > 0 else { continue }
      if sent < input.count, waiting[open.count].revents != 0 {
        sent = feed(input, from: sent, to: stdin)
        // Its end is told apart from the descriptor's, which another process may hold as well.
        if sent == input.count { shutdown(stdin, Int32(SHUT_WR)) }
      }
      var left: [(Stream, Int32)] = []
      for (place, (stream, descriptor)) in open.enumerated() {
        guard waiting[place].revents != 0 else {
          left.append((stream, descriptor))
          continue
        }
        let got = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if got > 0 {
          if !take(stream, buffer[..<got]) {
            isStopped = true
            return nil
          }
          left.append((stream, descriptor))
        } else if got < 0, errno == EINTR || errno == EAGAIN {
          left.append((stream, descriptor))
        }
      }
      open = left
    }
    return nil
  }

  /// - Returns: How much has been sent; all of it where the program reads no more.
  private static func feed(_ input: [UInt8], from start: Int, to descriptor: Int32) -> Int {
    #if canImport(Darwin)
      let flags = Int32(MSG_DONTWAIT)
    #else
      let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    #endif
    let count = input.withUnsafeBytes { bytes in
      send(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start, flags)
    }
    if count >= 0 { return start + count }
    return errno == EINTR || errno == EAGAIN ? start : input.count
  }
}

extension Subprocess {
  /// Two ends of one stream. Sockets rather than pipes: they are closed in other programs from the first, a write to
  /// one that is closed need not be a signal, and an end of input can be sent.
  private static func pair() throws(Failure) -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    #endif
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .notStarted(String(cString: strerror(errno))) }
    #if canImport(Darwin)
      for end in ends {
        var yes: Int32 = 1
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        setsockopt(end, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
      }
    #endif
    return (ends[0], ends[1])
  }

  private static func pairOr(close open: Int32...) throws(Failure) -> (Int32, Int32) {
    do { return try pair() } catch {
      for descriptor in open { close(descriptor) }
      throw error
    }
  }

  /// Starts a program with these as its standard input, output and error, and with signals as they are at first.
  private static func spawn(
    _ words: [String], _ environment: [String], streams: [Int32]
  ) -> Result<pid_t, Failure> {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Where a standard stream of ours is closed, an end may have its number: all are moved out of the way first.
    let free = max(2, streams.max() ?? 2) + 1
    for (number, end) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, end, free + Int32(number))
    }
    for number in streams.indices {
      posix_spawn_file_actions_adddup2(&actions, free + Int32(number), Int32(number))
      posix_spawn_file_actions_addclose(&actions, free + Int32(number))
    }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var usual = sigset_t()
    sigemptyset(&usual)
    sigaddset(&usual, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

    var process: pid_t = 0
    let error = withStrings(words) { words in
      withStrings(environment) { environment in
        words[0].map { posix_spawnp(&process, $0, &actions, &attributes, words, environment) } ?? ENOMEM
      }
    }
    switch error {
    case 0: return .success(process)
    case ENOENT, EACCES, ENOTDIR: return .failure(.notFound)
    default: return .failure(.notStarted(String(cString: strerror(error))))
    }
  }

  /// Texts as C has them, with a null pointer at the end.
  private static func withStrings<T>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
    let copies = texts.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Signals that end this process, kept waiting while there is something to clear away first.
package enum Interrupts {
  private static var wanted: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, signal) }
    return set
  }

  /// Runs `body`, which asks ``isPending`` and returns soon when it is: what came in the meantime acts afterwards.
  ///
  /// No handler is set, so that the process ends by the signal itself and the shell shows 130 for Ctrl-C.
  static func held<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
    var set = wanted
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &set, &before)
    defer {
      // Also where whoever started this process left them blocked: one that came has stopped the work.
      if isPending { pthread_sigmask(SIG_UNBLOCK, &set, nil) }
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    return try body()
  }

  static var isPending: Bool {
    var set = sigset_t()
    guard sigpending(&set) == 0 else { return false }
    return [SIGINT, SIGTERM, SIGHUP].contains { sigismember(&set, $0) == 1 }
  }

  /// Waits, unless a signal comes that ends this process.
  ///
  /// - Returns: Whether the time has passed.
  package static func pause(_ seconds: Double) -> Bool {
    let end = SystemTime.seconds + seconds
    while true {
      if isPending { return false }
      let left = end - SystemTime.seconds
      guard left > 0 else { return true }
      _ = poll(nil, 0, Int32(min(left, 0.05) * 1000) + 1)
    }
  }
}

/// What time it is.
package enum SystemTime {
  /// Seconds from a point that does not move, for durations.
  package static var seconds: Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }

  /// Seconds since 1970.
  static var epoch: Int { time(nil) }
}

/// How long a transfer may take, and how often it is tried.
package struct TransferLimits: Hashable, Sendable {
  /// Seconds until a connection has to stand.
  package var connect = 10.0
  /// Seconds without a byte after which a transfer has stalled.
  package var stall = 15
  /// Seconds for one transfer in all.
  package var whole = 120
  /// Transfers at the same time.
  package var parallel = 32
  /// How often a transfer is tried.
  package var tries = 4
  /// Seconds before the second try; each further one waits twice as long.
  package var firstPause = 0.5
  /// Seconds that may be waited between tries, all in all; a hub that asks for more is not waited for.
  package var pauses = 20.0

  package init() {}
}

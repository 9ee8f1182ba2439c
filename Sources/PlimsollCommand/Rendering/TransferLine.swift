import CommandLineKit
import ModelFiles

/// One line on a terminal's standard error while files are read from afar, which goes away when they are.
struct TransferLine: Sendable {
  /// Seconds from which on a person wonders.
  static let patience = 0.5

  private let start = Hub.seconds

  var report: @Sendable (Int, Int) -> Void {
    { done, count in
      var err = Output.error
      if done >= count {
        guard Hub.seconds - start > Self.patience else { return }
        err.write("\r\u{1B}[K")
      } else if Hub.seconds - start > Self.patience {
        err.write("\r\u{1B}[Kreading the hub: \(done) of \(count) files")
      }
      try? err.flush()
    }
  }
}

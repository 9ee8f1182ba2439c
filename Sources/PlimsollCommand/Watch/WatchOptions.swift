import CommandLineKit

/// What `watch` is told.
struct WatchOptions {
  var metrics: MetricsSource?
  var plan: String?
  var interval: DurationArgument?
  var once = false
  var count: Int?
  var json = false
  var tokenFile: String?
  var certificates: String?
  var timeout: DurationArgument?
  var format: WatchFormat?
  var vllm: String?
  var noDriver = false

  static var sections: [Section<WatchOptions>] {
    [
      Section(
        "What to watch",
        [
          .option(
            "--metrics", to: \.metrics,
            help: "The server's metrics: an address, a saved page, a log, or '-' (http://localhost:8000/metrics)."),
          .option("--plan", to: \.plan, value: "FILE", help: "What 'fit --json' wrote of the deployment."),
          .flag("--no-driver", to: \.noDriver, help: "Leave the GPUs of this machine alone."),
        ]),
      Section(
        "How long",
        [
          .option("--interval", to: \.interval, help: "The time between two looks (5s)."),
          .flag("--once", to: \.once, help: "Look once; with --interval twice, that far apart, for rates."),
          .option("--count", to: \.count, help: "Stop after so many looks."),
        ]),
      Section(
        "How to reach it",
        [
          .option("--token-file", to: \.tokenFile, value: "FILE", help: "Send the token that FILE holds."),
          .option("--cacert", to: \.certificates, value: "FILE", help: "Trust the certificates in FILE."),
          .option("--timeout", to: \.timeout, help: "Give up a server that does not answer (10s)."),
        ]),
      Section(
        "Output",
        [
          .flag("--json", to: \.json, help: "One JSON document on standard output, or one a line and look."),
          .option("--format", to: \.format, help: "Write rules for Prometheus' alerts, and look at nothing."),
          .option("--vllm", to: \.vllm, value: "RELEASE", help: "The release that the rules are for (the plan's)."),
        ]),
    ]
  }

  /// - Throws: ``UsageError`` for what contradicts itself.
  func check() throws(UsageError) {
    func excludes(_ one: String, _ other: String) -> UsageError {
      UsageError(code: "options-exclude", message: "\(one) and \(other) exclude each other")
    }
    if once, count != nil { throw excludes("--once", "--count") }
    if format != nil, json { throw excludes("--json", "--format") }
    if format != nil, let metrics { throw excludes("--metrics \(metrics.shown)", "--format") }
    if let count, count < 1 { throw UsageError(code: "bad-value", message: "--count: at least 1 is needed") }
    if plan == "-", metrics?.place == .file("/dev/stdin") {
      throw UsageError(code: "two-inputs", message: "--plan and --metrics cannot both be standard input")
    }
    if format == nil, vllm != nil {
      throw UsageError(code: "missing-option", message: "--vllm says for which release --format writes rules")
    }
  }
}

/// In which form rules are written.
enum WatchFormat: String, CaseIterable, CommandValue, Sendable {
  case prometheusRules = "prometheus-rules"
}

import CommandLineKit
import EngineLogs
import ModelFiles
import Plimsoll

/// `plimsoll watch`: a running server held against its plan.
struct Watch: Command {
  static let name = "watch"
  static let summary = "Hold a running server against its plan: what binds it, and which flag to move."
  static let discussion = """
    The server's metrics are read, and the memory of its GPUs where they are this machine's. Without --plan it is said \
    what binds the engine; with it, by how much to move which flag, and where the server is not what was planned. On a \
    terminal one screen is kept up to date until Ctrl-C; a pipe gets a line a look. Exit status: 0, 1 a line was crossed \
    (KV-bound, seat-bound, prefill-bound, drifted), 2 wrong command line, 4 no metrics to read.
    """
  static let examples = [
    Example("plimsoll watch --plan plan.json", "the server on this machine, at vLLM's port 8000"),
    Example("plimsoll watch --metrics gpu-7:8000 --plan plan.json --once --json", "one look, for a script"),
    Example("plimsoll watch --metrics vllm.log --once", "the lines of statistics in a log"),
    Example("plimsoll watch --plan plan.json --format prometheus-rules > rules.yaml", "the same lines as alerts"),
  ]

  var options = WatchOptions()
  var displayOptions = DisplayOptions()
  var display: DisplayOptions { displayOptions }

  static var sections: [Section<Watch>] {
    WatchOptions.sections.map { $0.inside(\.options) } + [DisplayOptions.section.inside(\.displayOptions)]
  }

  func run(_ context: inout Context) throws -> Int32 {
    try options.check()
    let plan = try options.plan.map { path throws(InputFailure) in try SavedPlan.read(path) }
    if options.format != nil {
      context.out.write(PrometheusRules(metrics: try release(plan).metrics, plan: plan).text)
      return 0
    }
    var watching = Watching(source: options.metrics ?? .usual, options: options, plan: plan, display: displayOptions)
    return try watching.run(&context)
  }

  /// The release whose names of metrics the rules take.
  private func release(_ plan: SavedPlan?) throws -> EngineRelease {
    guard let name = options.vllm ?? plan?.release else { return .newest }
    switch EngineRelease.named(name) {
    case .found(let release): return release
    case .older(let oldest):
      throw InputFailure(
        code: "release-not-modelled", message: "vLLM \(name) is not modelled: the oldest release that is, is \(oldest)")
    case .notARelease:
      throw UsageError(
        code: "unknown-release",
        message: "--vllm: '\(name)' is no release of vLLM; give a number such as " + EngineRelease.newest.name)
    }
  }
}

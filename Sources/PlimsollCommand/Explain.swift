import CommandLineKit
import ModelFiles
import Plimsoll

/// `plimsoll explain`: how the answer of `fit` comes about.
struct Explain: Command {
  static let name = "explain"
  static let summary = "Show how an answer of 'fit' comes about: each formula with its numbers and its source in vLLM."
  static let discussion = """
    Takes what 'fit' takes. Each quantity stands with the formula that gives it, the same with numbers in bytes, and \
    the file and function of vLLM that decide it. Exit status: that of 'fit'.
    """
  static let examples = [
    Example("plimsoll explain Qwen/QwQ-32B --gpu a100-80gb --max-model-len 32768", "the whole tree"),
    Example("plimsoll explain llama-3.1-70b --gpu h100:4 --vllm 0.20.2 --json", "by an older release, as JSON"),
  ]

  @Boxed var fit = Fit()
  var display: DisplayOptions { fit.display }

  static var sections: [Section<Explain>] { Fit.sections.map { $0.inside(\.fit) } }

  static func read(_ words: [String]) throws(UsageError) -> Explain {
    var command = Explain()
    command.fit = try Fit.read(words)
    return command
  }

  func run(_ context: inout Context) throws -> Int32 {
    let request = try fit.request(context)
    let report = try FitReport(explaining: request)
    let options = request.options
    if options.json {
      context.out.line(ExplainJSON(report: report).document.serialized(pretty: true))
    } else if !options.quiet {
      ExplainText(report: report, terminal: context.terminal).write(&context.out)
      for finding in report.findings where finding.severity == .warning {
        context.err.line(finding.line(on: context.errTerminal))
      }
    }
    return report.exitStatus(options)
  }
}

extension FitReport {
  /// The plan of a request that names its accelerator.
  init(explaining request: FitRequest) throws(UsageError) {
    guard let accelerator = request.accelerator else {
      throw UsageError(code: "missing-argument", message: "missing --gpu: which accelerator is it to run on?")
    }
    let plan = Planner.plan(request.deployment(on: accelerator))
    self.init(
      request: request, accelerator: accelerator, plan: plan, gates: FitGates(request.options).missed(by: plan))
  }
}

import CommandLineKit
import ModelFiles
import Plimsoll

/// `plimsoll colocate`: several models on one GPU.
struct Colocate: Command {
  static let name = "colocate"
  static let summary = "Share one GPU, or one group of them, among several models: utilizations, and the start order."
  static let discussion = """
    Models stand between '+', each with its flags; what stands before the first is for all. Each gets what one request \
    of its --max-model-len needs, and what is left is shared by --share, else evenly. A part that a flag fixes is kept. \
    Each is then planned on what those before it leave. Exit status: 0 all fit or are tight, 1 not all fit, 2 wrong \
    command line, 4 model not available or not modelled.
    """
  static let examples = [
    Example(
      "plimsoll colocate --gpu a100-80gb qwen3-8b --max-model-len 16k + llama-3.1-8b --max-model-len 8k", "two models"),
    Example(
      "plimsoll colocate --gpu h100 --share 3:1 qwen3-8b --max-model-len 32k + qwen3-8b --max-model-len 4k",
      "by weights"),
  ]

  var models: [Fit] = []
  var share: String?
  @Boxed var common = Fit()
  var display: DisplayOptions { models.first?.display ?? DisplayOptions() }

  static var sections: [Section<Colocate>] {
    let own = Section<Colocate>(
      "Among the models",
      [.option("--share", to: \.share, value: "N:N", help: "How what is left is shared: 2:1, in the order given.")])
    return [own] + Fit.sections.map { $0.inside(\.common) }
  }

  /// Options that are for all models wherever they stand; those of one model are what describes it alone.
  private static let single = ["--measured", "--checkpoint-bytes", "--what-if-quantization", "--env", "--image"]

  static func read(_ words: [String]) throws(UsageError) -> Colocate {
    var command = Colocate()
    var common: [String] = []
    var lines: [[String]] = []
    for (index, segment) in words.split(separator: "+", omittingEmptySubsequences: false).enumerated() {
      let end = segment.firstIndex(of: "--") ?? segment.endIndex
      let items = try FitWords.read(Array(segment[..<end]), own: ["--share"])
      var own = Array(segment[end...])
      let first = items.firstIndex { $0.kind == .model } ?? (index == 0 && !own.isEmpty ? items.count : 0)
      var before: [String] = []
      for (place, item) in items.enumerated() {
        if item.name == "--share" {
          let typed = ServeFlags.split(item.words[0])
          command.share = typed.value ?? item.words.dropFirst().first ?? ""
        } else if index == 0 && place < first || item.kind == .option && !single.contains(item.name) {
          common += item.words
        } else {
          before += item.words
        }
      }
      own = before + own
      lines.append(own)
    }
    guard lines.count > 1 else {
      throw UsageError(
        code: "one-model", message: "one model has the GPU to itself; put '+' between models, or use 'fit'")
    }
    guard lines.allSatisfy({ !$0.isEmpty }) else {
      throw UsageError(code: "missing-argument", message: "there is no model on one side of a '+'")
    }
    for line in lines { command.models.append(try Fit.read(common + line)) }
    return command
  }

  /// The weights of `--share`, one for each model.
  private func weights() throws(UsageError) -> [Int] {
    guard let share else { return models.map { _ in 1 } }
    let parts = share.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    let known = parts.compactMap { $0 }.filter { $0 >= 0 && $0 <= 1_000_000 }
    guard known.count == models.count, parts.count == known.count, known.contains(where: { $0 > 0 }) else {
      throw UsageError(
        code: "bad-value",
        message: "--share: '\(share)' is not \(models.count) numbers with ':' between them, such as "
          + models.map { _ in "1" }.joined(separator: ":"))
    }
    return known
  }

  func run(_ context: inout Context) throws -> Int32 {
    let weights = try weights()
    var requests: [(request: FitRequest, accelerator: AcceleratorInput)] = []
    for model in models {
      let request = try model.request(context)
      guard let accelerator = request.accelerator else {
        throw UsageError(code: "missing-argument", message: "missing --gpu: which accelerator do the models share?")
      }
      if let first = requests.first?.accelerator.device.id, first != accelerator.device.id {
        throw UsageError(
          code: "two-gpus", message: "the models share one kind of GPU: \(first) or \(accelerator.device.id)")
      }
      requests.append((request, accelerator))
    }
    let colocation = Colocation(requests.map { $0.request.deployment(on: $0.accelerator) }, weights: weights)
    let report = ColocationReport(requests: requests.map(\.request), accelerator: requests[0].accelerator, colocation)
    let options = requests[0].request.options
    if options.json {
      context.out.line(report.document.serialized(pretty: true))
    } else if !options.quiet {
      for line in report.lines(on: context.terminal) { context.out.line(line) }
    }
    if options.exitZero { return 0 }
    switch colocation.verdict {
    case .unknown: return 4
    case .refused, .doesNotFit: return 1
    case .tight: return options.strict ? 3 : 0
    case .fits: return 0
    }
  }
}

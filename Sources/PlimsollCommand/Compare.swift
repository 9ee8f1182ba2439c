import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// `plimsoll compare`: what changes between deployments, term by term.
struct Compare: Command {
  static let name = "compare"
  static let summary = "Plan a few deployments side by side, with what differs term by term, and why."
  static let discussion = """
    Takes what 'fit' takes, and one of these more than once: --vllm, --gpu, the model, or flags in sets, each after a \
    '--' of its own. Where two of them have as many, they go in pairs. A set may also be a whole line of vLLM. Each \
    column is held against the first. Exit status: 0, 2 wrong command line, 4 a model is not available.
    """
  static let examples = [
    Example("plimsoll compare llama-3.1-8b --gpu l40s --vllm 0.19.1 --vllm 0.33.0", "two releases"),
    Example("plimsoll compare QwQ-32B --gpu a100-80gb --gpu h100 --max-model-len 16384", "two GPUs"),
    Example("plimsoll compare QwQ-32B Qwen3-32B --gpu h100", "two models"),
    Example("plimsoll compare QwQ-32B --gpu h100 -- --max-num-seqs 64 -- --max-num-seqs 256", "sets of flags"),
  ]

  /// What each column plans, and the words in which it differs from the others.
  var columns: [(title: String, fit: Fit)] = []
  @Boxed var common = Fit()
  var display: DisplayOptions { columns.first?.fit.display ?? DisplayOptions() }

  /// The most columns: what a wide terminal shows.
  static let most = 6

  static var sections: [Section<Compare>] { Fit.sections.map { $0.inside(\.common) } }

  static func read(_ words: [String]) throws(UsageError) -> Compare {
    let segments = words.split(separator: "--", omittingEmptySubsequences: false).map(Array.init)
    let items = try FitWords.read(segments.first ?? [])
    // One set alone is held against none.
    var sets = segments.dropFirst().map { $0 }
    if sets.count == 1 { sets.insert([], at: 0) }
    let models = items.filter { $0.kind == .model }
    let gpus = items.named("--gpu")
    let releases = items.named("--vllm")
    let shared = items.filter { $0.kind != .model && $0.name != "--gpu" && $0.name != "--vllm" }.flatMap(\.words)
    let counts = [models.count, gpus.count, releases.count, sets.count]
    let count = counts.max() ?? 0
    guard count > 1 else {
      throw UsageError(
        code: "nothing-to-compare",
        message: "nothing to compare: give --vllm, --gpu or the model more than once, or sets of flags after '--'")
    }
    guard counts.allSatisfy({ $0 <= 1 || $0 == count }) else {
      throw UsageError(
        code: "not-paired",
        message:
          "\(models.count) models, \(gpus.count) GPUs, \(releases.count) releases and \(sets.count) sets of flags "
          + "do not go in pairs; give as many of each, or one")
    }
    guard count <= most else {
      throw UsageError(code: "too-many", message: "\(count) columns are too many; \(most) go side by side")
    }
    var command = Compare()
    for index in 0..<count {
      func one(_ items: [FitWords.Item]) -> [String] {
        items.count > 1 ? items[index].words : items.first?.words ?? []
      }
      let set = sets.count > 1 ? sets[index] : []
      let isLine = set.first.map { !$0.hasPrefix("-") } ?? false
      let words = one(models) + one(gpus) + one(releases) + shared + (isLine ? ["--"] + set : set)
      var title: [String] = []
      if models.count > 1 { title.append(models[index].name) }
      if gpus.count > 1, let gpu = gpus[index].words.last {
        title.append(gpu.hasPrefix("--gpu=") ? String(gpu.dropFirst(6)) : gpu)
      }
      if releases.count > 1, let release = releases[index].words.last {
        title.append("vLLM " + (release.hasPrefix("--vllm=") ? String(release.dropFirst(7)) : release))
      }
      if sets.count > 1 { title.append(set.isEmpty ? "as given" : ShellWords.joined(set)) }
      command.columns.append((title.joined(separator: " "), try Fit.read(words)))
    }
    return command
  }

  func run(_ context: inout Context) throws -> Int32 {
    var reports: [FitReport] = []
    for column in columns { reports.append(try FitReport(explaining: try column.fit.request(context))) }
    let comparison = SideBySide(titles: columns.map(\.title), reports: reports)
    if reports.first?.request.options.json == true {
      context.out.line(comparison.document.serialized(pretty: true))
      return 0
    }
    for line in comparison.lines(on: context.terminal) { context.out.line(line) }
    return 0
  }
}

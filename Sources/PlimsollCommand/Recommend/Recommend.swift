import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// `plimsoll recommend`: one flag set, ready to run or to commit.
struct Recommend: Command {
  static let name = "recommend"
  static let summary = "Choose one flag set that surely fits, and say of each flag why it has its value."
  static let discussion = """
    Flags of 'vllm serve' that are given are settled; what is left open is chosen: layout, length, seats and the share \
    of memory, which is never above the release's default unless nothing else fits. Without a workload the engine's \
    --max-num-seqs is kept. Exit status: 0 found, 1 nothing fits, 2 wrong command line, 4 model not available or not \
    modelled.
    """
  static let examples = [
    Example("plimsoll recommend Qwen/QwQ-32B --gpu h100:2", "the flags to run, with a reason each"),
    Example(
      "plimsoll recommend llama-3.1-8b --gpu l4 --prompt-tokens 1000 --output-tokens 200 --concurrency 32",
      "for a workload"),
    Example("plimsoll recommend gemma-3-27b --gpu a100-80gb --ladder", "three steps from careful to bold"),
    Example("plimsoll recommend deepseek-v3 --gpu h200:16 --nodes 2 --format lws", "as a file to commit"),
  ]

  @Boxed var fit = Fit()
  var options = RecommendOptions()

  var display: DisplayOptions { fit.options.display }

  /// Options of `fit` that say nothing here.
  private static let unused: Set<String> = ["--image", "--strict", "--show-origin", "-- VLLM-LINE"]

  static var sections: [Section<Recommend>] {
    let theirs = Fit.sections.map { section in
      Section(
        section.title,
        section.parameters.filter { !unused.contains($0.signature.names[0]) && $0.signature.kind != .rest }
      ).inside(\Recommend.fit)
    }.filter { !$0.parameters.isEmpty }
    return Array(theirs.prefix(1)) + [RecommendOptions.section.inside(\Recommend.options)] + theirs.dropFirst()
  }

  /// Our own options are taken out; `fit` reads the rest.
  static func read(_ words: [String]) throws(UsageError) -> Recommend {
    let parser = Parser([RecommendOptions.section])
    var (ours, theirs): ([String], [String]) = ([], [])
    var remaining = words[...]
    while let word = remaining.popFirst() {
      if word == "--" {
        throw UsageError(
          code: "line-not-read", message: "a line after '--' is whole: 'plimsoll fit' says what becomes of it")
      }
      let name = String(word.prefix { $0 != "=" }.map { $0 == "_" ? "-" : $0 })
      if unused.contains(name) {
        throw UsageError(code: "unknown-option", message: "'\(name)' is an option of 'plimsoll fit'")
      }
      guard parser.spellings.contains(name) else {
        theirs.append(word)
        continue
      }
      ours.append(word)
      let isFlag = name == "--ladder" || name == "--prompt-logprobs"
      if !isFlag, !word.utf8.contains(UInt8(ascii: "=")), let next = remaining.popFirst() { ours.append(next) }
    }
    var command = Recommend()
    command.options = try parser.parse(ours, into: RecommendOptions()).strict()
    try command.options.check()
    command.fit = try Fit.read(theirs)
    return command
  }

  func run(_ context: inout Context) throws -> Int32 {
    let typed = FitLayers.Typed(
      settings: fit.typed, options: fit.options, serve: fit.serve, revision: fit.revision, others: fit.others)
    var values = FitValues(typed, project: nil)
    let format = try fit.options.deployment.checked(json: fit.options.json)
    do {
      values = try FitLayers(typed, context).values(under: nil)
      // Layouts are what is chosen: COUNT bounds them and is no tensor parallel size.
      let named = try AcceleratorInput.named(values.options)
      let stated = named?.count
      (values.options.gpu, values.options.instance) = (named, nil)
      values.options.gpu?.count = nil
      var request = try FitRequest(values, hub: try HubInput.hub(values.options, context))
      request.options.gpu?.count = stated
      guard let accelerator = request.accelerator else {
        throw UsageError(code: "missing-option", message: "--gpu is needed: the GPUs that there are, such as h100:8")
      }
      let count = stated ?? request.least
      try AcceleratorArgument.checkSearched(count)
      guard count % request.options.nodes == 0 else {
        throw UsageError(
          code: "bad-count", message: "--nodes: \(count) accelerators do not divide over \(request.options.nodes) nodes"
        )
      }
      var asked = ask(request, accelerator, count)
      // There engines are replicas, which Ray Serve adds and takes away.
      asked.mayAddEngines = format != .ray
      let report = RecommendReport(fit: request, accelerator: accelerator, options: options, request: asked)
      return try report.write(as: format, &context)
    } catch let error as UsageError {
      throw values.placed(error)
    } catch let failure as InputFailure {
      throw values.placed(failure)
    }
  }

  private func ask(_ fit: FitRequest, _ accelerator: AcceleratorInput, _ count: Int) -> RecommendRequest {
    var request = RecommendRequest(fit.deployment(on: accelerator), count: count)
    request.goal = options.goal
    request.workload = fit.workload
    request.concurrency = fit.options.workload.concurrency
    request.prefixReserve = options.prefixReserve ?? 0
    request.guaranteesFullLength = options.guarantee == .fullLength
    request.servesPromptLogprobs = options.promptLogprobs
    let allowed = options.allow.flatMap(\.axes)
    (request.allowsFP8KV, request.allowsEager) = (allowed.contains(.fp8KV), allowed.contains(.eager))
    request.gates.minConcurrency = fit.options.minConcurrency
    request.gates.minKVTokens = fit.options.minKVTokens
    request.gates.minHeadroom = fit.options.minHeadroom?.bytes
    return request
  }
}

extension FitRequest {
  /// The GPUs that the flags take where nobody says how many there are.
  fileprivate var least: Int {
    max(options.nodes, flags.worldSize)
  }
}

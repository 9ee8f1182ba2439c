import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// `plimsoll solve`: the configurations with which a model runs on the GPUs that there are.
struct Solve: Command {
  static let name = "solve"
  static let summary = "Find every configuration that is valid on the GPUs that there are, the best for a goal first."
  static let discussion = """
    Tries every legal layout, and of the flags of vLLM those values that it is given: a list (1,2,4), a range \
    (32k..128k), or 'free'. Of lengths and sequences the most that fits is found, the rest stays with the engine's \
    defaults; --allow frees what changes output or speed. Exit status: 0 some are valid, 1 none is, 2 wrong command \
    line, 4 model not available or not modelled.
    """
  static let examples = [
    Example("plimsoll solve Qwen/QwQ-32B --gpu h100:8 --goal context", "the longest requests on up to eight GPUs"),
    Example("plimsoll solve llama-3.1-70b --gpu h100:8,l40s:8 --min-concurrency 32 --max-model-len 32k", "two kinds"),
    Example("plimsoll solve gemma-3-27b --instance g6e.12xlarge --allow fp8-kv,eager --csv", "as a table"),
    Example("plimsoll solve qwq-32b --gpu h100:8 --gpu l4:8 --goal cost --price h100=2.49 --price l4=0.7", "by price"),
  ]

  @Boxed var fit = Fit()
  @Boxed var options = SolveOptions()
  var axes = SolveAxes()
  var accelerators: [AcceleratorArgument] = []
  var instances: [String] = []

  var display: DisplayOptions { fit.options.display }

  /// Options of `fit` that say nothing here.
  private static let unused: Set<String> = ["--image", "--strict", "--show-origin", "--format", "--write", "--force"]

  static var sections: [Section<Solve>] {
    let own = SolveOptions.sections.map { $0.inside(\Solve.options) }
    let fit = Fit.sections.map { section in
      Section(section.title, section.parameters.filter { !unused.contains($0.signature.names[0]) }).inside(\Solve.fit)
    }
    return Array(fit.prefix(1)) + own + fit.dropFirst()
  }

  /// Axes with several values and our own options are taken out; `fit` reads the rest.
  static func read(_ words: [String]) throws(UsageError) -> Solve {
    let parser = Parser(SolveOptions.sections)
    let valued = Set(
      SolveOptions.sections.flatMap(\.parameters).filter { $0.signature.kind == .option }.flatMap(\.signature.names))
    var command = Solve()
    var (ours, theirs): ([String], [String]) = ([], [])
    var remaining = words[...]
    while let word = remaining.popFirst() {
      if word == "--" {
        theirs += [word] + remaining
        break
      }
      guard word.hasPrefix("-") else {
        theirs.append(word)
        continue
      }
      let typed = ServeFlags.split(word)
      let name = typed.name.hasPrefix("--") ? String(typed.name.map { $0 == "_" ? "-" : $0 }) : typed.name
      if unused.contains(name) {
        throw UsageError(code: "unknown-option", message: "'\(name)' is an option of 'plimsoll fit'")
      }
      if parser.spellings.contains(name) {
        ours.append(word)
        if valued.contains(name), typed.value == nil, let next = remaining.popFirst() { ours.append(next) }
      } else if name == "--gpu" || name == "--instance" {
        guard let value = typed.value ?? remaining.popFirst() else {
          throw UsageError(code: "missing-value", message: "\(name): a value is needed")
        }
        try command.take(accelerators: value, of: name)
      } else if let axis = AxisFlag(typed: name), let value = typed.value ?? remaining.first {
        if let several = try AxisWord(axis, value) {
          if typed.value == nil { remaining.removeFirst() }
          command.axes.words[axis] = several
        } else {
          theirs.append(word)
          if typed.value == nil { theirs.append(remaining.removeFirst()) }
        }
      } else {
        theirs.append(word)
      }
    }
    command.options = try parser.parse(ours, into: SolveOptions()).strict()
    if let first = command.accelerators.first {
      theirs.insert(contentsOf: ["--gpu", first.name + (first.count.map { ":\($0)" } ?? "")], at: 0)
    }
    command.fit = try Fit.read(theirs)
    try command.check()
    return command
  }

  private mutating func take(accelerators word: String, of name: String) throws(UsageError) {
    for part in word.split(separator: ",", omittingEmptySubsequences: false) {
      if name == "--instance" {
        instances.append(String(part))
      } else {
        do throws(ValueError) {
          accelerators.append(try AcceleratorArgument(word: String(part)))
        } catch {
          throw UsageError.badValue("--gpu", error)
        }
      }
    }
  }

  /// What cannot be meant, before anything is read.
  private func check() throws(UsageError) {
    func refuse(_ code: String, _ message: String) throws(UsageError) {
      throw UsageError(code: code, message: message)
    }
    if options.top < 1 || options.top > 10_000 { try refuse("bad-value", "--top: a number from 1 to 10000 is needed") }
    if options.csv, fit.options.json { try refuse("options-exclude", "--csv and --json exclude each other") }
    if options.allGPUs, !accelerators.isEmpty || !instances.isEmpty {
      try refuse("options-exclude", "--all-gpus and --gpu or --instance exclude each other")
    }
    if options.allModels, fit.options.model != nil {
      try refuse("two-models", "--all-models and a MODEL exclude each other")
    }
    for axis in AxisFlag.allCases where axes.words[axis] != nil {
      let given = fit.typed.contains { $0.name == axis.rawValue }
      if given { try refuse("two-values", "\(axis.rawValue) is given as one value and as several") }
    }
  }

  func run(_ context: inout Context) throws -> Int32 {
    if options.allModels { return try SolveCatalog(self).run(&context) }
    let typed = FitLayers.Typed(
      settings: fit.typed, options: fit.options, serve: fit.serve, revision: fit.revision)
    var values = FitValues(typed, project: nil)
    do {
      let line = fit.rest.isEmpty ? nil : try LineInput.read(fit.rest)
      values = try FitLayers(typed, context).values(under: line)
      let request = try SolveRequest(self, values, hub: try HubInput.hub(values.options, context))
      return try SolveReport(request).run(&context)
    } catch let error as UsageError {
      throw values.placed(error)
    } catch let failure as InputFailure {
      throw values.placed(failure)
    }
  }
}

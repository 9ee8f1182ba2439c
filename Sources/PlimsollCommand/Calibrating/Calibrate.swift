import CommandLineKit
import Deployments
import EngineLogs
import ModelFiles
import Plimsoll

/// `plimsoll calibrate`: what starts of this site took, kept for the plans to come.
struct Calibrate: Command {
  static let name = "calibrate"
  static let summary = "Keep what logs of starts measured, so that plans of this site are held to it."
  static let discussion = """
    LOG is a log of a start of vLLM, '-' for standard input, a startup_plan JSON that vLLM kept, a failure file of \
    'vllm bench sweep', or what --export wrote. What a log does not say, options and flags of vLLM do; the GPU is never \
    in it. Each start becomes a record; 'fit' and all that plans use the nearest one that applies. Exit status: 0, \
    2 wrong command line, 4 nothing in a log can be used.
    """
  static let examples = [
    Example("plimsoll calibrate vllm.log --gpu h100", "a log of a start"),
    Example("kubectl logs vllm-0 | plimsoll calibrate - --gpu l40s --host node-7", "that of a pod"),
    Example("plimsoll calibrate --list", "what is kept"),
    Example("plimsoll calibrate --export > site.json", "all records, to take elsewhere"),
  ]

  var logs: [String] = []
  var model: String?
  var host: String?
  var driver: String?
  var lists = false
  var exports = false
  var removed: [String] = []
  @Boxed var fit = Fit()
  var display: DisplayOptions { fit.display }

  static var sections: [Section<Calibrate>] {
    let fit = Fit.sections.map { section in
      Section(
        section.title,
        section.parameters.filter { $0.signature.kind != .positional && $0.signature.kind != .rest })
    }
    return [own] + fit.map { $0.inside(\.fit) }
  }

  private static var own: Section<Calibrate> {
    Section(
      "What was measured",
      [
        .positionals("LOG", \.logs, help: "A log of a start of vLLM, or another file that tells of one."),
        .option("--model", to: \.model, value: "MODEL", help: "As in 'fit'; else the one that the log names."),
        .option("--host", to: \.host, value: "NAME", help: "The machine that it ran on; else this one."),
        .option("--driver", to: \.driver, value: "VERSION", help: "The driver that it ran with."),
        .flag("--list", to: \.lists, help: "Show what is kept."),
        .flag("--export", to: \.exports, help: "Write all records as one JSON document."),
        .option("--remove", appendingTo: \.removed, value: "ID", help: "Take a record away."),
      ])
  }

  /// Our options go to their table; what is left is that of `fit`.
  static func read(_ words: [String]) throws(UsageError) -> Calibrate {
    let parser = Parser([own])
    let valued = Set(own.parameters.filter { $0.signature.kind == .option }.flatMap(\.signature.names))
    var ours: [String] = []
    var others: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" { throw UsageError(code: "extra-argument", message: "calibrate takes no line after '--'") }
      let name = ServeFlags.split(word).name
      guard parser.spellings.contains(name) else {
        others.append(word)
        continue
      }
      ours.append(word)
      if valued.contains(name), name == word, let next = rest.popFirst() { ours.append(next) }
    }
    let items = try FitWords.read(others)
    let logs = items.filter { $0.kind == .model }.flatMap(\.words)
    var command = try parser.parse(ours + logs, into: Calibrate()).strict()
    command.fit = try Fit.read(items.filter { $0.kind != .model }.flatMap(\.words))
    return command
  }

  func run(_ context: inout Context) throws -> Int32 {
    let layers = FitLayers.Typed(settings: fit.typed, options: fit.options, serve: fit.serve, revision: nil)
    let named = try FitLayers(layers, context).values(under: nil).options.store
    guard let store = CalibrationStore(named, context.environment), named != "none" else {
      throw UsageError(
        code: "no-store", message: "neither HOME nor XDG_STATE_HOME says where records are kept; --store DIR does")
    }
    let report = CalibrationReport(store: store, isJSON: fit.options.json)
    if !removed.isEmpty { return try report.remove(removed, &context) }
    if lists || exports { return try report.list(exports: exports, &context) }
    guard !logs.isEmpty else {
      throw UsageError(code: "missing-argument", message: "missing argument LOG; '--list' shows what is kept")
    }
    if let gpu = fit.options.gpu, gpu.name.lowercased() != "probe" { _ = try AcceleratorInput.read(gpu.name) }
    var taken: [StartInput] = []
    var brought: [CalibrationRecord] = []
    var failures: [any CommandFailure] = []
    for log in logs {
      do {
        let file = try LogStarts(log)
        brought += file.records
        for start in file.starts {
          do {
            taken.append(try StartInput(start, kept: file.kept, log: log, self, context))
          } catch let failure as InputFailure {
            failures.append(failure)
          }
        }
      } catch let failure as InputFailure {
        failures.append(failure)
      }
    }
    guard !taken.isEmpty || !brought.isEmpty else {
      throw failures.first ?? InputFailure(code: "nothing-measured", message: "there is nothing to keep")
    }
    for record in taken.map(\.record) + brought { try store.keep(record) }
    report.write(taken, brought, failures, &context)
    return 0
  }
}

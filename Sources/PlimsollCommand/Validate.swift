import CommandLineKit
import ModelFiles
import Plimsoll

/// `plimsoll validate`: what is predicted, held against what starts of vLLM printed.
struct Validate: Command {
  static let name = "validate"
  static let summary = "Plan recorded starts of vLLM, and compare each figure with the one that was printed."
  static let discussion = """
    RECORDS has one JSON object a line: model, config, GPU, release and flags of a start, and what it printed. Each is \
    planned as 'fit' plans the same line, without project files. A QUANTITY is weights, activation, cuda_graphs, \
    kv_memory, kv_tokens, kv_arithmetic, kv_needed or block_size. Exit status: 0, 1 past a limit of --max-error, \
    2 wrong command line, 4 a file is not available or no record can be compared.
    """
  static let examples = [
    Example("plimsoll validate starts.jsonl", "how far off each figure is"),
    Example("plimsoll validate starts.jsonl --max-error weights=1 --max-error 10", "as a test in a pipeline"),
    Example("plimsoll validate - --configs configs --only h100 --json", "a part of them, as JSON"),
  ]

  var records = ""
  var configs: [String] = []
  var only: String?
  var limits: [MaxErrorArgument] = []
  var show = 1
  var json = false
  var displayOptions = DisplayOptions()
  var display: DisplayOptions { displayOptions }

  static var sections: [Section<Validate>] {
    [
      Section(
        "What to compare",
        [
          .positional(
            "RECORDS", \.records, required: true, help: "A file with a JSON object a line; '-' is standard input."),
          .option(
            "--configs", appendingTo: \.configs, value: "DIR",
            help: "Where the config.json files that records name lie, besides the folder of the records."),
          .option(
            "--only", to: \.only, value: "TEXT", help: "Records whose id, model or GPU has that text in it."),
        ]),
      Section(
        "Gates",
        [
          .option(
            "--max-error", appendingTo: \.limits,
            help: "Exit 1 where the median error of a quantity, or of any, is larger in percent.")
        ]),
      Section(
        "Output",
        [
          .option("--show", to: \.show, value: "N", help: "How many of the worst records of each quantity are named."),
          .flag("--json", to: \.json, help: "One JSON document on standard output."),
        ]),
      DisplayOptions.section.inside(\.displayOptions),
    ]
  }

  func run(_ context: inout Context) throws -> Int32 {
    if show < 0 { throw UsageError(code: "bad-value", message: "--show: a number from 0 on is needed") }
    let lines = try RecordFile.read(records)
    var comparer = RecordComparer(folders: configs)
    comparer.folders.append(records == "-" ? "." : FilePaths.folder(of: records))
    let wanted = only?.asciiLowercased
    let results = lines.compactMap { line -> RecordResult? in
      if let wanted, !line.matches(wanted) { return nil }
      return comparer.result(of: line)
    }
    let report = ValidationReport(results: results)
    if json {
      context.out.line(report.document.serialized(pretty: true))
    } else {
      for line in report.text(worst: show, on: context.terminal) { context.out.line(line) }
    }
    guard results.contains(where: \.isCompared) else {
      let nothing = only.map { "no record has '\($0)' in its id, model or GPU" } ?? "there is no record in it"
      let why = results.isEmpty ? nothing : "none of \(results.count) records can be compared"
      return fail("\(records): \(why)", 4, &context)
    }
    for limit in limits {
      guard let quantity = limit.quantity, report.figures(quantity).count == 0 else { continue }
      return fail("--max-error: no record says what \(quantity.rawValue) was", 4, &context)
    }
    let missed = MaxErrorArgument.missed(limits, report)
    for message in missed { _ = fail(message, 1, &context) }
    return missed.isEmpty ? 0 : 1
  }

  private func fail(_ message: String, _ status: Int32, _ context: inout Context) -> Int32 {
    context.err.line("plimsoll: \(message)")
    return status
  }
}

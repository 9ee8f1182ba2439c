import CommandLineKit
import EngineLogs
import ModelFiles
import Plimsoll

/// `plimsoll diagnose`: why a start failed, and which flag mends it, in which direction.
struct Diagnose: Command {
  static let name = "diagnose"
  static let summary = "Say what a log of an engine tells: why it failed, and which flags mend it."
  static let discussion = """
    LOG is a file, or '-' for standard input: a log of vLLM as it is, from a container, a journal or kubectl, of any \
    size. Where the log names the model and the memory of the GPU, the deployment is planned again with the figures \
    that it prints. Exit status: 0 nothing failed, 1 a failure was found and explained, 2 wrong command line, 4 the \
    log cannot be read or nothing in it is known.
    """
  static let examples = [
    Example("plimsoll diagnose vllm.log", "a log of a start"),
    Example("kubectl logs -p vllm-0 | plimsoll diagnose -", "that of a pod that ended"),
    Example("plimsoll diagnose vllm.log --gpu h100 --json", "with the GPU, which logs do not name"),
  ]

  var log = "-"
  var model: String?
  var gpu: AcceleratorArgument?
  var vllm: String?
  var json = false
  var displayOptions = DisplayOptions()
  var display: DisplayOptions { displayOptions }

  static var sections: [Section<Diagnose>] {
    [
      Section(
        "What to read",
        [
          .positional("LOG", \.log, required: false, help: "A file; '-', and nothing, is standard input."),
          .positional("MODEL", \.model, required: false, help: "As in 'fit'; else the one that the log names."),
        ]),
      Section(
        "What the log does not say",
        [
          .option("--gpu", to: \.gpu, help: "The accelerator; else one with the memory that the log prints."),
          .option("--vllm", to: \.vllm, value: "RELEASE", help: "The release; else the one that the log names."),
        ]),
      Section("Output", [.flag("--json", to: \.json, help: "One JSON document on standard output.")]),
      DisplayOptions.section.inside(\.displayOptions),
    ]
  }

  func run(_ context: inout Context) throws -> Int32 {
    if let gpu { _ = try AcceleratorInput.read(gpu.name) }
    let table = try FailureTable.load()
    let reader = try read(table)
    let plan = LogPlan.make(reader.report, self, context)
    let diagnosis = Diagnosis(reader: reader, table: table, plan: plan)
    if json {
      context.out.line(DiagnosisJSON(diagnosis: diagnosis).document.serialized(pretty: true))
    } else {
      DiagnosisText(diagnosis: diagnosis, terminal: context.terminal).write(&context.out)
    }
    return diagnosis.exitStatus
  }

  private func read(_ table: FailureTable) throws(InputFailure) -> LogReader {
    var reader = LogReader(table.rows.map(\.signature))
    do throws(FileError) {
      try FileReader.stream(log == "-" ? "/dev/stdin" : log) { reader.feed($0) }
    } catch {
      throw InputFailure(code: "unreadable-log", message: error.message)
    }
    reader.finish()
    return reader
  }
}

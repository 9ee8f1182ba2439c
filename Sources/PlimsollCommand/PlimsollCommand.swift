import CommandLineKit
import ModelFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@main
struct PlimsollCommand {
  static let version = "0.1.0"

  static var tool: Tool {
    var tool = Tool(
      name: "plimsoll",
      summary: "Says before you pay whether a vLLM deployment fits, how many requests it holds, and with which flags.",
      version: version,
      commands: [
        Fit.self, Explain.self, Solve.self, Recommend.self, Compare.self, Colocate.self, Presets.self, Probe.self,
        Diagnose.self, Calibrate.self, Watch.self, Validate.self,
      ])
    tool.reportFailure = { error, words, context in
      guard words.prefix(while: { $0 != "--" }).contains("--json"), let failure = error as? any CommandFailure else {
        return nil
      }
      context.out.line(FailureReport.json(failure).serialized(pretty: true))
      context.err.line("plimsoll: \(failure.sentence)")
      return failure.exitStatus
    }
    return tool
  }

  static func main() { exit(tool.main(Array(CommandLine.arguments.dropFirst()))) }
}

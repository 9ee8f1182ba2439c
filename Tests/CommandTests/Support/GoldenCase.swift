import CommandLineKit
import Foundation
import Testing

/// A folder of Cases: `command`, and the `output` that it gave when it was recorded.
///
/// The first line of `command` is the command line. Lines after it say the exit status (`exit 1`) and the terminal
/// (`columns 60`, `unicode`, `color`), which is plain ASCII at 80 columns where nothing is said.
struct GoldenCase: CustomTestStringConvertible {
  var name: String
  var testDescription: String { name }

  static var folder: URL { projectFolder.appendingPathComponent("Tests/CommandTests/Cases") }

  static var all: [GoldenCase] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map { GoldenCase(name: $0) }
  }

  private var folder: URL { Self.folder.appendingPathComponent(name) }
  var recorded: String? { try? String(contentsOf: folder.appendingPathComponent("output"), encoding: .utf8) }

  struct Command {
    var line: String
    var status: Int32 = 0
    var columns = 80
    var unicode = false
    var color = false
  }

  func command() throws -> Command {
    let text = try String(contentsOf: folder.appendingPathComponent("command"), encoding: .utf8)
    let lines = text.split(separator: "\n").map(String.init)
    var command = Command(line: try #require(lines.first))
    for setting in lines.dropFirst() {
      let parts = setting.split(separator: " ")
      switch parts[0] {
      case "exit": command.status = try #require(Int32(parts[1]))
      case "columns": command.columns = try #require(Int(parts[1]))
      case "unicode": command.unicode = true
      case "color": command.color = true
      default: Issue.record("\(name)/command: '\(setting)' is no setting")
      }
    }
    return command
  }

  /// Runs the command and gives what it writes, standard error after a rule.
  func run() throws -> (status: Int32, expected: Int32, text: String) {
    let command = try command()
    let terminal = Terminal(isInteractive: command.color, columns: command.columns) { name in
      name == "LANG" && command.unicode ? "C.UTF-8" : nil
    }
    let answer = plimsoll(command.line, terminal: terminal)
    let said = answer.err.isEmpty ? "" : "--- standard error\n" + answer.err
    return (answer.status, command.status, answer.out + said)
  }

  func record(_ text: String) throws {
    try text.write(to: folder.appendingPathComponent("output"), atomically: true, encoding: .utf8)
  }
}

import EngineLogs
import Foundation
import Testing

@testable import PlimsollCommand

/// Samples of each failure as several releases, and what stands around vLLM, word it.
@Suite struct FailureSamplesTests {
  struct Sample: CustomTestStringConvertible {
    var id: String
    var isPlain: Bool
    var text: String
    var testDescription: String { id + ": " + text.prefix(60) }
  }

  static let all: [Sample] = {
    let path = (#filePath as NSString).deletingLastPathComponent + "/samples.txt"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return ("\n" + text).components(separatedBy: "\n== ").dropFirst().map { part in
      let lines = part.split(separator: "\n")
      let words = lines[0].split(separator: " ")
      return Sample(
        id: String(words[0]), isPlain: words.count > 1, text: lines.dropFirst().joined(separator: "\n") + "\n")
    }
  }()

  static let table = try? FailureTable.load()
  static let blank = table.map { LogReader($0.rows.map(\.signature)) }

  static func read(_ text: String) -> LogReader? {
    guard var reader = blank else { return nil }
    Array(text.utf8).withUnsafeBytes { reader.feed($0) }
    reader.finish()
    return reader
  }

  static func id(_ text: String) -> String {
    guard let table, let root = read(text)?.report.root else { return "" }
    return table.rows[root.signature].signature.id
  }

  /// What those who keep logs put before each line.
  static let prefixes = [
    "", "(EngineCore_DP0 pid=77) ERROR 11-30 09:12:30 [core.py:800] ",
    "\u{1B}[0;36m(Worker_TP1 pid=9)\u{1B}[0;0m ERROR 11-30 09:12:30 [multiproc_executor.py:654] ", "[rank0]: ",
    "vllm-1  | ", "[2026-03-10T15:07:20Z] (EngineCore pid=9) ", "2026-03-10T15:07:20.123456789Z stderr F ",
    "Nov 30 09:12:30 gpu7 vllm[4711]: ", "(RayWorkerWrapper pid=1463, ip=192.168.10.60) ",
    "  | ",
    "[pod/vllm-0/server] (EngineCore_DP1 pid=77) ERROR 11-30 09:12:30 [v1/engine/core.py:800] ",
  ]

  /// The last words of the processes that only tell that another failed.
  static let wrapper = """
    (APIServer pid=1) Traceback (most recent call last):
    (APIServer pid=1)   File "/opt/vllm/v1/engine/utils.py", line 785, in wait_for_engine_startup
    (APIServer pid=1)     raise RuntimeError("Engine core initialization failed. "
    (APIServer pid=1) RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}

    """

  @Test(arguments: all)
  func aSampleIsKnownBehindAnyPrefix(_ sample: Sample) {
    for prefix in sample.isPlain ? Array(Self.prefixes.prefix(1)) + ["vllm-1  | "] : Self.prefixes {
      let text = sample.text.split(separator: "\n").map { prefix + $0 + "\n" }.joined()
      #expect(Self.id(text + (sample.isPlain ? "" : Self.wrapper)) == sample.id, "behind '\(prefix)'")
    }
  }

  @Test(arguments: all.filter { !$0.text.dropLast().contains("\n") })
  func aSampleIsKnownInALineOfJSON(_ sample: Sample) {
    let text =
      "{\"asctime\": \"2026-03-10 15:07:20,1\", \"levelname\": \"ERROR\", \"message\": \"\(sample.text.dropLast())\"}\n"
    #expect(Self.id(text) == sample.id)
  }

  /// Every flag of the facts is advised, the way that they have it, and none goes the other way.
  @Test func everyRemedyGoesTheRightWay() throws {
    let path = (#filePath as NSString).deletingLastPathComponent + "/directions.txt"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
    let directions: [Character: String] = ["+": "up", "-": "down", "=": "set", "!": "add", "/": "remove"]
    var wanted: [String: Set<String>] = [:]
    for line in lines {
      let words = line.split(separator: " ")
      wanted[String(words[0])] = Set(
        words.dropFirst().map { word in
          let name = word.dropLast()
          return (name.count < 4 && name != "tp" ? "-" : "--") + name + " " + (directions[word.last!] ?? "")
        })
    }
    let table = try #require(Self.table)
    #expect(wanted.count == table.rows.count)
    for row in table.rows {
      let advised = Set(row.remedies.compactMap { remedy in remedy.flag.map { "\($0) \(remedy.direction ?? "")" } })
      #expect(advised == wanted[row.signature.id], "\(row.signature.id)")
    }
  }

  @Test func eachFailureHasTwoSamplesAtLeast() {
    for row in Self.table?.rows ?? [] {
      #expect(Self.all.count { $0.id == row.signature.id } >= 2, "\(row.signature.id)")
    }
  }
}

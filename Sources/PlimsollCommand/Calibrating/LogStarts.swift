import EngineLogs
import ModelFiles
import Plimsoll

/// The starts that a file tells of: a log of an engine, a plan that vLLM kept of one, or how a sweep's server failed.
struct LogStarts {
  var starts: [LogReport] = []
  /// What a start left, where the file is such a plan.
  var kept: (remainder: Bytes, free: Bytes)?
  /// Records of this or another site.
  var records: [CalibrationRecord] = []

  /// The most of a file that may be JSON.
  private static let limit = Bytes.mib(8)

  /// - Throws: ``InputFailure`` for a file that cannot be read, or in which nothing is known.
  init(_ path: String) throws(InputFailure) {
    if path != "-", let json = Self.json(path),
      ["kv_cache_memory_bytes", "error", "schema"].contains(where: { json[$0] != nil })
    {
      try take(json, path)
      return
    }
    var reader = LogReader([])
    reader.partsStarts = true
    do throws(FileError) {
      try FileReader.stream(path == "-" ? "/dev/stdin" : path) { reader.feed($0) }
    } catch {
      throw InputFailure(code: "unreadable-log", message: error.message)
    }
    reader.finish()
    starts = (reader.earlier + [reader.report]).filter(\.hasFigures)
    if starts.isEmpty { throw Self.nothing(in: path) }
  }

  /// The file as JSON, where it is an object as a whole: lines of JSON around a log are none.
  private static func json(_ path: String) -> JSON? {
    guard !FileReader.isSpecial(path), let start = try? FileReader.readStart(of: path, .kib(1)),
      start.first(where: { $0 > 0x20 }) == UInt8(ascii: "{"),
      let bytes = try? FileReader.read(path, limit: limit), let json = try? JSON.parse(bytes),
      case .object = json
    else { return nil }
    return json
  }

  private mutating func take(_ json: JSON, _ path: String) throws(InputFailure) {
    if case .integer(let cache)? = json["kv_cache_memory_bytes"],
      case .integer(let free)? = json["free_memory_baseline"], cache > 0, free > 0, max(cache, free) < 1 << 44
    {
      kept = (Bytes(cache), Bytes(free))
      starts = [LogReport()]
    } else if let error = json["error"]?.word {
      var reader = LogReader([])
      Array(error.utf8).withUnsafeBytes { reader.feed($0) }
      reader.finish()
      guard reader.report.hasFigures else { throw Self.nothing(in: path) }
      var report = reader.report
      if case .object(let overrides)? = json["serve_overrides"] {
        report.arguments = overrides.members.map { member in
          LogArgument(
            name: String(member.key.map { $0 == "-" ? "_" : $0 }),
            value: member.value == true ? "True" : member.value == false ? "False" : member.value.argument)
        }
      }
      starts = [report]
    } else {
      var items = [json]
      if case .array(let many)? = json["records"] { items = many }
      for item in items {
        do throws(CalibrationRecord.Broken) {
          records.append(try CalibrationRecord(item))
        } catch {
          throw InputFailure(code: "record-broken", message: "\(path): \(error.reason)")
        }
      }
    }
  }

  private static func nothing(in path: String) -> InputFailure {
    InputFailure(
      code: "nothing-measured",
      message: "\(path): no line of it tells what a start took; needed is the log of vLLM from its first line to "
        + "'GPU KV cache size'")
  }
}

extension PrintedStart {
  /// The figures of a log: GiB as printed.
  init(_ report: LogReport) {
    self.init()
    func bytes(_ figure: LogFigure) -> Bytes? {
      report[figure].flatMap { $0.magnitude < 16_384 ? Bytes(gib: $0) : nil }
    }
    (total, free, weights, activation) = (bytes(.total), bytes(.free), bytes(.weights), bytes(.activation))
    (nonTorch, consumed) = (bytes(.nonTorch), bytes(.consumed))
    (estimatedGraphs, graphs, kvCache) = (bytes(.estimatedGraphs), bytes(.graphs), bytes(.available))
    tokens = report[.tokens].flatMap { $0 >= 1 && $0 < 1e15 ? Int($0) : nil }
    compiled = report.compiled
  }
}

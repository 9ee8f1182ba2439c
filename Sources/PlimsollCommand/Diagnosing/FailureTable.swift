import Catalog
import EngineLogs
import ModelFiles

/// The failures that are known, as `Presets/failures` has them.
struct FailureTable {
  var rows: [Row]

  /// A failure: by what it is known, why it happens, and what to do.
  struct Row {
    var signature: FailureSignature
    var stage: String
    var cause: String
    var remedies: [FailureRemedy]
    var since: String?
    var until: String?
  }

  static func load() throws(InputFailure) -> FailureTable {
    var rows: [Row] = []
    for id in Catalog.ids(.failures) {
      do throws(LookupError) {
        guard let row = Row(try Catalog.presetJSON(kind: .failures, name: id)) else {
          throw LookupError.unreadable(kind: .failures, id: id, reason: "a key is missing")
        }
        rows.append(row)
      } catch {
        throw InputFailure(code: "bad-preset", message: "the preset '\(id)' cannot be read")
      }
    }
    return FailureTable(rows: rows)
  }
}

extension FailureTable.Row {
  init?(_ json: JSON) {
    guard let id = json["id"]?.word, let stage = json["stage"]?.word, let cause = json["cause"]?.word else {
      return nil
    }
    let severity = json["severity"]?.word ?? (stage == "request" ? "request" : "failure")
    signature = FailureSignature(id: id, severity: FailureSignature.Severity(rawValue: severity) ?? .failure)
    signature.patterns = json.words("patterns").map { LinePattern($0) }
    signature.hints = json.words("hints").map { LinePattern($0) }
    signature.more = json.words("more").map { LinePattern($0) }
    signature.frames = json.words("frames")
    signature.follows = json["follows"]?.word.flatMap { StartState(rawValue: $0) }
    if let name = json["below"]?["capture"]?.word, let value = json["below"]?["value"]?.amount {
      signature.below = .init(capture: name, value: value)
    }
    signature.isOutOfMemory = json["out_of_memory"] == .bool(true)
    signature.isStatistic = json["statistic"] == .bool(true)
    self.stage = stage
    self.cause = cause
    (since, until) = (json["since"]?.word, json["until"]?.word)
    remedies = []
    if case .array(let items)? = json["remedies"] { remedies = items.compactMap { FailureRemedy($0) } }
  }
}

/// What mends a failure: a flag and its direction, a variable, or something to do.
struct FailureRemedy {
  var flag: String?
  var direction: String?
  /// A value that is always right, or how one is worked out from the log.
  var value: String?
  var rule: String?
  /// `NAME=VALUE`.
  var environment: String?
  var text: String
  /// The case that it is for: of a line of statistics what is short, of any other a figure that the line has.
  var when: String?
  /// A figure with which it is not for it.
  var unless: String?

  init?(_ json: JSON) {
    guard let text = json["text"]?.word else { return nil }
    self.text = text
    flag = json["flag"]?.word
    direction = json["direction"]?.word
    value = json["value"]?.word
    rule = json["rule"]?.word
    environment = json["environment"]?.word
    when = json["when"]?.word
    unless = json["unless"]?.word
  }
}

extension JSON {
  /// The texts of a list under a key.
  func words(_ key: String) -> [String] {
    if case .array(let items)? = self[key] { items.compactMap(\.word) } else { [] }
  }
}

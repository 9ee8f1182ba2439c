import ModelFiles

/// A start of vLLM as it was recorded: what was asked of it, and what it printed. Keys that are not known are left.
struct StartRecord {
  private let members: JSONObject

  init(_ members: JSONObject) { self.members = members }

  subscript(key: String) -> JSON? { members[key] }

  var id: String? {
    if case .integer(let number)? = self["id"] { return String(number) }
    return self["id"]?.word
  }
  var model: String? { self["model"]?.word }
  var gpu: String? { self["gpu"]?.word }
  var outcome: String? { self["outcome"]?.word }

  /// The flags of vLLM, under its names with underscores.
  var flags: [JSONObject.Member] {
    if case .object(let flags)? = self["flags"] { flags.members } else { [] }
  }

  /// A figure that the start printed, above 0.
  func observed(_ key: String) -> Double? { self["observed"]?[key]?.amount }

  /// What it printed in GiB, in bytes.
  func observedBytes(_ key: String) -> Double? { observed(key).map { $0 * 1_073_741_824 } }

  /// Whether it can test something: as its `tests` say, or, where it has none, all that was printed.
  func tests(_ name: String) -> Bool {
    guard case .array(let tests)? = self["tests"] else { return name != "weights" || !usesObservedWeights }
    return tests.contains(.string(name))
  }

  /// The printed weights are to be planned with, since they cannot be derived.
  var usesObservedWeights: Bool { self["use_observed_weights"] == .bool(true) }

  /// An input was chosen because the record's own figures then agree.
  var isFitted: Bool {
    switch self["fitted"] {
    case nil, .null?, .bool(false)?, .string("")?, .array([])?: false
    default: true
    }
  }
}

extension JSON {
  /// A text that is not empty.
  var word: String? {
    if case .string(let text) = self, !text.isEmpty { text } else { nil }
  }

  /// A number above 0, of a size that any figure of a start has.
  var amount: Double? {
    switch self {
    case .integer(let number) where number > 0 && number < 1 << 52: Double(number)
    case .number(let number) where number > 0 && number < 1e15: number
    default: nil
    }
  }

  /// A value as a command line has it.
  var argument: String {
    switch self {
    case .string(let text): text
    default: serialized(pretty: false)
    }
  }
}

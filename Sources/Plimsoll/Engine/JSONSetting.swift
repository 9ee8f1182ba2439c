/// One value of a JSON flag, under its path: `--hf-overrides.rope_scaling.factor=4` is `["rope_scaling", "factor"]` and `4`.
///
/// The value stays raw JSON text, since a reader of JSON is not this library's business; what the flags themselves
/// need is read by the accessors.
public struct JSONSetting: Hashable, Sendable {
  public var path: [String]
  /// JSON: a number, a quoted string, `true`, `false`, `null`, an array, or an empty object.
  public var text: String

  public init(path: [String], text: String) {
    self.path = path
    self.text = text
  }
}

extension JSONSetting {
  /// Whether the value is an explicit null.
  public var isNull: Bool { text == "null" }

  /// The whole number that the value is, or that its text is: vLLM takes the text of `+` lists and of quotes for one.
  ///
  /// Source: pydantic's lax mode, under which the config classes check their fields.
  public var int: Int? { FlagNumber.integer(string ?? text) }

  /// The number that the value is.
  public var number: Double? { Double(text) }

  /// The truth value that the value is.
  public var bool: Bool? {
    switch text {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// The text of a JSON string, its simple escapes undone; nil for any other value.
  public var string: String? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 2, bytes[0] == UInt8(ascii: "\""), bytes[bytes.count - 1] == UInt8(ascii: "\"") else {
      return nil
    }
    return JSONFragment.unquoted(bytes[1..<(bytes.count - 1)])
  }

  /// The elements of a JSON array, each as raw text; nil for any other value.
  public var elements: [String]? {
    var scan = JSONFragment(text)
    return scan.elements()
  }

  /// The whole numbers of a JSON array, or their texts; nil unless it holds nothing else.
  public var ints: [Int]? {
    guard let elements else { return nil }
    let numbers = elements.compactMap { JSONSetting(path: [], text: $0).int }
    return numbers.count == elements.count ? numbers : nil
  }
}

extension [JSONSetting] {
  /// The value under a path; the last one written wins.
  public func value(at path: String...) -> JSONSetting? { last { $0.path == path } }

  /// Writes a value under its path, as vLLM merges dotted arguments: an array joins one already there, a value under
  /// a longer or shorter path takes the place of the other.
  ///
  /// Source: `recursive_dict_update`, utils/argparse_utils.py.
  public mutating func merge(_ setting: JSONSetting) {
    if let place = firstIndex(where: { $0.path == setting.path }) {
      if let old = self[place].elements, let new = setting.elements {
        self[place].text = "[" + (old + new).joined(separator: ", ") + "]"
      } else {
        self[place].text = setting.text
      }
      return
    }
    removeAll { $0.path.starts(with: setting.path) || (setting.path.starts(with: $0.path) && $0.text != "{}") }
    removeAll { setting.path.starts(with: $0.path) }
    append(setting)
  }

  /// The values as one JSON object again.
  public var jsonObject: String {
    var keys = [String]()
    for setting in self where !setting.path.isEmpty && !keys.contains(setting.path[0]) { keys.append(setting.path[0]) }
    let members = keys.map { key in
      let inner = filter { $0.path.first == key }
      let nested: [JSONSetting] = inner.map { JSONSetting(path: [String]($0.path.dropFirst()), text: $0.text) }
      let value = inner.first { $0.path.count == 1 }?.text ?? nested.jsonObject
      return JSONFragment.quoted(key) + ": " + value
    }
    return "{" + members.joined(separator: ", ") + "}"
  }
}

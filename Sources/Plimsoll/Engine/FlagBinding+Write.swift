extension FlagBinding {
  /// The flag as words of a command line that reads back as the same value; none if it is not given.
  func written(in flags: ServeFlags, name: String) -> [String] {
    switch self {
    case .pair(let path):
      guard let isOn = flags[keyPath: path] else { return [] }
      return [isOn ? name : "--no-" + name.dropFirst(2)]
    case .integer(let path), .readableInteger(let path), .integerChoice(let path, _):
      return flags[keyPath: path].map { [name, String($0)] } ?? []
    case .maxModelLen(let path):
      switch flags[keyPath: path] {
      case .tokens(let count)?: return [name, String(count)]
      case .auto?: return [name, "auto"]
      case nil: return []
      }
    case .number(let path):
      return flags[keyPath: path].map { [name, FlagBinding.plain($0)] } ?? []
    case .size(let path):
      return flags[keyPath: path].map { [name, String($0.count)] } ?? []
    case .text(let path), .textChoice(let path, _):
      return flags[keyPath: path].map { [name, $0] } ?? []
    case .word(_, let get, _):
      return get(flags).map { [name, $0] } ?? []
    case .texts(let path):
      return flags[keyPath: path].isEmpty ? [] : [name] + flags[keyPath: path]
    case .integers(let path):
      return flags[keyPath: path].map { [name] + $0.map { String($0) } } ?? []
    case .json(let path):
      return flags[keyPath: path].isEmpty ? [] : [name, flags[keyPath: path].jsonObject]
    case .counts(let path):
      guard let counts = flags[keyPath: path] else { return [] }
      let members = counts.sorted { $0.key < $1.key }.map { JSONFragment.quoted($0.key) + ": " + String($0.value) }
      return [name, "{" + members.joined(separator: ", ") + "}"]
    }
  }

  /// A number as a person writes it: `10`, not `10.0`.
  private static func plain(_ number: Double) -> String {
    guard number.magnitude < 1e15, number == Double(Int(number)) else { return number.description }
    return String(Int(number))
  }
}

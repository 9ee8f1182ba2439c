extension FlagBinding {
  /// The flag as words of a command line that reads back as the same value; none if it is not given.
  func written(in flags: ServeFlags, name: String) -> [String] {
    var flags = flags
    func words<Value>(_ value: Value?, _ text: (Value) -> String) -> [String] { value.map { [name, text($0)] } ?? [] }
    switch self {
    case .pair(let place): return place(&flags, nil).map { [$0 ? name : "--no-" + name.dropFirst(2)] } ?? []
    case .integer(let place), .readableInteger(let place), .integerChoice(let place, _):
      return words(place(&flags, nil)) { String($0) }
    case .maxModelLen(let place):
      return words(place(&flags, nil)) { length in
        switch length {
        case .tokens(let count): String(count)
        case .auto: "auto"
        }
      }
    case .number(let place): return words(place(&flags, nil), FlagBinding.plain)
    case .size(let place): return words(place(&flags, nil)) { String($0.count) }
    case .text(let place), .textChoice(let place, _), .word(let place, _): return words(place(&flags, nil)) { $0 }
    case .texts(let place):
      let texts = place(&flags, nil)
      return texts.isEmpty ? [] : [name] + texts
    case .integers(let place): return place(&flags, nil).map { [name] + $0.map { String($0) } } ?? []
    case .json(let place):
      let settings = place(&flags, nil)
      return settings.isEmpty ? [] : [name, settings.jsonObject]
    case .counts(let place):
      return words(place(&flags, nil)) { counts in
        let members = Array(counts).ordered { $0.key < $1.key }
          .map { JSONFragment.quoted($0.key) + ": " + String($0.value) }
        return "{" + members.joined(separator: ", ") + "}"
      }
    }
  }

  /// A number as a person writes it: `10`, not `10.0`.
  private static func plain(_ number: Double) -> String {
    guard number.magnitude < 1e15, number == Double(Int(number)) else { return number.description }
    return String(Int(number))
  }
}

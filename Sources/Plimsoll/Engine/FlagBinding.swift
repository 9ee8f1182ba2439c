/// A field of the flags.
public typealias FlagPlace<Value> = any WritableKeyPath<ServeFlags, Value> & Sendable

/// Where a flag's value is kept, and so how it is read and written.
public enum FlagBinding: Sendable {
  case pair(FlagPlace<Bool?>)
  /// Python's `int()`.
  case integer(FlagPlace<Int?>)
  /// vLLM's `human_readable_int`: `32k`, `32K`.
  case readableInteger(FlagPlace<Int?>)
  case integerChoice(FlagPlace<Int?>, [Int])
  case maxModelLen(FlagPlace<MaxModelLen?>)
  case number(FlagPlace<Double?>)
  case size(FlagPlace<Bytes?>)
  case text(FlagPlace<String?>)
  case textChoice(FlagPlace<String?>, [String])
  case texts(FlagPlace<[String]>)
  case integers(FlagPlace<[Int]?>)
  case json(FlagPlace<[JSONSetting]>)
  /// Counts by modality, from JSON that may hold a count or options with a count.
  case counts(FlagPlace<[String: Int]?>)
  /// A word that is the raw value of an enumeration; see `choice(_:)`.
  case word(
    choices: [String], get: @Sendable (ServeFlags) -> String?, set: @Sendable (inout ServeFlags, String?) -> Void)

  /// A flag whose words are an enumeration's raw values.
  public static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ path: FlagPlace<Choice?>
  ) -> FlagBinding where Choice.RawValue == String {
    .word(
      choices: Choice.allCases.map(\.rawValue),
      get: { $0[keyPath: path]?.rawValue },
      set: { flags, word in flags[keyPath: path] = word.flatMap { Choice(rawValue: $0) } })
  }
}

extension FlagBinding {
  var arity: FlagArity {
    switch self {
    case .pair: .pair
    case .texts, .integers: .many
    default: .one
    }
  }

  var choices: [String] {
    switch self {
    case .textChoice(_, let choices), .word(let choices, _, _): choices
    case .integerChoice(_, let choices): choices.map { String($0) }
    default: []
    }
  }

  var isJSON: Bool {
    switch self {
    case .json, .counts: true
    default: false
    }
  }

  /// Takes the flag back.
  func clear(_ flags: inout ServeFlags) {
    switch self {
    case .pair(let path): flags[keyPath: path] = nil
    case .integer(let path), .readableInteger(let path), .integerChoice(let path, _): flags[keyPath: path] = nil
    case .maxModelLen(let path): flags[keyPath: path] = nil
    case .number(let path): flags[keyPath: path] = nil
    case .size(let path): flags[keyPath: path] = nil
    case .text(let path), .textChoice(let path, _): flags[keyPath: path] = nil
    case .texts(let path): flags[keyPath: path] = []
    case .integers(let path): flags[keyPath: path] = nil
    case .json(let path): flags[keyPath: path] = []
    case .counts(let path): flags[keyPath: path] = nil
    case .word(_, _, let set): set(&flags, nil)
    }
  }
}

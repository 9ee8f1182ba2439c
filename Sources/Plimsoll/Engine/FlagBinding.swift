/// A field of the flags: gives what stands in it, after putting another value there where one comes with the call.
///
/// A closure and not a key path: a key path is put together anew in each process, and a hundred of them take longer
/// than a plan. ``field(_:_:)`` is its body.
public typealias FlagPlace<Value> = @Sendable (inout ServeFlags, _ new: Value?) -> Value

/// The body of a ``FlagPlace``: `{ field(&$0.maxNumSeqs, $1) }`.
func field<Value>(_ field: inout Value, _ new: Value?) -> Value {
  if let new { field = new }
  return field
}

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
  case word(FlagPlace<String?>, choices: @Sendable () -> [String])

  /// A flag whose words are an enumeration's raw values.
  public static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ place: @escaping FlagPlace<Choice?>
  ) -> FlagBinding where Choice.RawValue == String {
    .word(
      { flags, word in
        place(&flags, word.map { $0.flatMap { Choice(rawValue: $0) } })?.rawValue
      }, choices: { Choice.allCases.map(\.rawValue) })
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
    case .textChoice(_, let choices): choices
    case .word(_, let choices): choices()
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
    case .pair(let place): _ = place(&flags, .some(nil))
    case .integer(let place), .readableInteger(let place), .integerChoice(let place, _): _ = place(&flags, .some(nil))
    case .maxModelLen(let place): _ = place(&flags, .some(nil))
    case .number(let place): _ = place(&flags, .some(nil))
    case .size(let place): _ = place(&flags, .some(nil))
    case .text(let place), .textChoice(let place, _), .word(let place, _): _ = place(&flags, .some(nil))
    case .texts(let place): _ = place(&flags, [])
    case .integers(let place): _ = place(&flags, .some(nil))
    case .json(let place): _ = place(&flags, [])
    case .counts(let place): _ = place(&flags, .some(nil))
    }
  }

  /// Whether the flag is among those given. The flags stay as they are.
  func isGiven(in flags: inout ServeFlags) -> Bool {
    switch self {
    case .pair(let place): place(&flags, nil) != nil
    case .integer(let place), .readableInteger(let place), .integerChoice(let place, _): place(&flags, nil) != nil
    case .maxModelLen(let place): place(&flags, nil) != nil
    case .number(let place): place(&flags, nil) != nil
    case .size(let place): place(&flags, nil) != nil
    case .text(let place), .textChoice(let place, _), .word(let place, _): place(&flags, nil) != nil
    case .texts(let place): !place(&flags, nil).isEmpty
    case .integers(let place): place(&flags, nil) != nil
    case .json(let place): !place(&flags, nil).isEmpty
    case .counts(let place): place(&flags, nil) != nil
    }
  }
}

extension ConfigObject {
  /// A whole number within a range; 4096.0 is one too, since Python configs hold such.
  package func int(
    _ key: String, in range: ClosedRange<Int> = anyCount, default fallback: Int? = nil
  ) throws(ConfigError) -> Int {
    try required(try optionalInt(key, in: range), key, .integer(range), default: fallback)
  }

  package func optionalInt(_ key: String, in range: ClosedRange<Int> = anyCount) throws(ConfigError) -> Int? {
    guard let value = present(key) else { return nil }
    guard let number = value.exactInt, range ~= number else { throw error(key, wanted: .integer(range)) }
    return number
  }

  /// A number within a range, whole or not; NaN and the infinities are not.
  package func double(
    _ key: String, in range: ClosedRange<Double> = anyFinite, default fallback: Double? = nil
  ) throws(ConfigError) -> Double {
    try required(try optionalDouble(key, in: range), key, .number(range), default: fallback)
  }

  package func optionalDouble(
    _ key: String, in range: ClosedRange<Double> = anyFinite
  ) throws(ConfigError) -> Double? {
    guard let value = present(key) else { return nil }
    guard let number = value.double, number.isFinite, range ~= number else {
      throw error(key, wanted: .number(range))
    }
    return number
  }

  package func bool(_ key: String, default fallback: Bool? = nil) throws(ConfigError) -> Bool {
    try required(try optionalBool(key), key, .bool, default: fallback)
  }

  package func optionalBool(_ key: String) throws(ConfigError) -> Bool? {
    guard let value = present(key) else { return nil }
    guard case .bool(let flag) = value else { throw error(key, wanted: .bool) }
    return flag
  }

  package func string(_ key: String, default fallback: String? = nil) throws(ConfigError) -> String {
    try required(try optionalString(key), key, .string, default: fallback)
  }

  package func optionalString(_ key: String) throws(ConfigError) -> String? {
    guard let value = present(key) else { return nil }
    guard case .string(let text) = value else { throw error(key, wanted: .string) }
    return text
  }
}

extension JSON {
  /// The whole number that this is exactly, however it is written.
  var exactInt: Int? {
    switch self {
    case .integer(let number): number
    case .number(let number): Int(exactly: number)
    default: nil
    }
  }

  /// The nearest `Double` of a number.
  var double: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .bigInteger(let digits): Double(digits)
    case .number(let number): number
    default: nil
    }
  }
}

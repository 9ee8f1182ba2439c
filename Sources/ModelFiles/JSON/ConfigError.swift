/// What is wrong with one value of a config, by its key path: what was found, and what is wanted.
package struct ConfigError: Error, Hashable, Sendable {
  /// The keys from the top, as in `text_config.num_hidden_layers`; an element of an array as in `layers[3]`.
  package var keyPath: String
  package var found: Found
  package var wanted: Wanted

  package init(keyPath: String, found: Found, wanted: Wanted) {
    self.keyPath = keyPath
    self.found = found
    self.wanted = wanted
  }

  package enum Found: Hashable, Sendable {
    /// The key is not there.
    case nothing
    case null
    case bool(Bool)
    /// A number, as JSON or Python writes it.
    case number(String)
    case string(String)
    case array(count: Int)
    case object(count: Int)
  }

  package enum Wanted: Hashable, Sendable {
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case bool
    case string
    case array
    case object
    /// A rule of the reader's own, as the end of "wanted …".
    case rule(String)
  }
}

extension ConfigError.Found {
  package init(_ value: JSON?) {
    switch value {
    case nil: self = .nothing
    case .null?: self = .null
    case .bool(let flag)?: self = .bool(flag)
    case .integer(let number)?: self = .number(String(number))
    case .bigInteger(let digits)?: self = .number(digits)
    case .number(let number)?: self = .number(Self.text(number))
    case .string(let text)?: self = .string(text)
    case .array(let elements)?: self = .array(count: elements.count)
    case .object(let object)?: self = .object(count: object.count)
    }
  }

  private static func text(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isFinite { return number.description }
    return number < 0 ? "-Infinity" : "Infinity"
  }
}

extension ConfigError {
  /// The sentence for the user, without the name of the file.
  package var message: String {
    if found == .nothing { return keyPath + " is missing, wanted " + wanted.words }
    return keyPath + " is " + found.words + ", wanted " + wanted.words
  }
}

extension ConfigError.Found {
  fileprivate var words: String {
    switch self {
    case .nothing: "missing"
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let text): Self.shortened(text)
    case .string(let text): "the string " + JSON.string(Self.shortened(text)).serialized(pretty: false)
    case .array(let count): "an array of " + String(count)
    case .object(let count): "an object of " + String(count) + " keys"
    }
  }

  /// A file can hold a value of any length; a message cannot.
  private static func shortened(_ text: String) -> String {
    let start = text.prefix(40)
    return start.endIndex == text.endIndex ? text : String(start) + "…"
  }
}

extension ConfigError.Wanted {
  fileprivate var words: String {
    switch self {
    case .integer(let range):
      "a whole number from " + String(range.lowerBound) + " to " + String(range.upperBound)
    case .number(let range) where range == ConfigObject.anyFinite: "a finite number"
    case .number(let range):
      "a number from " + range.lowerBound.description + " to " + range.upperBound.description
    case .bool: "true or false"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    case .rule(let text): text
    }
  }
}

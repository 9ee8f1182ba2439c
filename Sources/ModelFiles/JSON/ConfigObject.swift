/// An object of a config, read key by key with its place in the file at hand for messages.
///
///     let text = try ConfigObject(json).object("text_config")
///     let layers = try text.int("num_hidden_layers")
///
/// An explicit `null` is what Python writes for "not set": where a value may be absent it counts as absent,
/// and where it may not it is an error that says so. ``isNull(_:)`` tells the two apart.
package struct ConfigObject: Hashable, Sendable {
  package let members: JSONObject
  /// The key path of this object; empty for the top.
  package let path: String

  package init(_ members: JSONObject, path: String = "") {
    self.members = members
    self.path = path
  }

  /// The top of a config, which has to be an object.
  package init(_ json: JSON) throws(ConfigError) {
    guard case .object(let members) = json else {
      throw ConfigError(keyPath: "the config", found: .init(json), wanted: .object)
    }
    self.init(members)
  }
}

extension ConfigObject {
  /// The range of a number of which nothing is known but that it counts something.
  package static let anyCount: ClosedRange<Int> = 1...1 << 40
  package static let anyFinite: ClosedRange<Double> =
    -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude

  /// Whether the key is there, also if its value is `null`.
  package func has(_ key: String) -> Bool { members[key] != nil }

  /// Whether the key is there with the value `null`.
  package func isNull(_ key: String) -> Bool { members[key] == .null }

  /// The first of several names for one thing that is set here.
  package func firstKey(of keys: [String]) -> String? { keys.first { present($0) != nil } }

  /// The keys from the top of the file to a key of this object.
  package func keyPath(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

  /// The error of a key of this object whose value breaks a rule of the reader's own.
  package func error(_ key: String, wanted: ConfigError.Wanted) -> ConfigError {
    ConfigError(keyPath: keyPath(key), found: .init(members[key]), wanted: wanted)
  }

  /// The value of a key that is there and not `null`.
  func present(_ key: String) -> JSON? {
    guard let value = members[key], value != .null else { return nil }
    return value
  }

  /// A value that has to be there unless there is a default for it.
  func required<Value>(
    _ value: Value?, _ key: String, _ wanted: ConfigError.Wanted, default fallback: Value?
  ) throws(ConfigError) -> Value {
    guard let result = value ?? fallback else { throw error(key, wanted: wanted) }
    return result
  }
}

extension ConfigObject {
  package func object(_ key: String) throws(ConfigError) -> ConfigObject {
    try required(try optionalObject(key), key, .object, default: nil)
  }

  package func optionalObject(_ key: String) throws(ConfigError) -> ConfigObject? {
    guard let value = present(key) else { return nil }
    guard case .object(let members) = value else { throw error(key, wanted: .object) }
    return ConfigObject(members, path: keyPath(key))
  }

  /// An array of whole numbers, each within a range.
  package func ints(
    _ key: String, in range: ClosedRange<Int> = anyCount, default fallback: [Int]? = nil
  ) throws(ConfigError) -> [Int] {
    try required(try optionalInts(key, in: range), key, .array, default: fallback)
  }

  package func optionalInts(_ key: String, in range: ClosedRange<Int> = anyCount) throws(ConfigError) -> [Int]? {
    try optionalElements(key, wanted: .integer(range)) { value in
      if let number = value.exactInt, range ~= number { number } else { nil }
    }
  }

  package func strings(_ key: String, default fallback: [String]? = nil) throws(ConfigError) -> [String] {
    try required(try optionalStrings(key), key, .array, default: fallback)
  }

  package func optionalStrings(_ key: String) throws(ConfigError) -> [String]? {
    try optionalElements(key, wanted: .string) { value in
      if case .string(let text) = value { text } else { nil }
    }
  }

  package func objects(_ key: String, default fallback: [ConfigObject]? = nil) throws(ConfigError) -> [ConfigObject] {
    try required(try optionalObjects(key), key, .array, default: fallback)
  }

  package func optionalObjects(_ key: String) throws(ConfigError) -> [ConfigObject]? {
    guard let elements = try optionalElements(key, wanted: .object, read: { $0.asObject }) else { return nil }
    return elements.enumerated().map { place, members in
      ConfigObject(members, path: elementPath(key, place))
    }
  }

  private func optionalElements<Element>(
    _ key: String, wanted: ConfigError.Wanted, read: (JSON) -> Element?
  ) throws(ConfigError) -> [Element]? {
    guard let value = present(key) else { return nil }
    guard case .array(let elements) = value else { throw error(key, wanted: .array) }
    var result: [Element] = []
    result.reserveCapacity(elements.count)
    for (place, element) in elements.enumerated() {
      guard let read = read(element) else {
        throw ConfigError(keyPath: elementPath(key, place), found: .init(element), wanted: wanted)
      }
      result.append(read)
    }
    return result
  }

  private func elementPath(_ key: String, _ place: Int) -> String {
    keyPath(key) + "[" + String(place) + "]"
  }
}

extension JSON {
  fileprivate var asObject: JSONObject? {
    if case .object(let members) = self { members } else { nil }
  }
}

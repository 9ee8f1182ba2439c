import ModelFiles
import Plimsoll

extension ConfigObject {
  /// One of the names of an enumeration.
  func choice<Choice>(_ key: String) throws(ConfigError) -> Choice
  where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
    guard let choice = Choice(rawValue: try string(key)) else {
      throw error(key, wanted: .rule("one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")))
    }
    return choice
  }

  /// `[low, high]` in GiB as logs print them, to the nearest byte.
  func range(_ key: String) throws(ConfigError) -> ObservedRange? {
    guard case .array(let ends)? = members[key] else { return nil }
    let bytes = ends.compactMap { end -> Bytes? in
      switch end {
      case .integer(let gib): Bytes.gib(gib)
      case .number(let gib): Bytes(Int(gib * 1_073_741_824 + 0.5))
      default: nil
      }
    }
    guard bytes.count == 2, ends.count == 2, bytes[0] <= bytes[1] else {
      throw error(key, wanted: .rule("[low, high] in GiB"))
    }
    return ObservedRange(low: bytes[0], high: bytes[1])
  }

  func measured(_ key: String, source: String) throws(ConfigError) -> MeasuredRange? {
    guard let range = try range(key) else { return nil }
    return MeasuredRange(range: range, source: try string(source))
  }
}

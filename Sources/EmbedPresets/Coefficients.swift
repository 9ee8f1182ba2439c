import Foundation

/// `Presets/engines/measured-terms.json`: the fitted coefficients, each with its values by release.
struct Coefficients: Decodable {
  let coefficients: [Coefficient]

  struct Coefficient: Decodable {
    let name: String
    let what: String
    let unit: String
    let values: [Value]
  }

  /// A value from a release on, or of one and those before it, until the next value.
  struct Value: Decodable {
    /// The newest release that has it; nil for the value of the newest release of all.
    let through: String?
    let low, high, worst: Int?
    let best: Int
  }

  init(file: URL) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
    guard Set(coefficients.map(\.name)).count == coefficients.count else {
      throw PresetError(message: "\(file.path): a name stands twice")
    }
  }

}

extension Coefficients {
  /// The Swift of it: a type with a field for each coefficient, its newest values, and what older releases set back.
  func source() throws -> String {
    var fields = ""
    var newest: [String] = []
    var steps: [(release: String, lines: [String])] = []
    for coefficient in coefficients {
      let (name, values) = (coefficient.name, coefficient.values)
      guard let first = values.first, first.through == nil, values.dropFirst().allSatisfy({ $0.through != nil }) else {
        throw PresetError(message: "\(name): the first value is the newest, and each after it says through what")
      }
      fields += "  /// \(coefficient.what)\n  public var \(name): \(try coefficient.type())\n"
      newest.append("    \(name): \(try coefficient.literal(first))")
      for value in values.dropFirst() {
        let line = "      \(name) = \(try coefficient.literal(value))\n"
        if let index = steps.firstIndex(where: { $0.release == value.through }) {
          steps[index].lines.append(line)
        } else {
          steps.append((value.through ?? "", [line]))
        }
      }
    }
    let cases = steps.map { "    case \"\($0.release)\":\n" + $0.lines.joined() }.joined()
    return """
      /// The fitted coefficients of a release: `Presets/engines/measured-terms.json`, which says what each was fitted on.
      public struct FittedTerms: Hashable, Sendable {
      \(fields)
        /// The newest release's.
        public static let newest = FittedTerms(
      \(newest.joined(separator: ",\n")))

        /// Sets back what differs in a release from the one after it.
        mutating func setBack(to release: String) {
          switch release {
      \(cases)    default: break
          }
        }
      }

      """
  }
}

extension Coefficients.Coefficient {
  /// Amounts are `Bytes`, shares of an amount percent, all else counts; with an interval a spread of them.
  private enum Kind { case bytes, spread, share, shares, count }

  private func kind(_ value: Coefficients.Value) throws -> Kind {
    let ends = [value.low, value.high, value.worst]
    let isSpread = ends.contains { $0 != nil }
    if isSpread {
      guard let low = value.low, let high = value.high, let worst = value.worst, low <= value.best, value.best <= high,
        high <= worst
      else { throw PresetError(message: "\(name): low, best, high and worst have to rise") }
    }
    switch unit {
    case "MiB", "KiB": return isSpread ? .spread : .bytes
    case "%": return isSpread ? .shares : .share
    default:
      guard !isSpread else { throw PresetError(message: "\(name): a count has no interval") }
      return .count
    }
  }

  func type() throws -> String {
    guard let first = values.first else { throw PresetError(message: "\(name): no value") }
    return switch try kind(first) {
    case .bytes: "Bytes"
    case .spread: "Spread"
    case .shares: "Shares"
    case .share, .count: "Int"
    }
  }

  func literal(_ value: Coefficients.Value) throws -> String {
    let kind = try kind(value)
    let amount = unit == "MiB" ? ".mib" : ".kib"
    let numbers = [("low", value.low), ("best", value.best), ("high", value.high), ("worst", value.worst)]
    func list(_ number: (Int) -> String) -> String {
      numbers.map { "\($0): \(number($1 ?? 0))" }.joined(separator: ", ")
    }
    return switch kind {
    case .bytes: "\(amount)(\(value.best))"
    case .spread: "Spread(\(list { "\(amount)(\($0))" }))"
    case .shares: "Shares(\(list(String.init)))"
    case .share, .count: "\(value.best)"
    }
  }
}

import Foundation
import Plimsoll

/// `Presets/engines/measured-terms.json` as it lies in the repository, with what the build leaves out.
struct MeasuredTermsFile: Codable, Equatable {
  var coefficients: [Coefficient]

  struct Coefficient: Codable, Equatable {
    var name, what, unit: String
    var values: [Value]
  }

  struct Value: Codable, Equatable {
    /// The newest release that has it; nil for the newest of all.
    var through: String?
    var low: Int?
    var best: Int
    var high, worst: Int?
    /// `fitted` on starts; `analytic`, read in the engine; or a `margin` that no start shows alone.
    var basis: String
    /// What it rests on.
    var how: String
    /// How many sources, the median deviation of one in percent, and the rows of the fixtures.
    var sources, residual: Int?
    var starts: [String]?
  }

  static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Presets/engines/measured-terms.json")

  static func read() throws -> MeasuredTermsFile {
    try JSONDecoder().decode(MeasuredTermsFile.self, from: Data(contentsOf: url))
  }

  /// A value a line.
  func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    func text(_ value: some Encodable) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
    let lines = try coefficients.map { coefficient in
      let values = try coefficient.values.map { value in
        let pairs: [(String, (any Encodable)?)] = [
          ("through", value.through), ("low", value.low), ("best", value.best), ("high", value.high),
          ("worst", value.worst), ("basis", value.basis), ("how", value.how), ("sources", value.sources),
          ("residual", value.residual), ("starts", value.starts),
        ]
        let members = try pairs.compactMap { name, value in try value.map { "\"\(name)\": \(try text($0))" } }
        return "        {\(members.joined(separator: ", "))}"
      }
      return """
            {
              "name": \(try text(coefficient.name)),
              "what": \(try text(coefficient.what)),
              "unit": \(try text(coefficient.unit)),
              "values": [
        \(values.joined(separator: ",\n"))
              ]
            }
        """
    }
    let whole = "{\n  \"coefficients\": [\n\(lines.joined(separator: ",\n"))\n  ]\n}\n"
    try whole.write(to: Self.url, atomically: true, encoding: .utf8)
  }
}

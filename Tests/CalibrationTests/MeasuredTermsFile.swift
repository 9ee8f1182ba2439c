import Foundation
import Plimsoll

/// `Presets/engines/measured-terms.json` as it lies in the repository, with what the build leaves out.
struct MeasuredTermsFile: Codable {
  var coefficients: [Coefficient]

  struct Coefficient: Codable {
    var name, what, unit: String
    var values: [Value]
  }

  struct Value: Codable {
    /// The newest release that has it; nil for the newest of all.
    var through: String?
    var low: Int?
    var best: Int
    var high, worst: Int?
    /// `fitted` on starts, or `analytic`: read in the engine.
    var basis: String
    /// What it rests on.
    var how: String
  }

  static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Presets/engines/measured-terms.json")

  static func read() throws -> MeasuredTermsFile {
    try JSONDecoder().decode(MeasuredTermsFile.self, from: Data(contentsOf: url))
  }
}

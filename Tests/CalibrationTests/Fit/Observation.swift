import Foundation

/// A figure of one term alone: a row of `Fixtures/observations.tsv`.
struct Observation: Sendable {
  var id, source, release: String
  var isDataCentre: Bool
  var tensor: Int
  var quantity: String
  var gib: Double

  static let all: [Observation] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/observations.tsv")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let cells = line.split(separator: "\t").map(String.init)
      return Observation(
        id: cells[0], source: cells[1], release: cells[2], isDataCentre: cells[3] == "data-centre",
        tensor: Int(cells[4]) ?? 1, quantity: cells[5], gib: Double(cells[6]) ?? 0)
    }
  }()
}

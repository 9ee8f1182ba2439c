import Foundation

@testable import Plimsoll

/// A start that is predicted with the record of another start of its site, or with its own.
struct Neighbour: Sendable {
  var record: Start
  var asked: Start
  var known: Deployment
  var deployment: Deployment
  var before: Evaluation
  var after: Evaluation

  var isSame: Bool { record.id == asked.id }
  /// What the recorded start had otherwise.
  var differences: [String] {
    let cache = Self.caches[record.id]
    let words = cache != nil && cache != Self.caches[asked.id] ? cache.map { ["a \($0.rawValue) compile cache"] } : nil
    return deployment.differences(of: known) + (words ?? [])
  }
  /// They differ in what the bar is about: length, sequences, utilization.
  var isOfBar: Bool {
    !isSame && !differences.isEmpty
      && differences.allSatisfy { words in
        ["--max-model-len ", "--max-num-seqs ", "--gpu-memory-utilization ", "a cold ", "a warm "]
          .contains { words.hasPrefix($0) }
          // The sizes of captured graphs follow from the sequences.
          || words.hasSuffix("capture sizes")
      }
  }

  /// - Returns: nil where the record does not tell of the other start.
  init?(from record: Start, to asked: Start) throws {
    (known, deployment) = (try record.deployment(), try asked.deployment())
    guard deployment.model == known.model, deployment.isNeighbour(of: known),
      let calibration = Calibration(record: record.id, of: known, printing: PrintedStart(record))
    else { return nil }
    (self.record, self.asked) = (record, asked)
    before = deployment.evaluate()
    var calibrated = deployment
    calibrated.measured = MeasuredOverrides()
    // A total that the record printed is this site's.
    if let total = record.total, asked.total == nil { calibrated.totalMemory = Bytes(gib: total) }
    calibrated.calibrations = [calibration]
    // What a start finds compiled is known of it beforehand.
    calibrated.compileCache = Self.caches[asked.id]
    after = calibrated.evaluate()
  }

  /// What starts found compiled, of those whose logs say it.
  static let caches: [String: CompileCache] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/compiled.tsv")
    let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
    var found: [String: CompileCache] = [:]
    for line in lines where !line.hasPrefix("#") {
      let cells = line.split(separator: "\t").map(String.init)
      found[cells[0]] = CompileCache(rawValue: cells[1])
    }
    return found
  }()

  /// Pairs of starts of one source, each start with itself too; not those of which an input was worked out or left out.
  static let all: [Neighbour] = {
    let starts = (Start.all + Start.read("neighbours.tsv")).filter {
      !$0.isInferred && $0.outcome == "started" && ($0.printed.kvCache != nil || $0.printed.tokens != nil)
    }
    var found: [Neighbour] = []
    for record in starts {
      for asked in starts where asked.source == record.source {
        if let neighbour = try? Neighbour(from: record, to: asked) { found.append(neighbour) }
      }
    }
    return found
  }()

  /// The error of the tokens without a record and with it, in parts of what was printed; of the memory where no tokens
  /// were.
  var errors: (before: Double, after: Double)? {
    if let printed = asked.printed.tokens, let first = before.tokens, let second = after.tokens {
      return (Double(first) / Double(printed) - 1, Double(second) / Double(printed) - 1)
    }
    guard let printed = asked.printed.kvCache else { return nil }
    return (Self.cache(before).best.gib / printed - 1, Self.cache(after).best.gib / printed - 1)
  }

  /// Whether the printed memory lies in the 90 % interval, but for its rounding.
  var isInside: Bool? {
    asked.printed.kvCache.map { printed in
      let cache = Self.cache(after)
      return cache.low.gib <= printed + 0.005 && printed - 0.005 <= cache.high.gib
    }
  }

  static func cache(_ evaluation: Evaluation) -> Estimate { evaluation.stages[evaluation.limitingStage].kvCache }
}

extension PrintedStart {
  init(_ start: Start) {
    self.init()
    func bytes(_ gib: Double?) -> Bytes? { gib.map(Bytes.init(gib:)) }
    let printed = start.printed
    (total, free, weights) = (bytes(start.total), bytes(printed.free), bytes(printed.weights))
    (activation, nonTorch, consumed) = (bytes(printed.activation), bytes(printed.nonTorch), bytes(printed.consumed))
    (estimatedGraphs, graphs, kvCache) = (bytes(printed.estimatedGraphs), bytes(printed.graphs), bytes(printed.kvCache))
    tokens = printed.tokens
    compiled = Neighbour.caches[start.id].map { $0 == .cold }
  }
}

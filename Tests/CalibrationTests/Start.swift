import Catalog
import Foundation
import ModelFiles
import Testing

@testable import Plimsoll

/// One real start: a row of `Fixtures/starts.tsv`.
struct Start: Sendable, CustomTestStringConvertible {
  var id: String
  /// The repository, page or index entry that the log is from.
  var source: String
  var release: String
  var model: String
  var whatIf: String?
  var gpu: String?
  var total: Double?
  var isOffline: Bool
  var flags: [String]
  var takesPrintedWeights: Bool
  var printed: Printed
  var outcome: String
  /// An input was worked out from the log's own figures.
  var isInferred: Bool
  var testDescription: String { "\(id) \(model) \(release)" }

  /// What the log printed, in GiB and tokens.
  struct Printed: Sendable {
    var weights, activation, nonTorch, consumed, graphs, estimatedGraphs, kvCache: Double?
    var tokens: Int?
    var free: Double?
  }

  static let all = read("starts.tsv")
  /// Starts that no coefficient is fitted on.
  static let aside = read("aside.tsv")

  static func read(_ name: String) -> [Start] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(Start.init(line:))
  }

  private init(line: Substring) {
    let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    func text(_ index: Int) -> String? { cells[index] == "-" ? nil : cells[index] }
    func number(_ index: Int) -> Double? { text(index).flatMap(Double.init) }
    (id, source, release, model) = (cells[0], cells[1], cells[2], cells[3])
    (whatIf, gpu, total) = (text(4), text(5), number(6))
    isOffline = cells[7] == "llm"
    flags = text(8)?.components(separatedBy: " --").enumerated().map { $0 == 0 ? $1 : "--" + $1 } ?? []
    takesPrintedWeights = cells[9] == "yes"
    printed = Printed(
      weights: number(10), activation: number(11), nonTorch: number(12), consumed: number(13), graphs: number(14),
      estimatedGraphs: number(15), kvCache: number(16), tokens: text(17).flatMap { Int($0) }, free: number(18))
    outcome = cells[19]
    isInferred = cells[20] == "yes"
  }
}

extension Start {
  /// The start as a deployment. Where the log names no GPU, one that has the printed defaults stands for it.
  func deployment() throws -> Deployment {
    let preset = try Catalog.model(named: model)
    let shape = try ArchitectureTable.shape(
      of: preset.config, quantization: preset.quantization, quantizedAtLoad: nil,
      whatIf: try whatIf.map { try WhatIfQuantization($0) })
    var serve = ServeFlags()
    for flag in flags {
      let words = flag.split(separator: " ", maxSplits: 1).map(String.init)
      try serve.apply(name: words[0], value: words.count > 1 ? words[1] : nil)
    }
    guard case .found(let row) = EngineRelease.named(release) else { throw StartError.noRow }
    let isLarge = (serve.maxNumBatchedTokens ?? 0) >= 8192
    let device = try Catalog.gpu(named: gpu ?? (isLarge ? "h100-80gb-sxm" : "a100-80gb-sxm"))
    var deployment = Deployment(model: shape, device: device, flags: serve, release: row)
    deployment.totalMemory = total.map(Bytes.init(gib:))
    deployment.entryPoint = isOffline ? .llm : .serve
    if takesPrintedWeights { deployment.measured.weights = printed.weights.map(Bytes.init(gib:)) }
    return deployment
  }

  /// Whether its release came before another.
  func isBefore(_ other: String) -> Bool {
    guard let own = ReleaseNumber(release), let other = ReleaseNumber(other) else { return false }
    return own < other
  }

  enum StartError: Error { case noRow }
}

extension Bytes {
  init(gib: Double) { self.init(Int((gib * 1_073_741_824).rounded())) }
  var gib: Double { Double(count) / 1_073_741_824 }
}

extension [Double] {
  var mean: Double { reduce(0, +) / Double(Swift.max(1, count)) }

  /// The middle, or the value that so much of the rest lies below.
  func quantile(_ q: Double) -> Double {
    let ordered = sorted()
    return ordered[Swift.min(ordered.count - 1, Int(Double(ordered.count) * q))]
  }

  var median: Double {
    let ordered = sorted()
    return count % 2 == 1 ? ordered[count / 2] : (ordered[count / 2 - 1] + ordered[count / 2]) / 2
  }
}

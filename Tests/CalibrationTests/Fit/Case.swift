import Foundation

@testable import Plimsoll

/// A start with what its last stage runs.
struct Case: Sendable {
  var start: Start
  var deployment: Deployment
  var work: RankWork
  /// Whether the pool of graphs is taken off the KV cache.
  var takesGraphsOff: Bool

  static let all: [Case] = Start.all.compactMap { try? Case($0) }

  init(_ start: Start) throws {
    self.start = start
    deployment = try start.deployment()
    let flags = deployment.resolved
    let stages = flags.parallelism.stages(of: deployment.model)
    work = deployment.work(stage: stages.count - 1, range: stages[stages.count - 1], flags, blockSize: 16)
    let evaluation = deployment.evaluate()
    takesGraphsOff = evaluation.stages.last?.cudaGraphsInsideBudget ?? false
    work.attentionWorkspace = evaluation.attentionBuffers.workspace
  }

  /// The row whose values its release takes.
  private var row: String {
    if case .between(let row) = deployment.release.standing { row } else { deployment.release.name }
  }

  func deployment(with coefficients: Coefficients) -> Deployment {
    var deployment = deployment
    deployment.release.terms.fitted = coefficients.terms(of: row)
    return deployment
  }

  var tensor: Int { work.parallelism.tensor }
  var isQuantized: Bool { work.isQuantized }
  var hasStates: Bool { work.layers.contains { $0.mixer.keptState != nil } }
  var isIntegrated: Bool { start.gpu == "gb10" }
  /// Whether its log lets a whole prediction be compared.
  var isWhole: Bool {
    !start.isInferred && start.outcome == "started" && start.gpu != nil && start.printed.kvCache != nil
  }
  var doublings: Double { log2(Double(max(1, tensor))) }
  func isBefore(_ release: String) -> Bool { start.isBefore(release) }
}

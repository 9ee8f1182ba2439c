/// What a checkpoint holds of what vLLM loads, against what its config makes of it.
///
/// What a rank holds is a formula of the config; where the checkpoint is of another size, the formula's result is scaled
/// by how much it is.
public struct CheckpointWeights: Hashable, Sendable {
  /// What the checkpoint has.
  public var held: Bytes
  /// What the config makes of it, counted alike.
  public var implied: Bytes
  /// Where they differ, the most first; empty where only the sums are known.
  public var differences: [Difference]

  /// A part of the model in which a checkpoint has more or less than its config says.
  public struct Difference: Hashable, Sendable {
    /// The part, plain or quantized.
    public var kind: StoredWeights.Kind
    /// What the checkpoint has of it.
    public var held: Bytes
    /// What the config makes of it.
    public var implied: Bytes
  }

  /// By the headers of a checkpoint.
  public init(held: StoredWeights, implied: StoredWeights) {
    self.held = held.total
    self.implied = implied.total
    let all = Set(held.kinds.keys).union(implied.kinds.keys)
    let differences = all.map { kind in
      Difference(kind: kind, held: held.kinds[kind] ?? .zero, implied: implied.kinds[kind] ?? .zero)
    }
    let least = Double(implied.total.count) * Self.tolerance
    self.differences = differences.filter { Double($0.excess.count.magnitude) > least }
      .ordered { ($0.excess.count.magnitude, $0.kind.text) > ($1.excess.count.magnitude, $1.kind.text) }
  }

  /// By a size that was stated, against the nearest of what a checkpoint of this config may hold.
  public init(stated size: Bytes, implied candidates: [Bytes]) {
    held = size
    let nearest = candidates.min { ($0 - size).count.magnitude < ($1 - size).count.magnitude }
    implied = nearest ?? size
    differences = []
  }

  /// The share of a checkpoint by which it may differ from its config before that is said.
  public static let tolerance = 0.001

  /// How many times what the config makes the checkpoint has.
  public var ratio: Double { implied > .zero ? Double(held.count) / Double(implied.count) : 1 }

  /// The formula stands as it is.
  public var agrees: Bool {
    Double((held - implied).count.magnitude) <= Self.tolerance * Double(implied.count)
  }
}

extension CheckpointWeights.Difference {
  /// What the checkpoint has more than its config says.
  public var excess: Bytes { held - implied }
}

extension StoredWeights.Kind {
  fileprivate var text: String { (isQuantized ? "quantized " : "") + part.rawValue }
}

extension CheckpointWeights {
  /// What to say where checkpoint and config differ; nil where they agree.
  package var finding: Finding? {
    guard !agrees else { return nil }
    let percent = Bytes.fixed((ratio - 1).magnitude * 100, 1)
    var message =
      "the checkpoint holds \(held.text) of what vLLM loads, \(percent) % \(ratio > 1 ? "more" : "less") than the "
      + "\(implied.text) of its config: the weights are scaled to it"
    let most = differences.prefix(2).map { "\($0.kind.text) \($0.held.text) against \($0.implied.text)" }
    if !most.isEmpty { message += "; they differ most in " + most.joined(separator: ", ") }
    return Finding("checkpoint-differs", .warning, message)
  }
}

extension Weights {
  /// The same scaled to what the checkpoint has; buffers and adapters are no part of it.
  func scaled(to checkpoint: CheckpointWeights) -> Weights {
    guard !checkpoint.agrees else { return self }
    func more(_ bytes: Bytes) -> Bytes { Bytes(Int(Double(bytes.count) * (checkpoint.ratio - 1))) }
    var scaled = self
    for (part, bytes) in parts where part != .buffers {
      let difference = more(bytes)
      scaled.parts[part] = bytes + difference
      scaled.tensors += difference
      scaled.allocated += difference
    }
    scaled.offloaded += more(offloaded)
    return scaled
  }
}

/// The answer to "will this fit".
public enum Verdict: String, Hashable, Sendable, CaseIterable {
  /// It starts, also by the pessimistic estimate.
  case fits
  /// It starts by the best estimate and not by the pessimistic one.
  case tight
  case doesNotFit = "does-not-fit"
  /// vLLM rejects these flags for this model.
  case refused
  /// Part of it is not modelled.
  case unknown
}

/// What limits a deployment.
public enum Limiting: String, Hashable, Sendable, CaseIterable {
  case kvCache = "kv_cache"
  case weights
  case startupCheck = "startup_check"
  case afterBudget = "after_budget"
  case modelLength = "model_length"
  case mambaBlocks = "mamba_blocks"
}

/// Something that a person or a script should know about a plan.
public struct Finding: Hashable, Sendable {
  /// A name for scripts: `kv-cache-too-small`.
  public var code: String
  public var severity: Severity
  public var message: String
  public var remedies: [Remedy]

  public init(_ code: String, _ severity: Severity, _ message: String, remedies: [Remedy] = []) {
    self.code = code
    self.severity = severity
    self.message = message
    self.remedies = remedies
  }

  /// How grave a finding is.
  public enum Severity: String, Hashable, Sendable { case error, warning, note }
}

/// A change of flags that was planned again and fits.
public struct Remedy: Hashable, Sendable {
  /// The words to put in place of the flags of the same name.
  public var arguments: [String]
  /// The accelerators that it takes, where that is what changes.
  public var accelerators: Int?
  public var verdict: Verdict
  /// The KV tokens that it gives.
  public var tokens: Int?
  public var changes: Loss

  /// What a change costs, the least first.
  public enum Loss: String, Hashable, Sendable, CaseIterable, Comparable {
    case nothing, speed, context, output, hardware, eager

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.grade < rhs.grade }

    /// 0 for nothing, more for what is given up later.
    var grade: Int {
      switch self {
      case .nothing: 0
      case .speed: 1
      case .context: 2
      case .output: 3
      case .hardware: 4
      case .eager: 5
      }
    }
  }
}

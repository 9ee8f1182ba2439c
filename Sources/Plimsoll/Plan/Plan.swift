/// The whole answer for a deployment: what vLLM would do, what bounds it, and what to do about it.
public struct Plan: Hashable, Sendable {
  public var deployment: Deployment
  @Boxed public var evaluation: Evaluation
  public var verdict: Verdict
  /// One sentence that a person can act on.
  public var summary: String
  public var limiting: Limiting?
  public var limits: Limits?
  public var marginal: Marginal?
  /// Flags that start, by the pessimistic estimate; nil where none were found.
  @Boxed public var run: ServeFlags?
  public var findings: [Finding]

  /// The figures that bound a deployment; nil where a bound does not exist or was not found.
  public struct Limits: Hashable, Sendable {
    /// The most sequences with which vLLM starts.
    public var maxNumSeqsStarts: Int?
    /// The most sequences that can all reach max-model-len at once.
    public var maxNumSeqsFullLength: Int?
    /// The longest that memory and the model admit.
    public var maxModelLen: Int?
    /// The longest that memory admits; nil without a bound.
    public var maxModelLenByMemory: Int?
    public var minAccelerators: Int?
    public var utilization: Interval?
  }

  /// The values of a setting with which the deployment starts.
  public struct Interval: Hashable, Sendable {
    public var min: Double
    public var max: Double
  }

  /// What one more of each costs, in KV memory of a rank.
  public struct Marginal: Hashable, Sendable {
    public var oneMoreSequence: Bytes
    public var modelLen1024: Bytes
    public var batchedTokens1024: Bytes
    public var utilization001: Bytes?
  }
}

extension Plan {
  /// How many accelerators the flags use.
  public var acceleratorsUsed: Int { evaluation.parallelism.worldSize }
}

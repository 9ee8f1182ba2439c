/// Which deployments a search goes over: where it starts from, and what each flag may be.
///
/// An axis left at nil, or holding nil, stays with what the deployment says, else with the engine's default.
public struct SearchSpace: Hashable, Sendable {
  /// A model on a GPU, of which the search tries layouts and flags.
  public struct Start: Hashable, Sendable {
    /// What the axes change; every other flag holds.
    public var deployment: Deployment
    /// GPUs that there are, over all nodes.
    public var count: Int
    /// What one of them costs an hour, in the user's money; nil where no price was given.
    public var price: Double?
    /// The checkpoint that one might make, where the weights are not those given.
    public var quantization: String?

    public init(_ deployment: Deployment, count: Int, price: Double? = nil, quantization: String? = nil) {
      self.deployment = deployment
      self.count = count
      self.price = price
      self.quantization = quantization
    }

    /// GPUs of one node.
    public var perNode: Int { max(1, count / max(1, deployment.nodes)) }
  }

  public var starts: [Start]
  /// Sizes to try; nil: every one that there are GPUs for.
  public var tensor: [Int]?
  public var pipeline: [Int]?
  public var data: [Int]?
  /// Whether experts lie whole on ranks; nil: both where the model has experts and there are ranks to spread them over.
  public var expertParallel: [Bool]?
  public var decodeContext: [Int] = [1]
  public var kvCacheDTypes: [KVCacheDType?] = [nil]
  public var eager: [Bool?] = [nil]
  /// GiB of weights in host memory.
  public var offload: [Double?] = [nil]
  public var batchedTokens: [Int?] = [nil]
  public var utilizations: [Double?] = [nil]
  /// Lengths of a request.
  public var lengths = Reach.most(nil)
  /// Sequences at once.
  public var sequences = Reach.most(nil)
  /// Where the number of sequences is left to the engine: more than its default, where so many can all be at full length.
  public var raisesSequences = false
  public var gates = Gates()
  /// What the server is to take; requests are those of full length without it.
  public var workload: Workload?

  public init(_ starts: [Start]) { self.starts = starts }

  /// The values of an axis along which what fits once fits below too.
  public enum Reach: Hashable, Sendable {
    /// Each of these.
    case each([Int])
    /// The most of a range that fits; nil: up to what the model says (length), or the engine's default (sequences).
    case most(ClosedRange<Int>?)
  }

  /// What a configuration must have beyond a start.
  public struct Gates: Hashable, Sendable {
    /// Requests at once, and seats for them: of the workload on all engines, else of full length on one.
    public var minConcurrency: Double?
    public var minKVTokens: Int?
    /// Memory outside of what vLLM uses.
    public var minHeadroom: Bytes?
    /// Starts that the pessimistic estimate does not bear out count too.
    public var admitsTight = false
    /// Every sequence can reach full length at once.
    public var guaranteesFullLength = false

    public init() {}
  }
}

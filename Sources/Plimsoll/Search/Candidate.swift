/// A configuration that a search found to be valid: plain numbers, from which the deployment can be made again.
public struct Candidate: Hashable, Sendable {
  /// The place of its start among the space's.
  public var start: Int
  public var layout: Layout
  public var kvCacheDType: KVCacheDType?
  public var eager: Bool?
  public var offload: Double?
  /// `--max-num-batched-tokens`; nil: not stated.
  public var batchedTokens: Int?
  /// `--gpu-memory-utilization`; nil: not stated.
  public var utilization: Double?
  public var maxModelLen: Int
  public var maxNumSeqs: Int
  public var figures = Figures()

  init(start: Int, layout: Layout, maxModelLen: Int, maxNumSeqs: Int) {
    self.start = start
    self.layout = layout
    self.maxModelLen = maxModelLen
    self.maxNumSeqs = maxNumSeqs
  }

  /// What comes of it.
  public struct Figures: Hashable, Sendable {
    /// GPUs of all engines.
    public var accelerators = 1
    /// Money an hour; nil without a price.
    public var cost: Double?
    /// KV tokens of one engine as the release prints them; nil for a model without a cache.
    public var tokens: Int?
    /// Requests of full length at once in one engine, as the release prints them; nil for a model without a cache.
    public var concurrency: Double?
    /// Requests that all engines serve at once, of the workload, else of full length: what their pools hold, and what
    /// they have seats for.
    public var requests = 0
    /// KV tokens of all engines.
    public var allTokens = 0
    /// Memory outside of what vLLM uses, on the rank with the least; nil where the total is not known.
    public var headroom: Bytes?
    /// What is given up against the engine's defaults.
    public var loss = Remedy.Loss.nothing
    /// It starts by the best estimate and not by the pessimistic one.
    public var isTight = false

    init() {}
  }
}

extension Candidate {
  /// The flags of the candidate, everything that the search settled stated.
  public func flags(over start: SearchSpace.Start) -> ServeFlags {
    var flags = outerFlags(over: start)
    flags.maxModelLen = .tokens(maxModelLen)
    flags.maxNumSeqs = maxNumSeqs
    return flags
  }

  /// The flags without length and sequences.
  func outerFlags(over start: SearchSpace.Start) -> ServeFlags {
    var flags = start.deployment.flags
    layout.apply(to: &flags)
    if let kvCacheDType { flags.kvCacheDType = kvCacheDType }
    if let eager { flags.enforceEager = eager }
    if let offload, offload > 0 || flags.offload.cpuOffloadGB != nil { flags.offload.cpuOffloadGB = offload }
    if let batchedTokens { flags.maxNumBatchedTokens = batchedTokens }
    if let utilization { flags.gpuMemoryUtilization = utilization }
    return flags
  }

  /// What is given up against what the engine does by itself, the gravest of it.
  func loss(in start: SearchSpace.Start) -> Remedy.Loss {
    // Every layer of a rank beyond its node waits for the network, and stages within a node for each other.
    let isSlow = layout.tensor > start.perNode || layout.pipeline > max(1, start.deployment.nodes)
    var loss = isSlow ? Remedy.Loss.speed : .nothing
    if let offload, offload > 0 { loss = max(loss, .speed) }
    if let kvCacheDType, kvCacheDType != .auto, kvCacheDType.isQuantized { loss = max(loss, .output) }
    if start.quantization != nil { loss = max(loss, .output) }
    if eager == true { loss = max(loss, .eager) }
    return loss
  }
}

extension SearchSpace {
  /// The whole deployment of a candidate, to evaluate, plan or write out.
  public func deployment(of candidate: Candidate) -> Deployment {
    var deployment = starts[candidate.start].deployment
    deployment.flags = candidate.flags(over: starts[candidate.start])
    return deployment
  }
}

/// Which batch sizes CUDA graphs are captured for.
///
/// Source: `VllmConfig._set_cudagraph_sizes`, config/vllm.py.
public struct CaptureSizeRule: Hashable, Sendable {
  /// The largest size where the device has no larger one.
  public var ceiling: Int
  /// The largest size by the major number of the compute capability.
  public var ceilings: [CapabilityCeiling]
  /// Whether `2 × max_num_seqs` bounds the largest size too, as since 0.10.
  public var boundedBySeqs: Bool
  /// Whether drafted tokens count, as since 0.13.
  public var countsSpeculativeTokens: Bool
  /// The step up to `coarseFrom`.
  public var fineStep: Int
  /// Where the coarse step begins.
  public var coarseFrom: Int
  public var coarseStep: Int
  /// Whether max-num-batched-tokens is a size where it is below the largest.
  public var includesBatchedTokens: Bool
  /// Whether decode batches with drafted tokens are sizes where they are below the largest, as since 0.29.
  public var includesDecodeSizes: Bool
  /// Whether max-num-seqs is a size where it is below the largest and nothing is drafted, as since 0.31.
  public var includesSeqs = true
  /// The graphs captured at optimization levels 0 to 3.
  public var modes: [CUDAGraphMode]
  /// Whether graphs are captured with and without LoRA adapters, as since 0.11.1 (`cudagraph_specialize_lora`).
  public var separatesLoRA = true

  /// The largest capture size of one GPU generation.
  public struct CapabilityCeiling: Hashable, Sendable {
    public var major: Int
    public var ceiling: Int
    public init(major: Int, ceiling: Int) {
      self.major = major
      self.ceiling = ceiling
    }
  }

  public init(
    ceiling: Int, ceilings: [CapabilityCeiling], boundedBySeqs: Bool, countsSpeculativeTokens: Bool, fineStep: Int,
    coarseFrom: Int, coarseStep: Int, includesBatchedTokens: Bool, includesDecodeSizes: Bool, modes: [CUDAGraphMode]
  ) {
    self.ceiling = ceiling
    self.ceilings = ceilings
    self.boundedBySeqs = boundedBySeqs
    self.countsSpeculativeTokens = countsSpeculativeTokens
    self.fineStep = fineStep
    self.coarseFrom = coarseFrom
    self.coarseStep = coarseStep
    self.includesBatchedTokens = includesBatchedTokens
    self.includesDecodeSizes = includesDecodeSizes
    self.modes = modes
  }
}

extension CaptureSizeRule {
  /// What a list of sizes is made from.
  public struct Input: Hashable, Sendable {
    public var maxNumSeqs: Int
    public var maxNumBatchedTokens: Int
    public var numSpeculativeTokens = 0
    /// The major number of the compute capability.
    public var major: Int?
    /// The largest size where the flags or the model's class give one.
    public var largest: Int?
    /// The sizes where the flags give them.
    public var sizes: [Int]?
    public var isInteractive = false

    public init(maxNumSeqs: Int, maxNumBatchedTokens: Int, major: Int?) {
      self.maxNumSeqs = maxNumSeqs
      self.maxNumBatchedTokens = maxNumBatchedTokens
      self.major = major
    }
  }

  /// The sizes that are captured, ascending.
  public func sizes(for input: Input) -> [Int] {
    if let sizes = input.sizes { return Set(sizes.filter { 1...max(1, input.maxNumBatchedTokens) ~= $0 }).sorted() }
    let cap = ceilings.first { $0.major == input.major }?.ceiling ?? ceiling
    let queryLength = countsSpeculativeTokens ? 1 + input.numSpeculativeTokens : 1
    var decodeSizes = [Int]()
    var largest = input.largest ?? cap
    if input.largest == nil {
      if boundedBySeqs { largest = min(input.maxNumSeqs.saturatingProduct(queryLength).saturatingProduct(2), cap) }
      if includesDecodeSizes {
        // A decode batch has as many tokens as requests, or a multiple of that when tokens are drafted.
        let requests =
          queryLength > 1
          ? grid(upTo: min(input.maxNumSeqs, cap), endingThere: true) : includesSeqs ? [input.maxNumSeqs] : []
        decodeSizes = requests.map { $0.saturatingProduct(queryLength) }.filter { $0 <= largest }
      }
    }
    // No batch comes near the last bound; it keeps an absurd flag from making an endless list.
    largest = min(largest, input.maxNumBatchedTokens, 1 << 20)
    guard largest >= 1 else { return [] }
    var others = decodeSizes.filter { $0 <= input.maxNumBatchedTokens }
    if input.isInteractive { others += stride(from: 1, through: min(largest, 32), by: 1) }
    if includesBatchedTokens, input.maxNumBatchedTokens <= largest { others.append(input.maxNumBatchedTokens) }
    return grid(upTo: largest, endingThere: false).merging(others)
  }

  /// 1, 2, 4, then in fine steps to `coarseFrom` and in coarse ones beyond.
  private func grid(upTo largest: Int, endingThere: Bool) -> [Int] {
    var sizes = [1, 2, 4].filter { $0 <= largest }
    sizes += stride(from: fineStep, through: min(largest, coarseFrom - 1), by: fineStep)
    if coarseFrom <= largest { sizes += stride(from: coarseFrom, through: largest, by: coarseStep) }
    if endingThere, sizes.last != largest, largest > 0 { sizes.append(largest) }
    return sizes
  }
}

extension [Int] {
  /// This ascending list with the numbers of another in their places, each once: the grid is long and what joins it
  /// mostly a number or two, so that a set of all of them would be most of the work of a plan.
  fileprivate func merging(_ others: [Int]) -> [Int] {
    var all = self
    for number in others {
      var place = all.endIndex
      while place > 0, all[place - 1] > number { place -= 1 }
      if place == 0 || all[place - 1] != number { all.insert(number, at: place) }
    }
    return all
  }
}

extension Int {
  /// The product, or the largest number where it would not fit: a flag may be absurd without ending the program.
  func saturatingProduct(_ other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    guard overflow else { return product }
    return (self < 0) == (other < 0) ? .max : .min
  }
}

/// How a deployment is spread over GPUs, and what one rank of it holds.
public struct Parallelism: Hashable, Sendable {
  /// `--tensor-parallel-size`.
  public var tensor: Int
  /// `--pipeline-parallel-size`.
  public var pipeline: Int
  /// `--data-parallel-size`.
  public var data: Int
  /// `--decode-context-parallel-size`.
  public var decodeContext: Int
  /// `--prefill-context-parallel-size`.
  public var prefillContext: Int
  /// Whole experts on each rank rather than a slice of every expert (`--enable-expert-parallel`).
  public var expertParallel: Bool
  /// Layers of each stage, where `VLLM_PP_LAYER_PARTITION` states them.
  public var layerPartition: [Int]?
  /// Copies of experts beyond the model's own, over all ranks (`--eplb-config.num_redundant_experts`).
  public var redundantExperts: Int
  /// The way that tokens travel between expert ranks shares them out over TP ranks too (`--all2all-backend`).
  public var all2allSharesTokens: Bool
  /// Each TP rank holds a whole encoder and takes a share of the images (`--mm-encoder-tp-mode data`).
  public var encoderDataParallel: Bool

  public init(
    tensor: Int = 1, pipeline: Int = 1, data: Int = 1, decodeContext: Int = 1, prefillContext: Int = 1,
    expertParallel: Bool = false, layerPartition: [Int]? = nil, redundantExperts: Int = 0,
    all2allSharesTokens: Bool = true, encoderDataParallel: Bool = false
  ) {
    self.redundantExperts = redundantExperts
    self.all2allSharesTokens = all2allSharesTokens
    self.encoderDataParallel = encoderDataParallel
    self.tensor = tensor
    self.pipeline = pipeline
    self.data = data
    self.decodeContext = decodeContext
    self.prefillContext = prefillContext
    self.expertParallel = expertParallel
    self.layerPartition = layerPartition
  }

  /// GPUs of the whole deployment; decode context parallel reuses the TP ranks.
  public var worldSize: Int { tensor * pipeline * data * prefillContext }

  /// The ranks over which the experts of a layer are spread (vLLM `FusedMoEParallelConfig.make`, 0.33.0).
  public var expertRanks: Int { tensor * data * prefillContext }

  /// Whole experts lie on each rank: expert parallelism is asked for and there are ranks to spread them over.
  public var usesExpertParallel: Bool { expertParallel && expertRanks > 1 }

  /// The experts of a layer of `count` that the fullest rank holds.
  ///
  /// With expert parallelism (count + redundant) / ranks, and one more on the first ranks where that leaves a rest
  /// (vLLM `fused_moe/expert_map_manager.py determine_expert_map`, 0.33.0); else all, each cut in slices.
  public func localExperts(of count: Int) -> Int {
    let copies = count + redundantExperts
    return usesExpertParallel ? copies.dividedRoundingUp(by: expertRanks) : copies
  }

  /// The width of an expert on a rank: whole with expert parallelism, else a slice.
  public func expertWidth(of width: Int) -> Int { usesExpertParallel ? width : width / expertRanks }

  /// Each TP rank takes a share of the tokens through the experts, so that what every token passes is whole on each
  /// (vLLM `config/parallel.py use_sequence_parallel_moe`, 0.33.0).
  public var usesSequenceParallelExperts: Bool { expertParallel && all2allSharesTokens && tensor > 1 && data > 1 }

  /// The layers of each stage as ranges, first stage first.
  ///
  /// The remainder of an uneven split goes one layer each to the stages before the last, counted from the end, so
  /// that the last stage, which holds lm_head, and then the first, which holds the embedding, stay smallest (vLLM
  /// `distributed/utils.py get_pp_indices`, 0.33.0): 62 layers on 4 stages are 15, 16, 16, 15.
  public func stages(of numLayers: Int) -> [Range<Int>] {
    var sizes = [Int](repeating: numLayers / pipeline, count: pipeline)
    if let layerPartition, layerPartition.count == pipeline {
      sizes = layerPartition
    } else if pipeline > 1 {
      for extra in 0..<(numLayers % pipeline) { sizes[pipeline - 2 - extra] += 1 }
    }
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return start..<(start + size)
    }
  }
}

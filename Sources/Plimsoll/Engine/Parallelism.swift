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

  public init(
    tensor: Int = 1, pipeline: Int = 1, data: Int = 1, decodeContext: Int = 1, prefillContext: Int = 1,
    expertParallel: Bool = false, layerPartition: [Int]? = nil
  ) {
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

import ModelFiles
import Plimsoll
import Testing

extension ComputeCapability {
  fileprivate static let h100 = ComputeCapability(9, 0)
  fileprivate static let b200 = ComputeCapability(10, 0)
}

/// DeepSeek V4's config to what a rank holds.
@Suite struct DeepSeekV4Tests {
  /// V4 Flash as published, keys that its config class fills in left out.
  static func config(_ changes: [(String, JSON)] = []) -> JSON {
    var members = JSONObject()
    for (key, value) in [
      ("architectures", ["DeepseekV4ForCausalLM"]), ("model_type", "deepseek_v4"), ("torch_dtype", "bfloat16"),
      ("qk_rope_head_dim", 64), ("topk_method", "noaux_tc"), ("num_hash_layers", 3), ("expert_dtype", "fp4"),
      ("compress_rope_theta", 160_000),
      ("compress_ratios", .array([0, 0] + (0..<41).map { $0 % 2 == 0 ? 4 : 128 } + [0])),
      (
        "rope_scaling",
        ["type": "yarn", "factor": 16, "original_max_position_embeddings": 65_536] as JSON
      ),
      (
        "quantization_config",
        ["quant_method": "fp8", "activation_scheme": "dynamic", "weight_block_size": [128, 128]] as JSON
      ),
    ] as [(String, JSON)] + changes {
      members[key] = value
    }
    return .object(members)
  }

  static func weights(
    _ config: JSON, _ capability: ComputeCapability, _ parallelism: Parallelism = Parallelism(), stage: Int = 0
  ) throws -> Weights {
    let shape = try ArchitectureTable.shape(of: config)
    let attention = AttentionBuffers(
      backends: [.flashMLASparseDSV4], numHeads: 64, hasSinks: false, maxNumBatchedTokens: 8192,
      parallelism: parallelism, compressed: shape.compressedAttention, maxModelLen: 65_536)
    return shape.weights(
      stage: stage, parallelism: parallelism, kernels: WeightKernels(for: capability), attention: attention)
  }

  /// The hub's safetensors have 159,609,485,896 B, of them 3,593,787,756 for drafting and 8 B a choice of the three
  /// layers that route by the token's number (4 B once loaded). Loaded, 357,504 scales of a byte are float32; there come
  /// two rotary tables of 2²⁰ × 64 float32, the first layer's sums (24 × 4096 float32), T × 512 choices of 4 B, and
  /// Humming's locks, 32 B for each of 132 multiprocessors and layer.
  @Test func aRankHoldsThePublishedBytesAndWhatLoadingAdds() throws {
    let published = 159_609_485_896 - 3_593_787_756 - 4 * 3 * 129_280 * 6
    let added = 3 * 357_504 + 2 * (1 << 20) * 64 * 4 + 24 * 4096 * 4 + 8192 * 512 * 4 + 43 * 32 * 132
    #expect(try Self.weights(Self.config(), .h100).tensors == Bytes(published + added))
  }

  /// On Blackwell scales are an exponent byte for each row and four block columns a word; experts keep 64-bit orders of
  /// 4,096 rows (both projections) for weights and for scales, and a bound of 4 B an expert, and no locks.
  @Test func blackwellKeepsRowOrdersAndTheBound() throws {
    let (h100, b200) = (try Self.weights(Self.config(), .h100), try Self.weights(Self.config(), .b200))
    let experts = 43 * (2 * 2 * 8 * 4096 + 256 * 4) - 43 * 32 * 132
    #expect(b200.parts[.experts] == h100.parts[.experts].map { $0 + Bytes(experts) })
  }

  /// Layers 0 and 1 alone see their window only, so that the second of two stages has no plain rotary table, nor the
  /// first layer's sums.
  @Test func aStageHasTheRotaryTablesOfItsLayers() throws {
    let pipeline = Parallelism(pipeline: 2)
    let table = Bytes((1 << 20) * 64 * 4)
    let first = try Self.weights(Self.config(), .h100, pipeline).parts[.buffers]
    let second = try Self.weights(Self.config(), .h100, pipeline, stage: 1).parts[.buffers]
    #expect(first == second.map { $0 + table + Bytes(24 * 4096 * 4) })
  }

  /// NVIDIA's checkpoints keep the fp8 method and say `moe_quant_algo`: 9 B a 16 elements, two scales of 4 B an expert.
  @Test func expertsAreStoredAsTheCheckpointSays() throws {
    let quantization: JSON = [
      "quant_method": "fp8", "activation_scheme": "dynamic", "weight_block_size": [128, 128], "moe_quant_algo": "NVFP4",
    ]
    let elements = 43 * 256 * 3 * 2048 * 4096
    let plain = try Self.weights(Self.config(), .h100).parts[.experts]
    let nvfp4 = try Self.weights(Self.config([("quantization_config", quantization)]), .h100).parts[.experts]
    let fp8 = try Self.weights(Self.config([("expert_dtype", "fp8")]), .h100).parts[.experts]
    let locks = 43 * 32 * 132
    #expect(plain == Bytes(elements / 2 + elements / 32 + locks))
    #expect(nvfp4 == Bytes(elements / 2 + elements / 16 + 43 * 256 * 2 * 4 + locks))
    #expect(fp8 == Bytes(elements + elements / (128 * 128) * 4))
  }

  /// Types of layers go before ratios, and without either all compress: two layers at 128, then 128 and 4 in turn.
  @Test(
    arguments: [
      ([], [1, 1, 4, 128]),
      (
        [
          (
            "layer_types",
            .array([.string("sliding_attention")] + Array(repeating: "compressed_sparse_attention", count: 42))
          )
        ],
        [1, 4, 4, 4]
      ),
      ([("compress_ratios", .null)], [128, 128, 128, 4]),
      ([("compress_ratios", .null), ("compress_rate_csa", 128)], [128, 128, 128, 128]),
    ] as [([(String, JSON)], [Int])])
  func ratiosFollowTheConfigClass(changes: [(String, JSON)], first: [Int]) throws {
    let shape = try ArchitectureTable.shape(of: Self.config(changes))
    let ratios = shape.layers.flatMap { group in
      guard case .compressed(let attention) = group.mixer else { return [Int]() }
      return Array(repeating: attention.ratio, count: group.count)
    }
    #expect(ratios.count == 43)
    #expect(Array(ratios.prefix(4)) == first)
  }

  @Test(
    arguments: [
      [("vision_n_layers", 24)], [("expert_dtype", "int4")],
      [("compress_ratios", .array(Array(repeating: 8, count: 43)))],
      [("head_dim", 256)], [("quantization_config", ["quant_method": "awq"])],
    ] as [[(String, JSON)]])
  func whatIsNotModelledIsAnError(changes: [(String, JSON)]) {
    #expect(throws: ModelConfigError.self) { try ArchitectureTable.shape(of: Self.config(changes)) }
  }
}

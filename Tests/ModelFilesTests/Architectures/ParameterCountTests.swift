import ModelFiles
import Plimsoll
import Testing

/// What an architecture without a recorded answer holds, counted by hand from vLLM's model classes.
///
/// H is the hidden state, 32 elements: 4 query heads of 8, 2 of keys and values; networks 48 wide, vocabulary 128.
@Suite struct ParameterCountTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var architecture: String
    var modelType: String
    var keys: JSON
    var parameters: Int
    var testDescription: String { architecture }
  }

  /// Query, key and value (32 × (32 + 16 + 16)) and output (32 × 32), without biases.
  static let attention = 32 * 64 + 32 * 32
  /// Gate and up, and down.
  static let gated = 3 * 32 * 48
  /// Up and down.
  static let ungated = 2 * 32 * 48
  /// Embedding and lm_head.
  static let ends = 2 * 128 * 32

  static let cases: [Case] = [
    Case(
      architecture: "ArceeForCausalLM", modelType: "arcee", keys: [:],
      parameters: ends + 32 + 2 * (attention + ungated + 2 * 32)),
    // Biases on all linears, norms with a bias.
    Case(
      architecture: "Jais2ForCausalLM", modelType: "jais2", keys: [:],
      parameters: ends + 64 + 2 * (attention + 64 + 32 + ungated + 48 + 32 + 4 * 32)),
    Case(
      architecture: "CwmForCausalLM", modelType: "cwm", keys: [:],
      parameters: ends + 32 + 2 * (attention + gated + 2 * 32)),
    Case(
      architecture: "MinistralForCausalLM", modelType: "ministral", keys: [:],
      parameters: ends + 32 + 2 * (attention + gated + 2 * 32)),
    // Norms have no scale.
    Case(
      architecture: "OlmoForCausalLM", modelType: "olmo", keys: [:], parameters: ends + 2 * (attention + gated)),
    Case(
      architecture: "NanoChatForCausalLM", modelType: "nanochat", keys: [:],
      parameters: ends + 2 * (attention + ungated)),
    // One norm a layer, biases everywhere, lm_head included.
    Case(
      architecture: "PhiForCausalLM", modelType: "phi", keys: [:],
      parameters: ends + 128 + 64 + 2 * (attention + 64 + 32 + ungated + 48 + 32 + 64)),
    Case(
      architecture: "NemotronForCausalLM", modelType: "nemotron", keys: [:],
      parameters: ends + 64 + 2 * (attention + ungated + 4 * 32)),
    // Four delta nets' heads, keys of ¾ · 32 / 4 = 6 and values of 12, so 24 and 48 in all; attention with wide norms.
    Case(
      architecture: "OlmoHybridForCausalLM", modelType: "olmo_hybrid",
      keys: ["layer_types": ["linear_attention", "full_attention"]],
      parameters: ends + 32 + (32 * (24 + 24 + 48 + 48) + 2 * 32 * 4 + 4 * (24 + 24 + 48) + 2 * 4 + 12 + 48 * 32)
        + (attention + 32 + 16) + 2 * (gated + 2 * 32)),
    // The second layer has no attention; 2 × 2.25 × 32 / 3 = 48 goes up to 256, 32 × 3 × 256 a network.
    Case(
      architecture: "DeciLMForCausalLM", modelType: "nemotron-nas",
      keys: [
        "block_configs": [
          ["attention": ["no_op": false, "n_heads_in_group": 2], "ffn": ["no_op": false, "ffn_mult": 2.25]],
          ["attention": ["no_op": true], "ffn": ["no_op": false, "ffn_mult": 2.25]],
        ]
      ], parameters: ends + 32 + attention + 2 * 32 + 32 + 2 * 3 * 32 * 256),
    Case(
      architecture: "Ernie4_5ForCausalLM", modelType: "ernie4_5", keys: ["tie_word_embeddings": false],
      parameters: ends + 32 + 2 * (attention + gated + 2 * 32)),
    // The first layer is dense; then 4 experts of 16, 2 shared ones as one of 32, a router and its correction.
    Case(
      architecture: "Ernie4_5_MoeForCausalLM", modelType: "ernie4_5_moe",
      keys: [
        "tie_word_embeddings": false, "moe_num_experts": 4, "moe_k": 2, "moe_intermediate_size": 16,
        "moe_num_shared_experts": 2, "moe_layer_start_index": 1,
      ],
      parameters: ends + 32 + 2 * (attention + 2 * 32) + gated + 4 * 3 * 32 * 16 + 3 * 32 * 32 + 4 * 32 + 4),
    Case(
      architecture: "GraniteMoeForCausalLM", modelType: "granitemoe", keys: ["num_local_experts": 4],
      parameters: ends + 32 + 2 * (attention + 4 * gated + 4 * 32 + 2 * 32)),
    Case(
      architecture: "GraniteMoeSharedForCausalLM", modelType: "granitemoeshared",
      keys: ["num_local_experts": 4, "shared_intermediate_size": 16],
      parameters: ends + 32 + 2 * (attention + 4 * gated + 3 * 32 * 16 + 4 * 32 + 2 * 32)),
    Case(
      architecture: "DbrxForCausalLM", modelType: "dbrx",
      keys: [
        "d_model": 32, "n_heads": 4, "n_layers": 2, "max_seq_len": 64, "attn_config": ["kv_n_heads": 2],
        "ffn_config": ["moe_num_experts": 4, "moe_top_k": 2, "ffn_hidden_size": 48],
      ], parameters: ends + 32 + 2 * (attention + 4 * gated + 4 * 32 + 2 * 32)),
    // The first layer is dense; norms on heads of 8 in both.
    Case(
      architecture: "BailingMoeV2ForCausalLM", modelType: "bailing_moe",
      keys: [
        "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16, "num_shared_experts": 1,
        "first_k_dense_replace": 1, "use_qk_norm": true, "use_rmsnorm": true,
        "moe_router_enable_expert_bias": true, "router_dtype": "fp32",
      ],
      parameters: ends + 32 + 2 * (attention + 2 * 32 + 2 * 8) + gated + 5 * 3 * 32 * 16 + 4 * 32 + 4),
    Case(
      architecture: "SolarForCausalLM", modelType: "solar", keys: [:],
      parameters: ends + 32 + 2 * (attention + gated + 2 * 32)),
    // Tied unless it says otherwise.
    Case(
      architecture: "MiniCPMForCausalLM", modelType: "minicpm", keys: [:],
      parameters: ends / 2 + 32 + 2 * (attention + gated + 2 * 32)),
    Case(
      architecture: "OrionForCausalLM", modelType: "orion", keys: [:],
      parameters: ends + 64 + 2 * (attention + gated + 4 * 32)),
    Case(
      architecture: "HyperCLOVAXForCausalLM", modelType: "hyperclovax", keys: ["use_post_norm": true],
      parameters: ends + 32 + 2 * (attention + gated + 4 * 32)),
    // A bias on what leaves attention and network.
    Case(
      architecture: "TeleChat2ForCausalLM", modelType: "telechat",
      keys: ["n_layer": 2, "n_head": 4, "ffn_hidden_size": 48],
      parameters: ends + 32 + 2 * (attention + 32 + gated + 32 + 2 * 32)),
    Case(
      architecture: "MiMoForCausalLM", modelType: "mimo", keys: [:],
      parameters: ends + 32 + 2 * (attention + 64 + gated + 2 * 32)),
    // The first layer is dense; then 4 experts of 16, one shared.
    Case(
      architecture: "DeepseekForCausalLM", modelType: "deepseek",
      keys: [
        "n_routed_experts": 4, "n_shared_experts": 1, "num_experts_per_tok": 2, "moe_intermediate_size": 16,
        "first_k_dense_replace": 1,
      ], parameters: ends + 32 + 2 * (attention + 2 * 32) + gated + 5 * 3 * 32 * 16 + 4 * 32),
    Case(
      architecture: "SolarOpenForCausalLM", modelType: "solar_open",
      keys: ["n_routed_experts": 4, "n_shared_experts": 1, "moe_intermediate_size": 16],
      parameters: ends + 32 + 2 * (attention + 5 * 3 * 32 * 16 + 4 * 32 + 4 + 2 * 32)),
    Case(
      architecture: "PhimoeForCausalLM", modelType: "phimoe", keys: ["num_local_experts": 4],
      parameters: ends + 64 + 2 * (attention + 4 * gated + 4 * 32 + 4 * 32)),
    Case(
      architecture: "Kolibri1ForCausalLM", modelType: "kolibri1",
      keys: ["num_experts": 4, "moe_intermediate_size": 16, "shared_expert_intermediate_size": 24],
      parameters: ends + 32 + 2 * (attention + 2 * 8 + 4 * 3 * 32 * 16 + 3 * 32 * 24 + 4 * 32 + 4 + 4 * 32)),
    // The first layer is dense.
    Case(
      architecture: "MellumForCausalLM", modelType: "mellum",
      keys: ["num_experts": 4, "moe_intermediate_size": 16, "mlp_layer_types": ["dense", "sparse"]],
      parameters: ends + 32 + 2 * (attention + 2 * 8 + 2 * 32) + gated + 4 * 3 * 32 * 16 + 4 * 32),
    // Experts of 16 by layer, the shared network as wide as a dense one.
    Case(
      architecture: "HunYuanMoEV1ForCausalLM", modelType: "hunyuan_v1_moe",
      keys: ["num_experts": 4, "moe_topk": [2, 2], "moe_intermediate_size": [16, 16]],
      parameters: ends + 32 + 2 * (attention + 2 * 8 + 4 * 3 * 32 * 16 + gated + 4 * 32 + 2 * 32)),
    // Learned positions, 64 of them; every head has keys and values: 3 × 32 × 32 and 32 × 32.
    Case(
      architecture: "GPT2LMHeadModel", modelType: "gpt2",
      keys: ["n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64, "n_inner": 48, "tie_word_embeddings": true],
      parameters: 128 * 32 + 64 * 32 + 64 + 2 * (4 * 32 * 32 + 4 * 32 + ungated + 48 + 32 + 4 * 32)),
    // A gate as wide as all queries, four norms and those of the heads; one dense layer.
    Case(
      architecture: "AfmoeForCausalLM", modelType: "afmoe", keys: routed("num_experts", "num_dense_layers"),
      parameters: ends + 32 + 2 * (attention + 32 * 32 + 4 * 32 + 2 * 8) + gated + experts + 4),
    // One norm a layer, no lm_head whatever the config says; experts are as wide as the dense network.
    Case(
      architecture: "Cohere2MoeForCausalLM", modelType: "cohere2_moe",
      keys: routed("num_experts", "first_k_dense_replace"),
      parameters: ends / 2 + 32 + 2 * (attention + 32) + gated + 5 * gated + 4 * 32),
    Case(
      architecture: "ExaoneMoEForCausalLM", modelType: "exaone_moe",
      keys: routed("num_experts", "first_k_dense_replace"),
      parameters: ends + 32 + 2 * (attention + 2 * 32 + 2 * 8) + gated + experts + 4),
    // A sink for each query head.
    Case(
      architecture: "GraniteSWAForCausalLM", modelType: "granite_swa", keys: [:],
      parameters: ends + 32 + 2 * (attention + 4 + gated + 2 * 32)),
    Case(
      architecture: "GraniteMoeSWAForCausalLM", modelType: "granitemoe_swa",
      keys: ["num_local_experts": 4, "shared_intermediate_size": 16],
      parameters: ends + 32 + 2 * (attention + 4 + 4 * gated + 3 * 32 * 16 + 4 * 32 + 2 * 32)),
    // A row of the query latent that all heads share, 16 wide: 32 × (16 + 2 × 8), its norm, 16 × 32 to the heads.
    Case(
      architecture: "Step3TextForCausalLM", modelType: "step3_text",
      keys: [
        "num_attention_groups": 1, "share_q_dim": 16, "max_position_embedding": 64, "moe_num_experts": 4,
        "moe_top_k": 2, "moe_intermediate_size": 16, "share_expert_dim": 16, "moe_layers_enum": "1",
      ], parameters: ends + 32 + 2 * (32 * 32 + 16 + 16 * 32 + 32 * 32 + 2 * 32) + gated + experts),
    Case(
      architecture: "Plamo3ForCausalLM", modelType: "plamo3",
      keys: ["layer_types": ["sliding_attention", "full_attention"], "sliding_window": 16],
      parameters: ends + 32 + 2 * (attention + gated + 4 * 32 + 2 * 8)),
    // Biases on queries, keys and values (64) and on the output (32).
    Case(
      architecture: "PanguEmbeddedForCausalLM", modelType: "PanguEmbedded", keys: ["bias": true],
      parameters: ends + 32 + 2 * (attention + 64 + 32 + gated + 2 * 32)),
    Case(
      architecture: "PanguUltraMoEForCausalLM", modelType: "pangu_ultra_moe",
      keys: latent(["n_routed_experts": 4, "n_shared_experts": 1, "sandwich_norm": true]),
      parameters: ends + 32 + 2 * (latentAttention + 4 * 32) + gated + experts),
    Case(
      architecture: "SarvamMLAForCausalLM", modelType: "sarvam_mla",
      keys: latent(["num_experts": 4, "num_shared_experts": 1]),
      parameters: ends + 32 + 2 * (latentAttention + 2 * 32) + gated + experts + 4),
    Case(
      architecture: "AXK1ForCausalLM", modelType: "axk1", keys: latent(["n_routed_experts": 4]),
      parameters: ends + 32 + 2 * (latentAttention + 3 * 32) + gated + experts + 4),
    Case(
      architecture: "MistralLarge3ForCausalLM", modelType: "deepseek_v3",
      keys: latent(["n_routed_experts": 4, "n_shared_experts": 1]),
      parameters: ends + 32 + 2 * (latentAttention + 2 * 32) + gated + experts),
    // The shared network's width is that of all its experts together.
    Case(
      architecture: "Param2MoEForCausalLM", modelType: "param2moe",
      keys: [
        "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16, "num_shared_experts": 2,
        "moe_shared_expert_intermediate_size": 16, "use_qk_norm": true,
      ], parameters: ends + 32 + 2 * (attention + 2 * 32 + 2 * 8) + gated + experts + 4),
    Case(
      architecture: "Rnj1ForCausalLM", modelType: "gemma3_text",
      keys: ["layer_types": ["full_attention", "full_attention"]],
      parameters: ends + 32 + 2 * (attention + gated + 4 * 32 + 2 * 8)),
  ]

  /// Values that 3 experts make (32 × 16 each), a router with a bias for them and for the network, a gate as wide as
  /// all queries, norms of all queries and all keys; the first layer is dense and as every other.
  @Test func expertsMayMakeValues() throws {
    let horizon = Case(
      architecture: "K2HorizonForCausalLM", modelType: "k2_horizon",
      keys: [
        "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16, "num_shared_experts": 1,
        "mlp_only_layers": [0], "mova_num_experts": 3, "moe_gate_bias": true, "query_key_norm": true,
        "attention_gate_func": "sigmoid",
      ],
      parameters: Self.ends + 32 + 2 * (Self.attention + 32 * 32 + 48 + 2 * 32) + Self.gated + 2 * 32 * 16 + 3 * 32
        + 3 + Self.experts + 4)
    #expect(try Self.shape(horizon).parameters == horizon.parameters)
  }

  /// Each run of the layers has a cache of its own; only the first has weights.
  @Test func layersThatRunTwiceCacheTwice() throws {
    let looped = Case(
      architecture: "IQuestLoopCoderForCausalLM", modelType: "iquestloopcoder", keys: ["loop_window_size": 64],
      // A gate with a bias for each head.
      parameters: Self.ends + 32 + 2 * (Self.attention + Self.gated + 2 * 32 + 4 * 8 + 4))
    let shape = try Self.shape(looped)
    #expect(shape.parameters == looped.parameters)
    #expect(shape.layers.map(\.count) == [2, 2])
    #expect(
      shape.layers[1].mixer
        == .attention(
          Attention(
            numHeads: 4, numKVHeads: 2, headSize: 8, span: .slidingWindow(64))))
  }

  /// A layer of LongCat caches twice, and stages part layers, not their halves: 3 layers on 2 stages are 2 and 1.
  @Test func stagesDoNotPartALayer() throws {
    let json: JSON = [
      "architectures": ["LongcatFlashForCausalLM"], "model_type": "longcat_flash", "num_layers": 3,
      "torch_dtype": "bfloat16",
    ]
    let shape = try ArchitectureTable.shape(of: json)
    #expect(shape.numLayers == 6)
    #expect(Parallelism(pipeline: 2).stages(of: shape) == [0..<4, 4..<6])
  }

  /// Jamba's class for scores keeps lm_head, unlike one that is converted: 65,536 rows of 4096 in two bytes, and a
  /// float32 score of 4096 for each class, as vLLM 0.33.0 counts them.
  @Test func aPoolingClassMayKeepItsHead() throws {
    let sizes = try ["JambaForCausalLM", "JambaForSequenceClassification"].map { name in
      let json: JSON = [
        "architectures": [.string(name)], "model_type": "jamba", "num_hidden_layers": 8, "torch_dtype": "bfloat16",
        "id2label": ["0": "LABEL_0"],
      ]
      return try ArchitectureTable.shape(of: json).weights(
        stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: ComputeCapability(9, 0)),
        computesLogits: name == "JambaForCausalLM"
      ).tensors.count
    }
    #expect(sizes[1] - sizes[0] == 4096 * 4)
  }

  /// Inkling's layers keep two caches: in blocks of 4 tokens, for each of 16 heads what goes into the convolutions
  /// (2 × 128 and 2 × 6144 / 16, up to 1024) in two bytes: 131,072 bytes, and as many for each of 8 heads in full
  /// layers, whose attention then has blocks of 32 tokens (vLLM 0.33.0).
  @Test func shortConvolutionsHaveACacheOfTheirOwn() throws {
    let json: JSON = [
      "architectures": ["InklingForCausalLM"], "model_type": "inkling_model", "torch_dtype": "bfloat16",
      "vocab_size": 201024, "hidden_size": 6144, "intermediate_size": 24576, "moe_intermediate_size": 3072,
      "num_hidden_layers": 2, "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 128,
      "swa_num_key_value_heads": 16, "local_layer_ids": [0], "dense_mlp_idx": 2,
    ]
    let shape = try ArchitectureTable.shape(of: json)
    let placement = try shape.cachePlacement(
      CachePlacement.Settings(capability: ComputeCapability(10, 0), kvCacheDType: .auto, modelDType: .bfloat16))
    #expect(placement.backends == [.flashAttn])
    #expect(placement.specs.map(\.spec.pageSize.count) == [131_072, 131_072, 131_072, 65_536])
    let groups = try KVCacheGroups(
      of: placement.specs.map { ($0.layer, $0.spec) }, hybridManager: true, rule: .init(3, over: 2))
    #expect(groups.groups.map { $0.specs[0].blockSize } == [4, 16, 4, 32])
  }

  /// vLLM 0.33.0 on a card that takes FlashAttention: `FlashAttentionImpl.__init__() got an unexpected keyword argument
  /// 'chunk_lookback'`; with `--attention-backend TRITON_ATTN` it starts.
  @Test func rnjIsBuiltWithTritonAlone() throws {
    let json: JSON = [
      "architectures": ["Rnj1ForCausalLM"], "model_type": "gemma3_text", "torch_dtype": "bfloat16",
      "layer_types": .array(Array(repeating: "full_attention", count: 26)),
    ]
    let shape = try ArchitectureTable.shape(of: json)
    var settings = CachePlacement.Settings(
      capability: ComputeCapability(9, 0), kvCacheDType: .auto, modelDType: .bfloat16)
    #expect(throws: CacheRefusal.self) { try shape.cachePlacement(settings) }
    settings.backend = .tritonAttn
    #expect(try shape.cachePlacement(settings).backends == [.tritonAttn])
  }

  /// Four experts 16 wide, a shared one, a router.
  static let experts = 5 * 3 * 32 * 16 + 4 * 32

  private static func routed(_ count: String, _ dense: String) -> JSON {
    joined(
      ["num_experts_per_tok": 2, "moe_intermediate_size": 16, "num_shared_experts": 1],
      [count: 4, dense: 1])
  }

  /// Latents of 16 for queries and of 8 for keys and values with 4 that rotate: 32 × (16 + 12), norms of 16 and 8,
  /// 16 × 4 × (8 + 4) to the queries, 8 × 4 × (8 + 8) to keys and values, 4 × 8 × 32 out.
  static let latentAttention = 32 * 28 + 16 + 8 + 16 * 4 * 12 + 8 * 4 * 16 + 4 * 8 * 32

  private static func latent(_ more: JSON) -> JSON {
    joined(
      [
        "q_lora_rank": 16, "kv_lora_rank": 8, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
        "num_experts_per_tok": 2, "moe_intermediate_size": 16, "first_k_dense_replace": 1,
      ], more)
  }

  private static func joined(_ objects: JSON...) -> JSON {
    var all = JSONObject()
    for case .object(let object) in objects { for member in object.members { all[member.key] = member.value } }
    return .object(all)
  }

  static func shape(_ expected: Case) throws -> ModelShape {
    var object = JSONObject()
    let common: JSON = [
      "architectures": [.string(expected.architecture)], "model_type": .string(expected.modelType),
      "vocab_size": 128, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
      "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "max_position_embeddings": 64,
      "tie_word_embeddings": false, "torch_dtype": "bfloat16",
    ]
    for case .object(let keys) in [common, expected.keys] {
      for member in keys.members { object[member.key] = member.value }
    }
    // Its class ties where the key is absent.
    if expected.architecture == "MiniCPMForCausalLM" { object["tie_word_embeddings"] = nil }
    return try ArchitectureTable.shape(of: .object(object))
  }

  @Test(arguments: cases)
  func parametersAreThoseOfTheModelClass(_ expected: Case) throws {
    #expect(try Self.shape(expected).parameters == expected.parameters)
  }

  /// Names that the registry lacks are pooling forms by their ending; a head of two classes is float32.
  @Test func aPoolingFormHasItsBaseWithoutAHeadAndAScore() throws {
    let base = Case(architecture: "Qwen3ForCausalLM", modelType: "qwen3", keys: [:], parameters: 0)
    for (name, score) in [("Qwen3Model", 0), ("Qwen3ForSequenceClassification", 2 * 32 * 4)] {
      let shape = try Self.shape(Case(architecture: name, modelType: "qwen3", keys: [:], parameters: 0))
      #expect(shape.traits.isPooling)
      let whole = try Self.shape(base)
      let (ours, theirs) = [shape, whole].map {
        $0.weights(
          stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: ComputeCapability(9, 0)),
          computesLogits: !$0.traits.isPooling
        ).tensors.count
      }.pair
      // lm_head: 128 rows of 32 in two bytes.
      #expect(ours == theirs - 128 * 32 * 2 + score)
    }
  }

  /// A float32 checkpoint is pooled in float16, and generates in bfloat16 (vLLM `_resolve_auto_dtype`).
  @Test func aPoolingModelInFloat32IsServedInFloat16() throws {
    for (name, dtype) in [("Qwen3Model", DType.float16), ("Qwen3ForCausalLM", .bfloat16)] {
      let json: JSON = ["architectures": [.string(name)], "model_type": "qwen3", "torch_dtype": "float32"]
      #expect(try ArchitectureTable.shape(of: json).dtype == dtype)
    }
  }
}

extension [Int] {
  fileprivate var pair: (Int, Int) { (self[0], self[1]) }
}

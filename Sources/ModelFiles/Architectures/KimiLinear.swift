import Plimsoll

/// Kimi-Linear and Kimi K3's language model (`models/kimi_k3/nvidia/model.py KimiLinearForCausalLM`): Kimi delta
/// attention, and latent attention without rotary position in the layers that `linear_attn_config` does not name.
enum KimiLinearFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let linear = try KimiDeltaAttention(config)
    let latent = try LatentAttention(config, numHeads: size.numHeads)
    let qLoRARank = try config.optionalInt("q_lora_rank", in: 1...1 << 20)
    guard try config.bool("mla_use_nope", default: false) else {
      throw .unmodelled(part: "latent attention of Kimi-Linear with", value: "mla_use_nope false", nearest: "true")
    }
    let isGated = try config.bool("mla_use_output_gate", default: false)
    let mixesBlocks = try config.optionalInt("attn_res_block_size", in: 1...4096) != nil
    let experts = try Experts(config, size: size)
    var decoder = try DecoderBuilder(config)
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      let mixer: Mixer
      if linear.layers.contains(index + 1) {
        linear.add(to: &layer, hiddenSize: size.hiddenSize)
        mixer = linear.mixer
      } else {
        layer.latentAttention(latent, hiddenSize: size.hiddenSize, qLoRARank: qLoRARank, isGated: isGated)
        // Reciprocals of two scales and a one, for kernels that take them (`nvidia/mla.py`).
        for name in ["_one_scale", "_q_scale_inv", "_k_scale_inv"] {
          layer.tensor("self_attn." + name, .buffers, [1], dtype: .float32)
        }
        mixer = .latentAttention(latent)
      }
      let feedForward = experts.add(to: &layer, index: index, size: size)
      layer.norm("input_layernorm", size.hiddenSize)
      layer.norm("post_attention_layernorm", size.hiddenSize)
      if mixesBlocks { layer.residualMix(["self_attention_res", "mlp_res"], size.hiddenSize) }
      decoder.append(layer, mixer: mixer, feedForward: feedForward)
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: false, placement: .firstAndLast)
    if mixesBlocks {
      var last = decoder.layer(0)
      last.residualMix(["output_attn_res"], size.hiddenSize)
      for module in last.modules { decoder.add(module, on: .lastStage) }
    }
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: try config.rope())
  }

  /// Routed experts under keys of their own; on each TP rank they are at least 256 wide.
  private struct Experts {
    var count: Int
    var perToken: Int
    var width: Int
    var shared: Int
    var firstDense: Int
    var frequency: Int
    var leastWidth: Int
    /// The width that routed experts see, where the hidden state is projected to fewer elements for them.
    var latent: Int?
    var normsLatent: Bool
    var isSiTU: Bool

    init(_ config: ModelConfig, size: Dimensions) throws(ModelConfigError) {
      count = try config.optionalInt("num_experts", in: 1...1 << 16) ?? 0
      perToken = try config.int("num_experts_per_token", in: 1...1 << 16, default: 1)
      width = try config.int("moe_intermediate_size", in: 1...1 << 24, default: size.intermediateSize)
      shared = try config.optionalInt("num_shared_experts", in: 0...1 << 16) ?? 0
      firstDense = try config.int("first_k_dense_replace", in: 0...4096, default: 0)
      frequency = try config.int("moe_layer_freq", in: 1...4096, default: 1)
      leastWidth = try config.int("min_moe_intermediate_per_partition", in: 1...1 << 20, default: 256)
      latent = try config.optionalInt("routed_expert_hidden_size", in: 1...1 << 20)
      normsLatent = try config.bool("latent_moe_use_norm", default: false)
      isSiTU = try config.string("hidden_act", default: "silu") == "situ"
    }

    func add(to layer: inout LayerBuilder, index: Int, size: Dimensions) -> FeedForward {
      guard count > 0, index >= firstDense, index % frequency == 0 else {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
        return .dense(intermediateSize: size.intermediateSize)
      }
      let scope = "block_sparse_moe."
      layer.plain(scope + "gate", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false))
      layer.tensor(scope + "gate.e_score_correction_bias", .router, [count], dtype: .float32)
      if shared > 0 {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: shared * width, scope: scope + "shared_experts")
      }
      if let latent {
        layer.linear(
          scope + "routed_expert_down_proj", .experts,
          .replicated(input: size.hiddenSize, outputs: [latent], bias: false))
        if normsLatent { layer.norm(scope + "routed_expert_norm", latent) }
        layer.linear(
          scope + "routed_expert_up_proj", .experts,
          .replicated(input: latent, outputs: [size.hiddenSize], bias: false))
      }
      layer.experts(
        scope + "experts",
        Module.Experts(
          count: count, hiddenSize: latent ?? size.hiddenSize, intermediateSize: width, leastRankWidth: leastWidth,
          hasSlopes: isSiTU))
      return .experts(
        FeedForward.Routed(
          numExperts: count, expertsPerToken: perToken, intermediateSize: width, sharedIntermediateSize: shared * width)
      )
    }
  }
}

/// Kimi delta attention (`layers/mamba/gdn/kimi_gdn_linear_attn.py`): a gate of low rank, a convolution in float32.
///
/// Kimi K3's gate has full rank and its decay a bound (`models/kimi_k3/nvidia/kda.py`).
struct KimiDeltaAttention: Sendable {
  var numHeads: Int
  var headSize: Int
  var kernel: Int
  /// Which layers have it, counted from 1.
  var layers: Set<Int>
  var hasFullRankGate: Bool
  var isBounded: Bool

  init(_ config: ModelConfig) throws(ModelConfigError) {
    do throws(ConfigError) {
      let object = try config.text.object("linear_attn_config")
      numHeads = try object.int("num_heads", in: 1...1 << 14)
      headSize = try object.int("head_dim", in: 1...1 << 14)
      kernel = try object.int("short_conv_kernel_size", in: 1...1024)
      layers = Set(try object.ints("kda_layers"))
      hasFullRankGate = try object.bool("use_full_rank_gate", default: false)
      isBounded = try object.optionalDouble("gate_lower_bound", in: -1000...0) != nil
    } catch {
      throw .value(error)
    }
  }

  private var width: Int { numHeads * headSize }

  var mixer: Mixer {
    var state = StateMixer(
      kind: .kimiDeltaAttention, convolution: StateMixer.Convolution(channels: 3 * width, kernel: kernel),
      recurrence: StateMixer.Recurrence(heads: numHeads, headSize: headSize, stateSize: headSize, dtype: .float32))
    state.mayExportCheckpoints = hasFullRankGate && isBounded
    return .state(state)
  }

  func add(to layer: inout LayerBuilder, hiddenSize: Int) {
    let scope = "self_attn."
    let gate = hasFullRankGate ? [width] : []
    layer.linear(
      scope + "in_proj_qkvgfab", .mamba,
      .partlyCut(input: hiddenSize, cut: [width, width, width] + gate + [numHeads], whole: headSize),
      fusing: ["q_proj", "k_proj", "v_proj", "b_proj", "f_a_proj"])
    // Rows of a rank are padded to 16 where all are in one.
    if hasFullRankGate { layer.alignsLast(to: 16) }
    layer.linear(scope + "f_b_proj", .mamba, .column(input: headSize, outputs: [width], bias: false))
    layer.tensor(scope + "dt_bias", .mamba, [width], cut: 0, dtype: .float32)
    layer.plain(scope + "conv1d", .mamba, .column(input: kernel, outputs: [3 * width], bias: false), dtype: .float32)
    layer.tensor(scope + "A_log", .mamba, [numHeads], cut: 0, dtype: .float32)
    if hasFullRankGate {
      layer.fusedDecode(scope + "decode_conv1d_weight", [3, kernel, width], cut: 2, heads: numHeads)
      layer.fusedDecode(scope + "decode_norm_weight", [headSize], heads: numHeads)
    } else {
      layer.linear(scope + "g_a_proj", .mamba, .replicated(input: hiddenSize, outputs: [headSize], bias: false))
      layer.linear(scope + "g_b_proj", .mamba, .column(input: headSize, outputs: [width], bias: false))
    }
    layer.tensor(scope + "o_norm", .norms, [headSize])
    layer.linear(scope + "o_proj", .mamba, .row(input: width, output: hiddenSize, bias: false))
  }
}

extension LayerBuilder {
  /// How much of earlier blocks a layer adds back: a norm and a projection to one number (`attn_res_block_size`).
  fileprivate mutating func residualMix(_ names: [String], _ width: Int) {
    for name in names {
      norm(name + "_norm", width)
      tensor(name + "_proj", .norms, [width])
    }
  }

  /// A float32 copy for the kernel that decodes in one.
  fileprivate mutating func fusedDecode(_ name: String, _ shape: [Int], cut: Int? = nil, heads: Int) {
    tensor(name, .buffers, shape, cut: cut, dtype: .float32)
    withLast { $0.fusedDecodeHeads = heads }
  }

  fileprivate mutating func alignsLast(to multiple: Int) { withLast { $0.rankMultiple = multiple } }
}

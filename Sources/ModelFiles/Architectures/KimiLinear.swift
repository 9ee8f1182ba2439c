import Plimsoll

/// Kimi-Linear (`models/kimi_k3/nvidia/model.py KimiLinearForCausalLM`): Kimi delta attention, and latent attention
/// without rotary position in the layers that `linear_attn_config` does not name.
enum KimiLinearFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let linear = try KimiDeltaAttention(config)
    let latent = try LatentAttention(config, numHeads: size.numHeads)
    let qLoRARank = try config.optionalInt("q_lora_rank", in: 1...1 << 20)
    try refuseOtherKinds(config)
    let experts = try Experts(config, size: size)
    var decoder = try DecoderBuilder(config)
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      let mixer: Mixer
      if linear.layers.contains(index + 1) {
        linear.add(to: &layer, hiddenSize: size.hiddenSize)
        mixer = linear.mixer
      } else {
        layer.latentAttention(latent, hiddenSize: size.hiddenSize, qLoRARank: qLoRARank)
        // Reciprocals of two scales and a one, for kernels that take them (`nvidia/mla.py`).
        for name in ["_one_scale", "_q_scale_inv", "_k_scale_inv"] {
          layer.tensor("self_attn." + name, .buffers, [1], dtype: .float32)
        }
        mixer = .latentAttention(latent)
      }
      let feedForward = experts.add(to: &layer, index: index, size: size)
      layer.norm("input_layernorm", size.hiddenSize)
      layer.norm("post_attention_layernorm", size.hiddenSize)
      decoder.append(layer, mixer: mixer, feedForward: feedForward)
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: false, placement: .firstAndLast)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: try config.rope())
  }

  /// What Kimi K3 has and Kimi-Linear has not.
  private static func refuseOtherKinds(_ config: ModelConfig) throws(ModelConfigError) {
    guard try config.bool("mla_use_nope", default: false) else {
      throw .unmodelled(part: "latent attention of Kimi-Linear with", value: "mla_use_nope false", nearest: "true")
    }
    for key in ["mla_use_output_gate", "latent_moe_use_norm"] where try config.bool(key, default: false) {
      throw .unmodelled(part: "Kimi K3's", value: key, nearest: "Kimi-Linear, without it")
    }
    for key in ["attn_res_block_size", "routed_expert_hidden_size"] where try config.optionalInt(key) != nil {
      throw .unmodelled(part: "Kimi K3's", value: key, nearest: "Kimi-Linear, without it")
    }
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

    init(_ config: ModelConfig, size: Dimensions) throws(ModelConfigError) {
      count = try config.optionalInt("num_experts", in: 1...1 << 16) ?? 0
      perToken = try config.int("num_experts_per_token", in: 1...1 << 16, default: 1)
      width = try config.int("moe_intermediate_size", in: 1...1 << 24, default: size.intermediateSize)
      shared = try config.optionalInt("num_shared_experts", in: 0...1 << 16) ?? 0
      firstDense = try config.int("first_k_dense_replace", in: 0...4096, default: 0)
      frequency = try config.int("moe_layer_freq", in: 1...4096, default: 1)
      leastWidth = try config.int("min_moe_intermediate_per_partition", in: 1...1 << 20, default: 256)
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
      layer.experts(
        scope + "experts",
        Module.Experts(
          count: count, hiddenSize: size.hiddenSize, intermediateSize: width, leastRankWidth: leastWidth))
      return .experts(
        FeedForward.Routed(
          numExperts: count, expertsPerToken: perToken, intermediateSize: width, sharedIntermediateSize: shared * width)
      )
    }
  }
}

/// Kimi delta attention (`layers/mamba/gdn/kimi_gdn_linear_attn.py`): a gate of low rank, a convolution in float32.
struct KimiDeltaAttention: Sendable {
  var numHeads: Int
  var headSize: Int
  var kernel: Int
  /// Which layers have it, counted from 1.
  var layers: Set<Int>

  init(_ config: ModelConfig) throws(ModelConfigError) {
    do throws(ConfigError) {
      let object = try config.text.object("linear_attn_config")
      numHeads = try object.int("num_heads", in: 1...1 << 14)
      headSize = try object.int("head_dim", in: 1...1 << 14)
      kernel = try object.int("short_conv_kernel_size", in: 1...1024)
      layers = Set(try object.ints("kda_layers"))
      if try object.bool("use_full_rank_gate", default: false) {
        throw object.error("use_full_rank_gate", wanted: .rule("false: Kimi K3's full-rank gate is not modelled yet"))
      }
    } catch {
      throw .value(error)
    }
  }

  private var width: Int { numHeads * headSize }

  var mixer: Mixer {
    .state(
      StateMixer(
        kind: .kimiDeltaAttention, convolution: StateMixer.Convolution(channels: 3 * width, kernel: kernel),
        recurrence: StateMixer.Recurrence(
          heads: numHeads, headSize: headSize, stateSize: headSize, dtype: .float32)))
  }

  func add(to layer: inout LayerBuilder, hiddenSize: Int) {
    let scope = "self_attn."
    layer.linear(
      scope + "in_proj_qkvgfab", .mamba,
      .partlyCut(input: hiddenSize, cut: [width, width, width, numHeads], whole: headSize),
      fusing: ["q_proj", "k_proj", "v_proj", "b_proj", "f_a_proj"])
    layer.linear(scope + "f_b_proj", .mamba, .column(input: headSize, outputs: [width], bias: false))
    layer.tensor(scope + "dt_bias", .mamba, [width], cut: 0, dtype: .float32)
    layer.plain(scope + "conv1d", .mamba, .column(input: kernel, outputs: [3 * width], bias: false), dtype: .float32)
    layer.tensor(scope + "A_log", .mamba, [numHeads], cut: 0, dtype: .float32)
    layer.linear(scope + "g_a_proj", .mamba, .replicated(input: hiddenSize, outputs: [headSize], bias: false))
    layer.linear(scope + "g_b_proj", .mamba, .column(input: headSize, outputs: [width], bias: false))
    layer.tensor(scope + "o_norm", .norms, [headSize])
    layer.linear(scope + "o_proj", .mamba, .row(input: width, output: hiddenSize, bias: false))
  }
}

/// The tensors of published checkpoints, name by name as their repositories list them.
struct PublishedTensors {
  var hidden: Int
  var tensors: [StoredTensor] = []

  init(hidden: Int) { self.hidden = hidden }

  mutating func add(_ name: String, _ dtype: String, _ shape: [Int]) {
    tensors.append(StoredTensor(name, dtype, shape))
  }

  mutating func add(_ name: String, _ shape: [Int]) { add(name, "BF16", shape) }

  /// A linear of `out` rows, with its bias.
  mutating func linear(_ name: String, _ out: Int, _ columns: Int, bias: Bool = false) {
    add(name + ".weight", [out, columns])
    if bias { add(name + ".bias", [out]) }
  }

  /// The same as DeepSeek stores it: 8 bits, with a scale for each block of 128 × 128.
  mutating func blocks(_ name: String, _ out: Int, _ columns: Int) {
    add(name + ".weight", "F8_E4M3", [out, columns])
    add(name + ".weight_scale_inv", "F32", [(out + 127) / 128, (columns + 127) / 128])
  }

  mutating func norms(_ names: String..., width: Int? = nil, prefix: String = "") {
    for name in names { add(prefix + name + ".weight", [width ?? hidden]) }
  }

  /// Query, key, value and output, with norms on each head where `headNorms` is set.
  mutating func attention(
    _ prefix: String, heads: Int, kvHeads: Int, head: Int, bias: Bool = false, outputBias: Bool = false,
    headNorms: Bool = false, gated: Bool = false
  ) {
    linear(prefix + "q_proj", (gated ? 2 : 1) * heads * head, hidden, bias: bias)
    linear(prefix + "k_proj", kvHeads * head, hidden, bias: bias)
    linear(prefix + "v_proj", kvHeads * head, hidden, bias: bias)
    linear(prefix + "o_proj", hidden, heads * head, bias: outputBias)
    if headNorms { norms("q_norm", "k_norm", width: head, prefix: prefix) }
  }

  mutating func mlp(_ prefix: String, _ width: Int) {
    linear(prefix + "gate_proj", width, hidden)
    linear(prefix + "up_proj", width, hidden)
    linear(prefix + "down_proj", hidden, width)
  }

  mutating func ends(vocabulary: Int, prefix: String = "model.", head: Bool = true) {
    add(prefix + "embed_tokens.weight", [vocabulary, hidden])
    add(prefix + "norm.weight", [hidden])
    if head { add("lm_head.weight", [vocabulary, hidden]) }
  }
}

extension PublishedTensors {
  /// Llama and its like.
  static func llama(
    hidden: Int, width: Int, layers: Int, heads: Int, kvHeads: Int, head: Int, vocabulary: Int, bias: Bool = false
  ) -> [StoredTensor] {
    var list = PublishedTensors(hidden: hidden)
    list.ends(vocabulary: vocabulary)
    for layer in 0..<layers {
      let prefix = "model.layers.\(layer)."
      list.attention(prefix + "self_attn.", heads: heads, kvHeads: kvHeads, head: head, bias: bias)
      list.mlp(prefix + "mlp.", width)
      list.norms("input_layernorm", "post_attention_layernorm", prefix: prefix)
    }
    return list.tensors
  }

  /// Qwen3-30B-A3B: 128 experts a layer, norms on each head.
  static func qwen3MoE() -> [StoredTensor] {
    var list = PublishedTensors(hidden: 2048)
    list.ends(vocabulary: 151_936)
    for layer in 0..<48 {
      let prefix = "model.layers.\(layer)."
      list.attention(prefix + "self_attn.", heads: 32, kvHeads: 4, head: 128, headNorms: true)
      list.linear(prefix + "mlp.gate", 128, 2048)
      for expert in 0..<128 { list.mlp(prefix + "mlp.experts.\(expert).", 768) }
      list.norms("input_layernorm", "post_attention_layernorm", prefix: prefix)
    }
    return list.tensors
  }

  /// DeepSeek-V3: 61 layers, and one more that predicts a further token, with the embedding and lm_head again.
  static func deepSeekV3() -> [StoredTensor] {
    var list = PublishedTensors(hidden: 7168)
    list.ends(vocabulary: 129_280)
    for layer in 0..<62 {
      let prefix = "model.layers.\(layer)."
      let attention = prefix + "self_attn."
      list.blocks(attention + "q_a_proj", 1536, 7168)
      list.norms("q_a_layernorm", width: 1536, prefix: attention)
      list.blocks(attention + "q_b_proj", 128 * 192, 1536)
      list.blocks(attention + "kv_a_proj_with_mqa", 576, 7168)
      list.norms("kv_a_layernorm", width: 512, prefix: attention)
      list.blocks(attention + "kv_b_proj", 128 * 256, 512)
      list.blocks(attention + "o_proj", 7168, 128 * 128)
      var networks = [(prefix + "mlp.", 18_432)]
      if layer >= 3 {
        list.linear(prefix + "mlp.gate", 256, 7168)
        list.add(prefix + "mlp.gate.e_score_correction_bias", "F32", [256])
        networks = (0..<256).map { (prefix + "mlp.experts.\($0).", 2048) } + [(prefix + "mlp.shared_experts.", 2048)]
      }
      for (name, width) in networks {
        list.blocks(name + "gate_proj", width, 7168)
        list.blocks(name + "up_proj", width, 7168)
        list.blocks(name + "down_proj", 7168, width)
      }
      list.norms("input_layernorm", "post_attention_layernorm", prefix: prefix)
      guard layer == 61 else { continue }
      list.add(prefix + "embed_tokens.weight", [129_280, 7168])
      list.norms("enorm", "hnorm", "shared_head.norm", prefix: prefix)
      list.linear(prefix + "eh_proj", 7168, 2 * 7168)
      list.add(prefix + "shared_head.head.weight", [129_280, 7168])
    }
    return list.tensors
  }

  /// gpt-oss-120b: experts of 4 bits, 32 of them to an exponent.
  static func gptOSS() -> [StoredTensor] {
    var list = PublishedTensors(hidden: 2880)
    list.ends(vocabulary: 201_088)
    for layer in 0..<36 {
      let prefix = "model.layers.\(layer)."
      list.attention(prefix + "self_attn.", heads: 64, kvHeads: 8, head: 64, bias: true, outputBias: true)
      list.add(prefix + "self_attn.sinks", [64])
      list.linear(prefix + "mlp.router", 128, 2880, bias: true)
      for (name, rows) in [("gate_up_proj", 5760), ("down_proj", 2880)] {
        let expert = prefix + "mlp.experts." + name
        list.add(expert + "_blocks", "U8", [128, rows, 90, 16])
        list.add(expert + "_scales", "U8", [128, rows, 90])
        list.add(expert + "_bias", [128, rows])
      }
      list.norms("input_layernorm", "post_attention_layernorm", prefix: prefix)
    }
    return list.tensors
  }

  /// gemma-3-27b-it: SigLIP before a decoder with four norms a layer and one table for embedding and lm_head.
  static func gemma3() -> [StoredTensor] {
    var list = PublishedTensors(hidden: 5376)
    list.ends(vocabulary: 262_208, prefix: "language_model.model.", head: false)
    for layer in 0..<62 {
      let prefix = "language_model.model.layers.\(layer)."
      list.attention(prefix + "self_attn.", heads: 32, kvHeads: 16, head: 128, headNorms: true)
      list.mlp(prefix + "mlp.", 21_504)
      list.norms(
        "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm",
        prefix: prefix)
    }
    let tower = "vision_tower.vision_model."
    list.add(tower + "embeddings.patch_embedding.weight", [1152, 3, 14, 14])
    list.add(tower + "embeddings.patch_embedding.bias", [1152])
    list.add(tower + "embeddings.position_embedding.weight", [64 * 64, 1152])
    for layer in 0..<27 {
      let prefix = tower + "encoder.layers.\(layer)."
      for name in ["q_proj", "k_proj", "v_proj", "out_proj"] {
        list.linear(prefix + "self_attn." + name, 1152, 1152, bias: true)
      }
      list.linear(prefix + "mlp.fc1", 4304, 1152, bias: true)
      list.linear(prefix + "mlp.fc2", 1152, 4304, bias: true)
      for name in ["layer_norm1", "layer_norm2"] {
        list.norms(name, width: 1152, prefix: prefix)
        list.add(prefix + name + ".bias", [1152])
      }
    }
    list.norms("post_layernorm", width: 1152, prefix: tower)
    list.add(tower + "post_layernorm.bias", [1152])
    list.add("multi_modal_projector.mm_input_projection_weight", [1152, 5376])
    list.norms("mm_soft_emb_norm", width: 1152, prefix: "multi_modal_projector.")
    return list.tensors
  }

  /// Qwen3-Next-80B-A3B: three layers of linear attention to one of full, 512 experts, and a layer of `mtp`.
  static func qwen3Next() -> [StoredTensor] {
    var list = PublishedTensors(hidden: 2048)
    list.ends(vocabulary: 151_936)
    func network(_ prefix: String) {
      list.linear(prefix + "mlp.gate", 512, 2048)
      for expert in 0..<512 { list.mlp(prefix + "mlp.experts.\(expert).", 512) }
      list.mlp(prefix + "mlp.shared_expert.", 512)
      list.linear(prefix + "mlp.shared_expert_gate", 1, 2048)
      list.norms("input_layernorm", "post_attention_layernorm", prefix: prefix)
    }
    func full(_ prefix: String) {
      list.attention(prefix + "self_attn.", heads: 16, kvHeads: 2, head: 256, headNorms: true, gated: true)
    }
    for layer in 0..<48 {
      let prefix = "model.layers.\(layer)."
      if layer % 4 == 3 {
        full(prefix)
      } else {
        let linear = prefix + "linear_attn."
        list.linear(linear + "in_proj_qkvz", 2 * 2048 + 2 * 4096, 2048)
        list.linear(linear + "in_proj_ba", 64, 2048)
        list.add(linear + "conv1d.weight", [2 * 2048 + 4096, 1, 4])
        list.add(linear + "A_log", [32])
        list.add(linear + "dt_bias", [32])
        list.norms("norm", width: 128, prefix: linear)
        list.linear(linear + "out_proj", 2048, 4096)
      }
      network(prefix)
    }
    list.linear("mtp.fc", 2048, 4096)
    full("mtp.layers.0.")
    network("mtp.layers.0.")
    list.norms("norm", "pre_fc_norm_embedding", "pre_fc_norm_hidden", prefix: "mtp.")
    return list.tensors
  }

  /// granite-4.0-h-small: nine Mamba 2 layers to one of attention, 72 experts, one table for embedding and lm_head.
  static func granite4() -> [StoredTensor] {
    var list = PublishedTensors(hidden: 4096)
    list.ends(vocabulary: 100_352, head: false)
    for layer in 0..<40 {
      let prefix = "model.layers.\(layer)."
      if layer % 10 == 5 {
        list.attention(prefix + "self_attn.", heads: 32, kvHeads: 8, head: 128)
      } else {
        let mamba = prefix + "mamba."
        list.linear(mamba + "in_proj", 2 * 8192 + 2 * 128 + 128, 4096)
        list.add(mamba + "conv1d.weight", [8192 + 2 * 128, 1, 4])
        list.add(mamba + "conv1d.bias", [8192 + 2 * 128])
        for name in ["A_log", "D", "dt_bias"] { list.add(mamba + name, [128]) }
        list.norms("norm", width: 8192, prefix: mamba)
        list.linear(mamba + "out_proj", 4096, 8192)
      }
      list.add(prefix + "block_sparse_moe.input_linear.weight", [72, 2 * 768, 4096])
      list.add(prefix + "block_sparse_moe.output_linear.weight", [72, 4096, 768])
      list.linear(prefix + "block_sparse_moe.router.layer", 72, 4096)
      list.linear(prefix + "shared_mlp.input_linear", 2 * 1536, 4096)
      list.linear(prefix + "shared_mlp.output_linear", 4096, 1536)
      list.norms("input_layernorm", "post_attention_layernorm", prefix: prefix)
    }
    return list.tensors
  }
}

import Plimsoll

/// What a tensor of a checkpoint is, by the parts of its name: no model's own names, only what checkpoints have in
/// common.
struct TensorKind: Hashable, Sendable {
  var part: WeightPart
  var role: Role
  /// The name's first number is that of a decoder layer.
  var isInLayer: Bool

  /// What a tensor is to its module, and whether vLLM has a use for it whatever the config says.
  enum Role: UInt8, Hashable, Sendable {
    case weight
    /// Several weights of few bits in each integer.
    case packed
    /// Scales, zero points, orders: what a quantization method keeps beside weights.
    case scale
    /// Layers that predict further tokens, which the model itself does not load.
    case tokenPrediction
    /// Tables and masks that vLLM computes anew.
    case buffer
    /// A part that speaks or paints, which vLLM does not load.
    case generator
    /// What only bitsandbytes keeps.
    case bitsandbytes
  }
}

extension TensorKind {
  init(name: String, dtype: TensorDType) {
    let parts = name.utf8.split(separator: UInt8(ascii: ".")).map { String(decoding: $0, as: UTF8.self) }
    let number = parts.firstIndex { $0.utf8.allSatisfy { Ascii.zero...Ascii.nine ~= $0 } }
    let isInEncoder = Self.isEncoder(parts, before: number ?? 0)
    isInLayer = number.map { $0 > 0 && Self.layers.contains(parts[$0 - 1]) && !isInEncoder } ?? false
    role = Self.role(parts, dtype)
    part = isInEncoder ? .encoder : Self.part(parts, isInLayer: isInLayer)
  }

  private static let layers = ["layers", "layer", "h", "blocks", "block"]

  private static func role(_ parts: [String], _ dtype: TensorDType) -> Role {
    let last = parts.last ?? ""
    let owner = parts.dropLast().last ?? ""
    if parts.contains(where: { $0.hasPrefix("mtp") }) { return .tokenPrediction }
    if let first = parts.first, ["talker", "token2wav", "code2wav", "tts"].contains(first) { return .generator }
    switch last {
    // vLLM `models/utils.py AutoWeightsLoader REMOVE_UNUSED_ROTARY_EMBEDS_MAPPER`, and what classes name themselves.
    case "inv_freq", "cos_cached", "sin_cached", "position_ids", "token_type_ids", "masked_bias", "num_batches_tracked":
      return .buffer
    case "bias" where owner == "attn" || owner == "attention": return .buffer
    case "absmax", "nested_absmax", "quant_map", "nested_quant_map", "SCB": return .bitsandbytes
    case "qweight", "weight_packed": return .packed
    case "scale" where dtype == .f8e8m0: return .scale
    case "weight" where dtype == .u8: return .packed
    default: break
    }
    if last.hasPrefix("bitsandbytes__") { return .bitsandbytes }
    if last.hasSuffix("_blocks"), dtype == .u8 { return .packed }
    if scales.contains(last) || last.hasPrefix("weight_scale") || last.hasSuffix("_scales") { return .scale }
    if last.hasSuffix("_scale_inv") || last.hasSuffix("_weight_scale") || last.hasSuffix("_weight_scale_2")
      || last.hasSuffix("_proj_scale")
    {
      return .scale
    }
    return .weight
  }

  private static let scales = [
    "scales", "qzeros", "g_idx", "weight_shape", "weight_zero_point", "weight_global_scale", "weight_g_idx",
    "input_scale", "input_global_scale", "input_zero_point", "activation_scale", "activation_scaling_factor", "k_scale",
    "v_scale", "q_scale", "kv_scale", "prob_output_scale", "output_scale", "pre_quant_scale", "input_scale_ub",
    "gate_up_proj_input_scale", "down_proj_input_scale",
  ]

  /// What sees or hears before the language model, and what joins it to that.
  private static func isEncoder(_ parts: [String], before number: Int) -> Bool {
    // An encoder of layers, where BERT's has `encoder.layer`.
    if number > 1, parts[number - 1] == "layers", parts[..<number].contains(where: { $0.hasSuffix("encoder") }) {
      return true
    }
    return parts.contains { part in
      encoders.contains(part) || ["vision", "visual", "audio", "image", "siglip"].contains(where: part.hasPrefix)
        || part.holds("projector") || part.hasSuffix("resampler") || part.hasPrefix("patch_")
    }
  }

  private static let encoders = [
    "vit", "vpm", "apm", "mlp1", "aligner", "connector", "embed_vision", "embed_audio", "sam_model",
  ]

  private static func part(_ parts: [String], isInLayer: Bool) -> WeightPart {
    func has(_ names: String...) -> Bool { parts.contains { names.contains($0) } }
    func any(_ test: (String) -> Bool) -> Bool { parts.contains(where: test) }
    let last = parts.last ?? ""
    let owner = parts.dropLast().last ?? ""
    let isParameter = ["weight", "bias", "gamma", "beta"].contains(last)
    let thing = isParameter ? owner : last
    if !isInLayer {
      if has("lm_head", "embed_out", "output_layer") || ["output", "head"].contains(thing) { return .lmHead }
      if any({ $0.hasPrefix("embed") || $0.hasSuffix("embeddings") || $0 == "wte" || $0 == "wpe" }) {
        return thing.hasSuffix("norm") || thing == "LayerNorm" ? .norms : .embedding
      }
    }
    if thing.hasSuffix("norm") || thing.hasPrefix("norm") || thing.hasPrefix("ln_") || thing.hasSuffix("Norm")
      || thing.hasSuffix("norm1") || thing.hasSuffix("norm2")
    {
      return .norms
    }
    if has("router", "gate", "e_score_correction_bias", "shared_expert_gate") { return .router }
    if has("experts", "block_sparse_moe", "switch_mlp"), !has("shared_expert", "shared_experts", "shared_mlp") {
      return .experts
    }
    if any({ $0.hasPrefix("mamba") || $0 == "linear_attn" || $0 == "mixer" || $0 == "ssm" || $0 == "conv" }) {
      return .mamba
    }
    if any({ $0.hasSuffix("attn") || $0.hasSuffix("attention") || $0.hasPrefix("attn") || $0 == "attention" }) {
      return .attention
    }
    if isInLayer { return .mlp }
    let isHead = has("score", "classifier", "pooler", "cls", "mlm_head", "sparse_linear", "colbert_linear", "v_head")
    return isHead || parts.first == "linear" ? .pooler : .norms
  }
}

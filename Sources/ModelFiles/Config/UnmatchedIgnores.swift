import Plimsoll

extension QuantizationConfig {
  /// Entries of the list of unquantized modules whose last name no module has: a slip of the pen, which vLLM passes over.
  ///
  /// Entries about what is not loaded (multi-token prediction, encoders) and regular expressions are not looked at.
  func unmatchedIgnores(in shape: ModelShape) -> [UnmatchedIgnore] {
    let names = ignored.wholeNames
    if names.isEmpty { return [] }
    var known = Set(Self.others.map { Substring($0) })
    // Layers repeat the names of the ones before.
    var read: Set<String> = []
    for module in shape.layers.flatMap(\.modules) + shape.outer.map(\.module) where read.insert(module.name).inserted {
      known.formUnion(Self.parts(of: module.name))
    }
    var found: [UnmatchedIgnore] = []
    var seen = Set<Substring>()
    for name in names where !name.utf8.contains(UInt8(ascii: "*")) {
      let parts = Self.parts(of: name)
      guard let last = parts.last, seen.insert(last).inserted, !known.contains(last), Int(last) == nil,
        !parts.contains(where: Self.isElsewhere), !Self.isBeyond(parts, shape.numLayers)
      else { continue }
      let nearest = NearestName.nearest(to: String(last), among: known.sorted().map { String($0) }).first
      found.append(UnmatchedIgnore(name: name, nearest: nearest))
    }
    return found
  }

  /// By bytes: a checkpoint lists hundreds of names, and splitting by characters takes ten times as long.
  private static func parts(of name: String) -> [Substring] {
    name.utf8.split(separator: UInt8(ascii: ".")).map { Substring($0) }
  }

  /// Of a layer past the last, as those for multi-token prediction.
  private static func isBeyond(_ parts: [Substring], _ count: Int) -> Bool {
    guard let layers = parts.firstIndex(of: "layers"), layers + 1 < parts.count else { return false }
    return (Int(parts[layers + 1]) ?? 0) >= count
  }

  /// Part of a name of what the shape does not list.
  private static func isElsewhere(_ part: Substring) -> Bool {
    ["mtp", "visual", "vision", "audio", "talker", "code2wav", "projector", "merger", "embed", "nextn", "patch"]
      .contains { String(part).holds($0) }
  }

  /// Names of checkpoints that vLLM fuses into others, or has under other names.
  private static let others = [
    "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "qkv_proj", "gate_up_proj", "w1",
    "w2", "w3", "gate", "router", "experts", "shared_expert", "shared_experts", "shared_expert_gate", "mlp", "ffn",
    "self_attn", "attn", "linear_attn", "mixer", "mamba", "lm_head", "head", "output", "norm", "in_proj", "out_proj",
    "in_proj_qkv", "in_proj_z", "in_proj_a", "in_proj_b", "in_proj_ba", "in_proj_qkvz", "conv1d", "x_proj", "dt_proj",
    "q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj", "wq_b", "wk", "weights_proj", "dense", "fc1", "fc2",
    "eh_proj", "model", "layers", "e_score_correction_bias", "block_sparse_moe", "feed_forward", "indexer",
    "self_attention", "per_layer_model_projection", "per_layer_input_gate", "per_layer_projection", "input_layernorm",
    "post_attention_layernorm", "language_model", "backbone", "fc1_latent_proj", "fc2_latent_proj", "lm_heads",
    "proj", "compressor", "hc_head", "score", "classifier",
  ]
}

import Plimsoll

/// EAGLE and EAGLE-3: a layer or a few on the target's hidden states (`llama_eagle.py`, `llama_eagle3.py`, `qwen3_eagle3.py`).
///
/// The first kind joins embedding and hidden state in `fc` and has no lm_head. The third reads several layers' hidden
/// states through `fc`, its first layer attends to embedding and hidden state side by side, and it has an lm_head of
/// `draft_vocab_size` rows with a table of which tokens they are.
enum EagleHead {
  /// The classes of vLLM's registry that are read here.
  static let architectures = [
    "EagleLlamaForCausalLM", "Eagle3LlamaForCausalLM", "LlamaForCausalLMEagle3", "Eagle3MiniMaxM2ForCausalLM",
    "Eagle3Qwen2_5vlForCausalLM", "Eagle3Qwen3vlForCausalLM", "Eagle3Qwen3ForCausalLM", "PEagleDraftModel",
    "PeagleLlamaForCausalLM", "PeagleQwen3ForCausalLM",
  ]

  /// The class that serves a config: `Eagle` or `Eagle3` before its own name, unless it bears it already
  /// (vLLM 0.33.0 `transformers_utils/configs/eagle.py`).
  static func served(_ name: String, isThird: Bool) -> String {
    if isThird {
      let isNamed = name.hasPrefix("Eagle3") || name.hasSuffix("Eagle3") || name.lowercased().hasPrefix("peagle")
      return isNamed ? name : "Eagle3" + name
    }
    return name.hasPrefix("Eagle") ? name : "Eagle" + name
  }

  static func read(
    _ config: ModelConfig, isThird: Bool, target: ModelConfig
  ) throws(ModelConfigError) -> DraftModel {
    let name = served(config.statedArchitecture, isThird: isThird)
    guard architectures.contains(name), name.holds("Eagle3") || isThird == name.lowercased().hasPrefix("peagle")
    else {
      throw .unmodelled(part: "the draft model", value: name, nearest: architectures.prefix(2).joined(separator: ", "))
    }
    let size = try Dimensions(config)
    var decoder = try DecoderBuilder(config)
    let targetLayers = try Dimensions(target).numLayers
    let bias = try config.bool("attention_bias", default: false)
    let spans = try config.spans(numLayers: size.numLayers)
    for index in 0..<size.numLayers {
      let attention = Attention(
        numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize, span: spans[index])
      var layer = decoder.layer(targetLayers + index)
      if index == 0 { try addProjection(to: &layer, config, size, isThird: isThird) }
      let input = isThird && index == 0 ? 2 * size.hiddenSize : size.hiddenSize
      let isQwen = name.holds("Qwen3For")
      layer.linear(
        "self_attn.qkv_proj", .attention,
        .qkv(
          Module.QKV(
            input: input, numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize, bias: bias)),
        fusing: ["q_proj", "k_proj", "v_proj"])
      layer.linear(
        "self_attn.o_proj", .attention,
        .row(input: size.numHeads * size.headSize, output: size.hiddenSize, bias: bias && !isQwen))
      layer.attentionScales()
      if isQwen {
        layer.tensor("self_attn.q_norm", .norms, [size.headSize])
        layer.tensor("self_attn.k_norm", .norms, [size.headSize])
      }
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
      if isThird || index > 0 { layer.norm("input_layernorm", size.hiddenSize) }
      layer.norm("post_attention_layernorm", size.hiddenSize)
      if isThird { layer.norm("hidden_norm", size.hiddenSize) }
      decoder.append(
        layer, mixer: .attention(attention), feedForward: .dense(intermediateSize: size.intermediateSize))
    }
    let rope = try config.rope()
    decoder.add(
      try rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    var shape = try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: rope)
    var draft = DraftModel(architecture: name, kind: isThird ? .eagle3 : .eagle, shape: shape)
    draft.rotary = try shape.rotary(config, target: target, isRaised: true)
    shape.outer.removeAll { $0.module.isRotaryTable }
    if isThird { try addHead(to: &shape, &draft, config, size, target) }
    draft.embedding = embedding(size, config.dtype)
    if size.hiddenSize != (try Dimensions(target).hiddenSize) {
      // An embedding of another width cannot be the target's.
      shape.outer.append(PlacedModule(embedding(size, config.dtype), on: .everyStage))
      draft.embedding = nil
    }
    draft.shape = shape
    return draft
  }

  private static func embedding(_ size: Dimensions, _ dtype: DType) -> Module {
    Module(
      "model.embed_tokens", .embedding, .vocabulary(rows: size.vocabSize, width: size.hiddenSize, bias: false),
      dtype: dtype)
  }

  /// What joins what the head reads: embedding and hidden state, or the hidden states of several layers.
  private static func addProjection(
    to layer: inout LayerBuilder, _ config: ModelConfig, _ size: Dimensions, isThird: Bool
  ) throws(ModelConfigError) {
    guard isThird else {
      layer.linear("fc", .mlp, .replicated(input: 2 * size.hiddenSize, outputs: [size.hiddenSize], bias: false))
      return
    }
    let (count, width) = try auxiliaryStates(config, size)
    guard count > 0 else { return }
    layer.linear("fc", .mlp, .replicated(input: count * width, outputs: [size.hiddenSize], bias: false))
    if try eagleBool("norm_before_fc", config) { layer.norm("input_norm", count * width) }
    if try config.bool("fc_norm", default: false) { layer.norm("fc_norm", count * width) }
  }

  /// How many of the target's layers the head reads, and how wide their hidden states are.
  private static func auxiliaryStates(
    _ config: ModelConfig, _ size: Dimensions
  ) throws(ModelConfigError) -> (count: Int, width: Int) {
    let width = try config.optionalInt("target_hidden_size", in: 1...1 << 20) ?? size.hiddenSize
    guard try eagleBool("use_aux_hidden_state", config, default: true) else { return (0, width) }
    if let count = try config.optionalInt("num_aux_hidden_states", in: 1...256) { return (count, width) }
    let inner = try eagleConfig(config)
    do throws(ConfigError) {
      let layers = try inner?.optionalInts("eagle_aux_hidden_state_layer_ids", in: 0...4096) ?? []
      return (layers.isEmpty ? 3 : layers.count, width)
    } catch {
      throw .value(error)
    }
  }

  private static func eagleConfig(_ config: ModelConfig) throws(ModelConfigError) -> ConfigObject? {
    do { return try config.text.optionalObject("eagle_config") } catch { throw .value(error) }
  }

  private static func eagleBool(
    _ key: String, _ config: ModelConfig, default fallback: Bool = false
  ) throws(ModelConfigError) -> Bool {
    let inner = try eagleConfig(config)
    do throws(ConfigError) {
      if let value = try inner?.optionalBool(key) { return value }
      return try config.text.bool(key, default: fallback)
    } catch {
      throw .value(error)
    }
  }

  /// The final norm, the head of the draft's vocabulary, and which tokens of the target's its rows are.
  private static func addHead(
    to shape: inout ModelShape, _ draft: inout DraftModel, _ config: ModelConfig, _ size: Dimensions,
    _ target: ModelConfig
  ) throws(ModelConfigError) {
    draft.auxiliaryStates = try auxiliaryStates(config, size).count
    let rows = try config.optionalInt("draft_vocab_size", in: 1...1 << 26) ?? size.vocabSize
    draft.draftVocabSize = rows
    var modules = [
      Module("model.norm", .norms, .tensor(shape: [size.hiddenSize], cut: nil), dtype: config.dtype),
      Module("lm_head", .lmHead, .vocabulary(rows: rows, width: size.hiddenSize, bias: false), dtype: config.dtype),
    ]
    if rows != (try Dimensions(target).vocabSize) {
      modules.append(Module("draft_id_to_target_id", .buffers, .tensor(shape: [rows], cut: nil), dtype: .int64))
    }
    shape.outer += modules.map { PlacedModule($0, on: .everyStage) }
  }

  /// A config of the speculators library as one of the class that serves it: its layer's keys on top.
  static func flattened(_ json: JSON) -> JSON {
    guard case .object(let object) = json, case .object(let layer)? = object["transformer_layer_config"] else {
      return json
    }
    var flat = object
    for member in layer.members where object[member.key] == nil || member.key == "model_type" {
      flat[member.key] = member.value
    }
    if object["speculators_model_type"] == "eagle3" { flat["architectures"] = ["Eagle3LlamaForCausalLM"] }
    return .object(flat)
  }
}

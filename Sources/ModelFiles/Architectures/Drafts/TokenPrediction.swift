import Plimsoll

/// Multi-token prediction: layers of the target's own kind in its own checkpoint, behind a projection that joins the
/// embedding of the next token and the hidden state (`deepseek_mtp.py`, `qwen3_next_mtp.py`, `glm4_moe_mtp.py`, …).
///
/// Embedding and lm_head are the target's; the embedding is one of its own where the target's lies on another stage.
enum TokenPrediction {
  /// How one class of vLLM builds such layers.
  struct Form: Sendable {
    /// The class in vLLM's registry.
    var architecture: String
    /// The classes of the models that it drafts for.
    var targets: [String]
    /// The key that says how many layers there are.
    var countKey = "num_nextn_predict_layers"
    /// The layers where the key is absent; nil: there are none then.
    var count: Int?
    /// Which of the target's layers they are.
    var layers = Layers.next
    /// The projection of 2 · hidden size to hidden size.
    var projection = Projection.perLayer(quantized: false)
    /// Norms beside the layer's own, each as wide as the hidden state: of each layer, and of all together.
    var norms = (perLayer: 3, once: 0)
    var takesImages = false
    /// Each layer has an lm_head of its own.
    var ownHeads = false
  }

  /// Which of a model's layers are taken.
  enum Layers: Hashable, Sendable {
    /// Those that would follow the last.
    case next
    /// Layers of full attention under names of their own.
    case fullAttention(prefix: String)
    /// Layers by a pattern of their own.
    case pattern(key: String, prefix: String)
    /// Layers of a plain Llama with these sizes.
    case llama
  }

  /// What joins embedding and hidden state.
  enum Projection: Hashable, Sendable {
    /// One of each layer, whole on every rank.
    case perLayer(quantized: Bool)
    /// One of each layer, cut by TP.
    case perLayerCut
    /// One for all layers, cut by TP.
    case once(name: String)
  }

  static let forms: [Form] = [
    Form(architecture: "DeepSeekMTPModel", targets: ["DeepseekV3ForCausalLM"]),
    Form(architecture: "DeepseekV32MTPModel", targets: ["DeepseekV32ForCausalLM", "GlmMoeDsaForCausalLM"]),
    Form(architecture: "Glm4MoeMTPModel", targets: ["Glm4MoeForCausalLM"]),
    Form(architecture: "Glm4MoeLiteMTPModel", targets: ["Glm4MoeLiteForCausalLM"]),
    Form(architecture: "MiMoMTPModel", targets: ["MiMoForCausalLM"]),
    Form(
      architecture: "ErnieMTPModel", targets: ["Ernie4_5_MoeForCausalLM"], layers: .llama, norms: (perLayer: 2, once: 0)
    ),
    Form(
      architecture: "Qwen3NextMTP", targets: ["Qwen3NextForCausalLM"], count: 1,
      layers: .fullAttention(prefix: "mtp.layers"), projection: .once(name: "mtp.fc"), norms: (perLayer: 0, once: 3)),
    Form(
      architecture: "Qwen3_5MTP", targets: ["Qwen3_5ForCausalLM", "Qwen3_5ForConditionalGeneration"],
      countKey: "mtp_num_hidden_layers", count: 1, layers: .fullAttention(prefix: "mtp.layers"),
      projection: .once(name: "mtp.fc"), norms: (perLayer: 0, once: 3), takesImages: true),
    Form(
      architecture: "Qwen3_5MoeMTP", targets: ["Qwen3_5MoeForCausalLM", "Qwen3_5MoeForConditionalGeneration"],
      countKey: "mtp_num_hidden_layers", count: 1, layers: .fullAttention(prefix: "mtp.layers"),
      projection: .once(name: "mtp.fc"), norms: (perLayer: 0, once: 3), takesImages: true),
    Form(architecture: "HYV3MTPModel", targets: ["HYV3ForCausalLM"]),
    Form(architecture: "OpenPanguMTPModel", targets: ["PanguUltraMoEForCausalLM"]),
    Form(architecture: "Step3p5MTP", targets: ["Step3p5ForCausalLM"], count: 1, ownHeads: true),
    Form(
      architecture: "NemotronHMTPModel", targets: ["NemotronHForCausalLM"],
      layers: .pattern(key: "mtp_hybrid_override_pattern", prefix: "mtp.layers"), projection: .perLayerCut),
  ]

  static func read(
    _ json: JSON, quantization: JSON? = nil, quantizedAtLoad method: String? = nil
  ) throws(ModelConfigError) -> DraftModel {
    let config = try ModelConfig(json, quantization: quantization, quantizedAtLoad: method)
    guard let form = forms.first(where: { $0.targets.contains(config.architecture) }) else {
      throw .unmodelled(
        part: "multi-token prediction of", value: config.architecture,
        nearest: forms.prefix(3).flatMap(\.targets).joined(separator: ", "))
    }
    guard let count = try config.optionalInt(form.countKey, in: 0...256) ?? form.count, count > 0 else {
      throw .contradiction("\(form.countKey) says that the checkpoint has no layers of multi-token prediction")
    }
    let size = try Dimensions(config)
    let quantized = try QuantizationConfig(config)
    // The layers' names in the checkpoint are not the model's, by which its methods go.
    guard !form.ownHeads || quantized.method == .none else {
      throw .unmodelled(part: "quantized multi-token prediction of", value: config.architecture, nearest: nil)
    }
    var shape = try target(config, form, count, size)
    shape.layers = try layers(
      of: shape, after: form.layers == .next ? size.numLayers : 0, form, count, size, config, quantized)
    shape.outer = (0..<form.norms.once).map { index in
      let norm = Module("mtp.norm\(index)", .norms, .tensor(shape: [size.hiddenSize], cut: nil), dtype: config.dtype)
      return PlacedModule(norm, on: .everyStage)
    }
    if case .once(let name) = form.projection {
      let isLeftAlone = quantized.method == .modelopt
      let fc = Module(
        name, .mlp, .column(input: 2 * size.hiddenSize, outputs: [size.hiddenSize], bias: false),
        scheme: isLeftAlone ? .unquantized : quantized.scheme(ofLinear: name), dtype: config.dtype)
      shape.outer.append(PlacedModule(fc, on: .everyStage))
    }
    if form.ownHeads {
      let head = Module(
        "shared_head.head", .lmHead, .vocabulary(rows: size.vocabSize, width: size.hiddenSize, bias: false),
        dtype: config.dtype)
      for _ in 0..<count { shape.outer.append(PlacedModule(head, on: .everyStage)) }
    }
    let modalities = shape.traits.modalities
    shape.traits = ModelShape.Traits()
    shape.traits.sharesTokensAmongExperts = config.modelType != "glm4_moe_lite"
    shape.hiddenSize = size.hiddenSize
    var draft = DraftModel(architecture: form.architecture, kind: .mtp, shape: shape)
    draft.predictedTokens = try config.optionalInt(form.countKey, in: 1...256)
    draft.modules = form.countKey == "num_nextn_predict_layers" ? count : 1
    draft.takesImages = form.takesImages && !modalities.isEmpty
    draft.embedding = Module(
      "model.embed_tokens", .embedding, .vocabulary(rows: size.vocabSize, width: size.hiddenSize, bias: false),
      dtype: config.dtype)
    return draft
  }

  /// The target with the layers that are asked for behind its own, or in place of them.
  private static func target(
    _ config: ModelConfig, _ form: Form, _ count: Int, _ size: Dimensions
  ) throws(ModelConfigError) -> ModelShape {
    var members = config.text.members
    var prefix: String?
    switch form.layers {
    case .next:
      members["num_hidden_layers"] = .integer(size.numLayers + count)
      // Lists of a value a layer go on as they end.
      for member in config.text.members.members {
        guard case .array(let values) = member.value, values.count == size.numLayers, let last = values.last else {
          continue
        }
        members[member.key] = .array(values + Array(repeating: last, count: count))
      }
    case .fullAttention(let name):
      prefix = name
      members["num_hidden_layers"] = .integer(count)
      members["layer_types"] = .array(Array(repeating: "full_attention", count: count))
    case .pattern(let key, let name):
      prefix = name
      let pattern = try config.string(key, default: "")
      guard !pattern.isEmpty, count == 1 else {
        throw .contradiction("\(key) has to say which layers predict tokens, for one step")
      }
      members["num_hidden_layers"] = .integer(pattern.count)
      members["hybrid_override_pattern"] = .string(pattern)
      for key in ["layers_block_type", "layer_types"] where members[key] != nil { members[key] = .null }
    case .llama:
      members["num_hidden_layers"] = .integer(count)
    }
    var changed = ModelConfig(config, text: ConfigObject(members, path: config.text.path))
    changed.layerPrefix = prefix
    if form.layers == .llama { return try LlamaFamily.read(changed) }
    guard let read = ArchitectureTable.reader(of: config.architecture) else {
      throw VLLMRegistry.problem(with: config.architecture)
    }
    return try read(changed)
  }

  /// The layers behind the target's own, each with its projection and norms.
  private static func layers(
    of shape: ModelShape, after index: Int, _ form: Form, _ count: Int, _ size: Dimensions, _ config: ModelConfig,
    _ quantized: QuantizationConfig
  ) throws(ModelConfigError) -> [LayerGroup] {
    var taken: [LayerGroup] = []
    var start = 0
    for var group in shape.layers {
      let before = max(0, min(group.count, index - start))
      start += group.count
      group.count -= before
      if group.count > 0 { taken.append(group) }
    }
    var extra: [Module] = (0..<form.norms.perLayer).map { number in
      Module("mtp_norm\(number)", .norms, .tensor(shape: [size.hiddenSize], cut: nil), dtype: config.dtype)
    }
    switch form.projection {
    case .perLayer:
      extra.append(
        Module(
          "eh_proj", .mlp, .replicated(input: 2 * size.hiddenSize, outputs: [size.hiddenSize], bias: false),
          dtype: config.dtype))
    case .perLayerCut:
      extra.append(
        Module(
          "eh_proj", .mlp, .column(input: 2 * size.hiddenSize, outputs: [size.hiddenSize], bias: false),
          scheme: quantized.scheme(ofLinear: "mtp.layers.0.eh_proj"), dtype: config.dtype))
    case .once: break
    }
    guard !extra.isEmpty, var first = taken.first else { return taken }
    // A pattern of several layers makes one step, which has the projection once.
    if case .pattern = form.layers, first.count > 1 || taken.count > 1 {
      var head = first
      head.count = 1
      head.modules = extra + head.modules
      first.count -= 1
      return [head] + (first.count > 0 ? [first] : []) + taken.dropFirst()
    }
    return taken.map { group in
      var group = group
      group.modules = extra + group.modules
      return group
    }
  }
}

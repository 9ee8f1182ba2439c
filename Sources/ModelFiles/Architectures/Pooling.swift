import Plimsoll

/// Architectures that are served for pooling: vectors, classes and scores instead of tokens.
///
/// A name that vLLM's registry does not have is the pooling form of a generating class by its ending (vLLM 0.33.0
/// `config/model.py _SUFFIX_TO_DEFAULTS`, `models/registry.py _normalize_arch`, `models/adapters.py`).
enum Pooling {
  /// What a name stands for.
  struct Form {
    /// The class of the registry that is converted.
    var base: String
    /// A head scores the last hidden state (`as_seq_cls_model`).
    var classifies: Bool
  }

  private enum Conversion { case none, embed, classify }

  /// Endings of names, the first that fits deciding.
  private static let endings: [(name: String, conversion: Conversion)] = [
    ("ForCausalLM", .none), ("ForConditionalGeneration", .none), ("ChatModel", .none), ("LMHeadModel", .none),
    ("ForTextEncoding", .embed), ("EmbeddingModel", .embed), ("ForSequenceClassification", .classify),
    ("ForTokenClassification", .classify), ("ForAudioClassification", .classify),
    ("ForImageClassification", .classify), ("ForVideoClassification", .classify),
    ("ClassificationModel", .classify), ("ForRewardModeling", .embed), ("RewardModel", .embed), ("Model", .embed),
  ]

  /// The form that `architecture` is, where the registry does not have it by that name.
  static func form(of architecture: String) -> Form? {
    guard !VLLMRegistry.serves(architecture) else { return nil }
    guard let ending = endings.first(where: { architecture.hasSuffix($0.name) }), ending.conversion != .none else {
      return nil
    }
    let stem = architecture.dropLast(ending.name.count)
    for other in endings where VLLMRegistry.serves(stem + other.name) {
      return Form(base: stem + other.name, classifies: ending.conversion == .classify)
    }
    return nil
  }

  /// Served for pooling unless `--runner` says otherwise.
  static func isDefault(for architecture: String) -> Bool {
    classes.contains(architecture) || form(of: architecture) != nil
  }

  /// Classes of the registry that pool themselves.
  private static let classes: Set<String> = [
    "BertModel", "BertForMaskedLM", "BertForSequenceClassification", "BertForTokenClassification",
    "BertSpladeSparseEmbeddingModel", "BgeM3EmbeddingModel", "GPT2ForSequenceClassification", "Gemma3TextModel",
    "ColBERTModernBertModel", "GteModel", "GteNewForSequenceClassification", "GteNewModel",
    "InternLM2ForRewardModel", "JambaForSequenceClassification", "LlamaBidirectionalForSequenceClassification",
    "LlamaBidirectionalModel", "VoyageQwen3BidirectionalEmbedModel",
    "ModernBertModel", "ModernBertForSequenceClassification", "ModernBertForTokenClassification",
    "Qwen2ForProcessRewardModel", "Qwen2ForRewardModel", "RobertaModel", "RobertaForMaskedLM",
    "RobertaForSequenceClassification", "RobertaForTokenClassification", "XLMRobertaModel",
    "XLMRobertaForSequenceClassification", "XLMRobertaForTokenClassification",
  ]

  /// The shape of a generating class turned into `form`.
  static func read(_ form: Form, of config: ModelConfig, as name: String) throws(ModelConfigError) -> ModelShape {
    guard let read = ArchitectureTable.reader(of: form.base) else {
      throw VLLMRegistry.problem(with: form.base)
    }
    var shape = try read(config)
    shape.architecture = name
    shape.traits.isPooling = true
    if form.classifies {
      // A head in the checkpoint is handed to the quantization method, unless it is made of rows of lm_head.
      let isMade = config.text.has("classifier_from_token") || config.top.has("classifier_from_token")
      guard isMade || shape.quantization == .none else {
        throw .unmodelled(part: "a quantized head of", value: name, nearest: "the 16-bit checkpoint")
      }
      shape.outer.append(
        try head("score", config, input: shape.hiddenSize, outputs: try config.numLabels(), bias: false))
    }
    return shape
  }

  /// The projection of ColBERT's kind, where the config states how wide it is (`colbert.py`).
  static func colBERT(_ config: ModelConfig, input: Int) throws(ModelConfigError) -> [PlacedModule] {
    guard let output = try config.optionalInt("colbert_dim", "dim", "projection_dim", in: 1...1 << 20) else {
      throw .unmodelled(part: "a projection of ColBERT's kind", value: "without colbert_dim", nearest: "colbert_dim")
    }
    return [try head("colbert_linear", config, input: input, outputs: output, bias: false)]
  }

  /// A linear of a head, whole on every rank and in float32 unless `head_dtype` says otherwise.
  static func head(
    _ name: String, _ config: ModelConfig, input: Int, outputs: Int, bias: Bool = true
  ) throws(ModelConfigError) -> PlacedModule {
    PlacedModule(
      Module(
        name, .pooler, .replicated(input: input, outputs: [outputs], bias: bias), dtype: try config.headDType()),
      on: .everyStage)
  }
}

extension ModelConfig {
  /// The classes that a head tells apart: entries of `id2label`, else `num_labels`, else 2 (transformers
  /// `configuration_utils.py`); a reranker made of two tokens' rows has one (`adapters.py`).
  func numLabels() throws(ModelConfigError) -> Int {
    do throws(ConfigError) {
      for object in [top, text] {
        guard let method = try object.optionalString("method") else { continue }
        if method == "from_2_way_softmax" { return 1 }
        return max(1, try object.strings("classifier_from_token").count)
      }
      if let labels = try top.optionalObject("id2label") { return max(1, labels.members.count) }
      return try top.optionalInt("num_labels", in: 1...1 << 20) ?? 2
    } catch {
      throw .value(error)
    }
  }

  /// The type of a pooling model's last linears (vLLM `config/model.py _get_head_dtype`).
  func headDType() throws(ModelConfigError) -> DType {
    do throws(ConfigError) {
      guard let name = try top.optionalString("head_dtype") else { return .float32 }
      switch name.lowercased() {
      case "model": return dtype
      case "float32", "float": return .float32
      case "float16", "half": return .float16
      case "bfloat16": return .bfloat16
      default: throw top.error("head_dtype", wanted: .rule("model, float32, float16 or bfloat16"))
      }
    } catch {
      throw .value(error)
    }
  }

  /// Refuses a quantized checkpoint of a class whose linears have names of their own, which a list of what is left
  /// alone would be matched against.
  func requireUnquantized() throws(ModelConfigError) {
    guard try QuantizationConfig(self).method == .none else {
      throw .unmodelled(part: "a quantized", value: architecture, nearest: "the 16-bit checkpoint")
    }
  }
}

import Plimsoll

/// Builds a decoder's shape layer by layer with vLLM's module names, folding equal neighbours.
struct DecoderBuilder {
  let config: ModelConfig
  var quantization: QuantizationConfig
  private(set) var layers: [LayerGroup] = []
  private(set) var outer: [PlacedModule] = []
  var traits = ModelShape.Traits()
  /// Where the model's layers live: `model.layers`.
  var prefix: String

  /// - Parameter renamingModules: Turns the checkpoint's module names into those of vLLM's class (`hf_to_vllm_mapper`).
  init(
    _ config: ModelConfig, renamingModules rename: ((String) -> String)? = nil
  ) throws(ModelConfigError) {
    self.config = config
    let quantization = try QuantizationConfig(config)
    self.quantization = rename.map(quantization.renamingModules) ?? quantization
    let usual = config.isInsideMultimodal ? "language_model.model.layers" : "model.layers"
    prefix = config.layerPrefix ?? usual
  }

  var dtype: DType { config.dtype }

  mutating func add(_ module: Module, on placement: PlacedModule.Placement, tied: Bool = false) {
    outer.append(PlacedModule(module, on: placement, tiedToEmbedding: tied))
  }

  mutating func append(_ layer: LayerBuilder, mixer: Mixer, feedForward: FeedForward) {
    if let last = layers.last, last.mixer == mixer, last.feedForward == feedForward, last.modules == layer.modules {
      layers[layers.count - 1].count += 1
    } else {
      layers.append(LayerGroup(count: 1, mixer: mixer, feedForward: feedForward, modules: layer.modules))
    }
  }

  /// Where the model lives: `model`.
  var modelPrefix: String { String(prefix.dropLast(".layers".count)) }

  func layer(_ index: Int) -> LayerBuilder {
    LayerBuilder(prefix: prefix + "." + String(index), dtype: dtype, quantization: quantization)
  }

  /// Embedding, final norm and lm_head as a model class places them.
  mutating func ends(
    vocabSize: Int, hiddenSize: Int, tied: Bool, placement: EndPlacement, normBias: Bool = false,
    headBias: Bool = false, hasNorm: Bool = true, width: Int? = nil
  ) {
    let width = width ?? hiddenSize
    let embedding = Module(
      "model.embed_tokens", .embedding, .vocabulary(rows: vocabSize, width: width, bias: false), dtype: dtype)
    let headScheme = quantization.scheme(ofHead: config.isInsideMultimodal ? "language_model.lm_head" : "lm_head")
    let head = Module(
      "lm_head", .lmHead, .vocabulary(rows: vocabSize, width: width, bias: headBias), scheme: headScheme,
      dtype: dtype)
    let norm = Module("model.norm", .norms, .tensor(shape: [hiddenSize], cut: nil), dtype: dtype)
    let bias = Module("model.norm.bias", .norms, .tensor(shape: [hiddenSize], cut: nil), dtype: dtype)
    let last = placement == .everyStage ? PlacedModule.Placement.everyStage : .lastStage
    switch placement {
    case .firstAndLast: add(embedding, on: tied ? .firstAndLastStage : .firstStage)
    case .everyStage, .embeddingOnEveryStage, .headOnEveryStage: add(embedding, on: .everyStage)
    }
    if hasNorm { add(norm, on: last) }
    if hasNorm, normBias { add(bias, on: last) }
    if !tied { add(head, on: placement == .headOnEveryStage ? .everyStage : last) }
  }

  /// Where a model class builds embedding, final norm and lm_head.
  enum EndPlacement {
    /// The embedding on the first stage, and on the last where it is lm_head too; the others on the last.
    case firstAndLast
    /// All of them on every stage.
    case everyStage
    /// The embedding on every stage, the others on the last.
    case embeddingOnEveryStage
    /// Embedding and lm_head on every stage, the final norm on the last.
    case headOnEveryStage
  }

  func shape(
    vocabSize: Int, hiddenSize: Int, numHeads: Int, numKVHeads: Int, rope: Rope, servedAs: String? = nil
  ) throws(ModelConfigError) -> ModelShape {
    var shape: ModelShape
    do {
      shape = ModelShape(
        architecture: config.architecture, servedAs: servedAs ?? config.architecture, dtype: dtype,
        vocabSize: vocabSize, hiddenSize: hiddenSize, numAttentionHeads: numHeads, numKVHeads: numKVHeads,
        layers: layers, outer: outer, context: try ContextLength(config.text, rope: rope),
        quantization: quantization.method, traits: traits)
    } catch {
      throw .value(error)
    }
    shape.declaredKVCacheDType = quantization.kvCacheDType
    shape.traits.overlooksQuantization = quantization.isOverlooked
    shape.traits.excludesFloat16 = config.excludesFloat16
    try shape.checkSizes()
    return shape
  }
}

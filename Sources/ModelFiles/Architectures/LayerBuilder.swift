import Plimsoll

/// Collects one decoder layer's modules, in vLLM's order and under vLLM's names.
struct LayerBuilder {
  /// Under which name the checkpoint's method looks for the modules that follow.
  var prefix: String
  let dtype: DType
  let quantization: QuantizationConfig
  private(set) var modules: [Module] = []

  init(prefix: String, dtype: DType, quantization: QuantizationConfig) {
    self.prefix = prefix
    self.dtype = dtype
    self.quantization = quantization
  }

  /// A linear named `name`, quantized unless the checkpoint leaves it, or what it fuses, alone.
  mutating func linear(_ name: String, _ part: WeightPart, _ kind: Module.Kind, fusing parts: [String] = []) {
    guard quantization.method != .none else { return plain(name, part, kind) }
    let scope = name.utf8.lastIndex(of: UInt8(ascii: ".")).map { name[...$0] } ?? ""
    let full = parts.map { prefix + "." + scope + $0 }
    let scheme = quantization.scheme(ofLinear: prefix + "." + name, fusing: full)
    modules.append(Module(name, part, kind, scheme: scheme, dtype: dtype))
    modules[modules.count - 1].isOfCompressedTensors = quantization.method == .compressedTensors
  }

  /// A linear that no method quantizes, such as a router.
  mutating func plain(_ name: String, _ part: WeightPart, _ kind: Module.Kind, dtype: DType? = nil) {
    modules.append(Module(name, part, kind, dtype: dtype ?? self.dtype))
  }

  /// A router that is float32 where no kernel accumulates in it.
  mutating func widenedRouter(_ name: String, _ kind: Module.Kind) {
    plain(name, .router, kind)
    modules[modules.count - 1].isWidenedWithoutKernel = true
  }

  mutating func tensor(_ name: String, _ part: WeightPart, _ shape: [Int], cut: Int? = nil, dtype: DType? = nil) {
    plain(name, part, .tensor(shape: shape, cut: cut), dtype: dtype)
  }

  /// A table that vLLM computes and no checkpoint holds, under the part that it serves.
  mutating func table(_ name: String, _ part: WeightPart, _ shape: [Int], cut: Int? = nil, dtype: DType? = nil) {
    modules.append(
      Module(name, part, .tensor(shape: shape, cut: cut), dtype: dtype ?? self.dtype, isBuffer: true))
  }

  /// The same in a shape that TP cuts as it cuts a linear.
  mutating func table(_ name: String, _ part: WeightPart, _ kind: Module.Kind) {
    modules.append(Module(name, part, kind, dtype: dtype, isBuffer: true))
  }

  mutating func norm(_ name: String, _ width: Int, bias: Bool = false) {
    tensor(name, .norms, [width])
    if bias { tensor(name + ".bias", .norms, [width]) }
  }

  /// Changes each module added so far.
  mutating func withEach(_ change: (inout Module) -> Void) {
    for index in modules.indices { change(&modules[index]) }
  }

  /// Changes the module added last.
  mutating func withLast(_ change: (inout Module) -> Void) { change(&modules[modules.count - 1]) }

  /// Learned sinks of a rank's heads, padded as the attention kernel wants them.
  mutating func sink(_ name: String, heads: Int) { plain(name, .attention, .paddedHeads(heads), dtype: .float32) }

  mutating func experts(_ name: String, _ experts: Module.Experts) {
    let scheme = quantization.scheme(ofExperts: prefix + "." + name)
    modules.append(Module(name, .experts, .experts(experts), scheme: scheme, dtype: dtype))
    modules[modules.count - 1].isOfCompressedTensors = quantization.method == .compressedTensors
  }

  /// The scalar scales that every attention layer keeps after loading (q, k, v and probabilities, float32), and two
  /// more where the checkpoint's method has a say in the cache's type.
  ///
  /// - Parameter isQuantizable: The class hands the checkpoint's method to the cache.
  mutating func attentionScales(isLatent: Bool = false, isQuantizable: Bool = true) {
    // compressed-tensors asks its list of what is left alone for a latent cache too.
    let isLeftAlone =
      isLatent && quantization.method == .compressedTensors
      && quantization.scheme(ofLinear: prefix + ".self_attn.mla_attn") == .unquantized
    let isScaled =
      isQuantizable && quantization.scalesCache && (!isLatent || quantization.scalesLatentCache) && !isLeftAlone
    let more = isScaled ? ["k_scale", "v_scale"] : []
    for name in ["_q_scale", "_k_scale", "_v_scale", "_prob_scale"] + more {
      tensor("self_attn.attn." + name, .buffers, [1], dtype: .float32)
    }
  }

  /// Query, key, value and output projections of ordinary attention.
  mutating func attention(
    _ attention: Attention, hiddenSize: Int, qkvBias: Bool = false, outputBias: Bool = false,
    isGated: Bool = false, scope: String = "self_attn", output: String = "o_proj", isCacheQuantizable: Bool = true,
    checkpointChunks: Int = 0
  ) {
    let scope = scope.isEmpty ? "" : scope + "."
    linear(
      scope + "qkv_proj", .attention,
      .qkv(
        Module.QKV(
          input: hiddenSize, numHeads: attention.numHeads, numKVHeads: attention.numKVHeads,
          headSize: attention.headSize, headSizeV: attention.headSizeV, bias: qkvBias,
          gated: isGated, checkpointChunks: checkpointChunks)),
      fusing: ["q_proj", "k_proj", "v_proj"])
    linear(
      scope + output, .attention,
      .row(input: attention.numHeads * attention.headSizeV, output: hiddenSize, bias: outputBias))
    attentionScales(isQuantizable: isCacheQuantizable)
  }

  /// A feed-forward network: gate and up fused where it is gated, and down.
  mutating func mlp(
    hiddenSize: Int, intermediateSize: Int, gated: Bool = true, bias: Bool = false, scope: String = "mlp",
    rankMultiple: Int = 1
  ) {
    let first = modules.count
    if gated {
      linear(
        scope + ".gate_up_proj", .mlp,
        .column(input: hiddenSize, outputs: [intermediateSize, intermediateSize], bias: bias),
        fusing: ["gate_proj", "up_proj"])
    } else {
      linear(scope + ".up_proj", .mlp, .column(input: hiddenSize, outputs: [intermediateSize], bias: bias))
    }
    linear(scope + ".down_proj", .mlp, .row(input: intermediateSize, output: hiddenSize, bias: bias))
    for index in first..<modules.count { modules[index].rankMultiple = rankMultiple }
  }
}

/// What vLLM's class of a model lets LoRA adapters change.
public enum LoRASupport: Hashable, Sendable {
  /// The class takes adapters, on all its linears and experts and on what the layout says.
  case layout(LoRALayout)
  /// The class takes none: vLLM refuses `--enable-lora`.
  case none
  /// Not known here.
  case notModelled
}

/// How a class's modules are wrapped for LoRA (its `embedding_modules`, `packed_modules_mapping`, `is_3d_moe_weight`).
public struct LoRALayout: Hashable, Sendable {
  /// The embedding has slots.
  public var wrapsEmbedding: Bool
  /// lm_head has slots, at the logits.
  public var wrapsHead: Bool
  /// Factors of a fused query, key and value: one for each, or one for all.
  public var qkvSlices: Int
  /// Factors of a fused gate and up projection; 0 where the class names none, so that it has no slots.
  public var gateUpSlices: Int
  /// Gate and up of experts are one adapter.
  public var fusesExpertProjections: Bool
  /// Through 0.27 a tied head was the embedding's own module, by a second name.
  public var headWasEmbedding: Bool

  public init(
    wrapsEmbedding: Bool = false, wrapsHead: Bool = false, qkvSlices: Int = 3, gateUpSlices: Int = 2,
    fusesExpertProjections: Bool = false, headWasEmbedding: Bool = false
  ) {
    self.wrapsEmbedding = wrapsEmbedding
    self.wrapsHead = wrapsHead
    self.qkvSlices = qkvSlices
    self.gateUpSlices = gateUpSlices
    self.fusesExpertProjections = fusesExpertProjections
    self.headWasEmbedding = headWasEmbedding
  }
}

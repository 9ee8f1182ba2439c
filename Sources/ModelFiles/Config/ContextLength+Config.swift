import Plimsoll

extension ContextLength {
  /// The keys that state a length, in vLLM's order (0.33.0 `model_arch_config_convertor.py`).
  private static let keys = [
    "max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "model_max_length", "max_target_positions",
    "max_sequence_length", "max_seq_length", "seq_len",
  ]

  init(_ text: ConfigObject, rope: Rope) throws(ConfigError) {
    var least: (key: String, length: Int)?
    for key in Self.keys {
      guard let length = try text.optionalInt(key) else { continue }
      if least.map({ length < $0.length }) ?? true { least = (key, length) }
    }
    // Gemma 3 states a length that its factor is already part of (0.33.0 `config/model.py _get_and_verify_max_len`).
    let isScaled = try text.optionalString("model_type")?.hasPrefix("gemma3") ?? false
    self.init(
      key: least?.key, stated: least?.length ?? 2048, ropeType: rope.type, ropeFactor: isScaled ? 1 : rope.factor,
      originalMaxPositionEmbeddings: rope.originalMaxPositionEmbeddings,
      modelMaxLength: try text.optionalInt("model_max_length"))
  }
}

/// How long the model says a request may be, before any flag.
///
/// vLLM 0.33.0 `config/model.py _get_and_verify_max_len`: the least of the length keys that the config has, times the
/// rotary factor where the rope type stretches it.
public struct ContextLength: Hashable, Sendable {
  /// The key that decided, such as `max_position_embeddings`; nil where the config has none and vLLM takes 2,048.
  public var key: String?
  /// The value under that key.
  public var stated: Int
  /// The rope type, such as `yarn`, where the config has one.
  public var ropeType: String?
  /// The rotary scaling factor, 1 where there is none.
  public var ropeFactor: Double
  /// The length before scaling, where the config states it.
  public var originalMaxPositionEmbeddings: Int?
  /// `model_max_length` as the config has it: vLLM lets a user go up to it without a switch.
  public var modelMaxLength: Int?

  public init(
    key: String?, stated: Int, ropeType: String? = nil, ropeFactor: Double = 1,
    originalMaxPositionEmbeddings: Int? = nil, modelMaxLength: Int? = nil
  ) {
    self.key = key
    self.stated = stated
    self.ropeType = ropeType
    self.ropeFactor = ropeFactor
    self.originalMaxPositionEmbeddings = originalMaxPositionEmbeddings
    self.modelMaxLength = modelMaxLength
  }
}

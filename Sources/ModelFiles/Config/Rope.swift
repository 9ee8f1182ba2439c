package import Plimsoll

/// A rotary embedding as the config states it, and the table that vLLM makes of it.
package struct Rope: Hashable, Sendable {
  package var type: String
  package var factor: Double
  package var originalMaxPositionEmbeddings: Int?
  package var partialRotaryFactor: Double
  package var hasAlpha: Bool
  /// The config states the rotating part of a head, rather than leaving it to the model class.
  package var statesPartialFactor: Bool
  /// The parameters are those of one layer type, stated apart from the others'.
  package var isToldApart: Bool
  /// Positions have a temporal, a vertical and a horizontal part (`mrope_section`).
  package var isMultimodal = false
  /// The class's table has the rows of ``isMultimodal`` in releases that widen all such tables alike.
  var isWidenedInOlderReleases = false

  /// Plain rotary position: no scaling, whole heads.
  package init() {
    type = "default"
    factor = 1
    partialRotaryFactor = 1
    hasAlpha = false
    statesPartialFactor = false
    isToldApart = false
  }

  /// The rope of a config, or of one of its layer types where `rope_parameters` is told apart by them.
  package init(_ text: ConfigObject, layerType: String? = nil) throws(ConfigError) {
    var object = try text.optionalObject("rope_parameters")
    if object == nil { object = try text.optionalObject("rope_scaling") }
    isToldApart = false
    if let layerType, let own = try object?.optionalObject(layerType) {
      object = own
      isToldApart = true
    }
    let typeKey = object?.firstKey(of: ["rope_type", "type"])
    var stated = "default"
    if let object, let typeKey { stated = try object.string(typeKey) }
    type = stated == "su" ? "longrope" : stated == "mrope" ? "default" : stated
    factor = try object?.optionalDouble("factor", in: 0...1_000_000) ?? 1
    let inner = try object?.optionalInt("original_max_position_embeddings")
    let outer = try text.optionalInt("original_max_position_embeddings")
    originalMaxPositionEmbeddings = inner ?? outer
    let innerPartial = try object?.optionalDouble("partial_rotary_factor", in: 0...1)
    var outerPartial: Double?
    if let key = text.firstKey(of: ["partial_rotary_factor", "rotary_pct", "rotary_emb_fraction"]) {
      outerPartial = try text.double(key, in: 0...1)
    }
    partialRotaryFactor = innerPartial ?? outerPartial ?? 1
    statesPartialFactor = innerPartial != nil || outerPartial != nil
    hasAlpha = object?.has("alpha") ?? false
    isMultimodal = object?.has("mrope_section") ?? false
  }

  /// The rows of the cosine and sine table (vLLM 0.33.0 `layers/rotary_embedding/`).
  ///
  /// default, llama3 and dynamic with alpha: max_position; linear, dynamic and ntk: max_position × factor; yarn: the
  /// original length × factor; longrope: the original and the full length one after the other.
  package func rows(maxPosition: Int, isDeepSeek: Bool = false) throws(ModelConfigError) -> Int {
    let original = originalMaxPositionEmbeddings ?? maxPosition
    switch type {
    // Positions of images and videos run ahead (`rotary_embedding/mrope.py`).
    case "default" where isMultimodal: return 4 * maxPosition
    case "default", "llama3", "mllama4", "proportional": return maxPosition
    case "dynamic" where hasAlpha: return maxPosition
    case "linear", "ntk", "dynamic": return Int(Double(maxPosition) * factor)
    case "yarn", "deepseek_yarn", "deepseek_llama_scaling": return Int(Double(original) * factor)
    case "longrope": return original + maxPosition
    default: throw .unmodelled(part: "the rope type", value: type, nearest: "yarn")
    }
  }

  /// Takes positions of images for positions of text, as the class does since 0.32 (`mrope_positions_factor`).
  ///
  /// - Parameter isAlways: The class has such positions whatever its config says.
  mutating func keepPositions(isAlways: Bool = false) {
    isWidenedInOlderReleases = isAlways || isMultimodal
    isMultimodal = false
  }

  /// The rotary table as a module: rows × rotary dimensions, in the model's type unless the class says otherwise.
  package func table(
    _ name: String = "rotary_emb", headSize: Int, maxPosition: Int, dtype: DType
  ) throws(ModelConfigError) -> Module {
    guard (0...1024).contains(partialRotaryFactor) else {
      throw .contradiction("partial_rotary_factor is no part of a head")
    }
    // Gemma 4 turns a part of each head and keeps a table for all of it (`rotary_embedding/gemma4_rope.py`).
    let rotaryDim = type == "proportional" ? headSize : Int(Double(headSize) * partialRotaryFactor)
    var table = Module(
      name, .buffers, .tensor(shape: [try rows(maxPosition: maxPosition), rotaryDim], cut: nil), dtype: dtype)
    if isWidenedInOlderReleases, type == "default" { table.rowFactorInOlderReleases = 4 }
    return table
  }
}

package import Plimsoll

/// Which draft models of vLLM's registry are modelled, and how a config.json becomes one.
package enum DraftTable {
  /// A class of draft models, and the file beside this one that reads it.
  struct Row: Sendable {
    let architecture: String
    let family: String

    init(_ architecture: String, _ family: String) {
      self.architecture = architecture
      self.family = family
    }
  }

  /// The classes that are modelled; `docs/architectures.md` is made of it.
  static let rows: [Row] =
    EagleHead.architectures.map { Row($0, "EagleHead") }
    + TokenPrediction.forms.map { Row($0.architecture, "TokenPrediction") }

  /// The draft that a config.json of its own describes.
  ///
  /// - Parameters:
  ///   - method: `eagle`, `eagle3`, `draft_model` or `mtp`, as vLLM takes it.
  ///   - target: The config.json of the model that it drafts for.
  package static func draft(
    of json: JSON, quantization: JSON? = nil, method: String, target: JSON
  ) throws(ModelConfigError) -> DraftModel {
    let json = EagleHead.flattened(json)
    switch method {
    case "eagle", "eagle3":
      let config = try ModelConfig(json, quantization: quantization)
      return try EagleHead.read(config, isThird: method == "eagle3", target: try ModelConfig(target))
    case "draft_model":
      return try standalone(json, quantization: quantization, target: target)
    case "mtp":
      return try TokenPrediction.read(json, quantization: quantization)
    default: throw unmodelled(method)
    }
  }

  /// Why a way of drafting has no plan.
  package static func unmodelled(_ method: String) -> ModelConfigError {
    .unmodelled(part: "drafting by", value: method, nearest: "eagle, eagle3, mtp, draft_model, ngram")
  }

  /// The layers of multi-token prediction in a model's own checkpoint.
  package static func tokenPrediction(
    of json: JSON, quantization: JSON? = nil, quantizedAtLoad method: String? = nil
  ) throws(ModelConfigError) -> DraftModel {
    try TokenPrediction.read(json, quantization: quantization, quantizedAtLoad: method)
  }

  /// A whole model; of multi-token prediction where its type says so.
  private static func standalone(
    _ json: JSON, quantization: JSON?, target: JSON
  ) throws(ModelConfigError) -> DraftModel {
    let shape = try ArchitectureTable.shape(of: json, quantization: quantization)
    var draft = DraftModel(architecture: shape.architecture, kind: .standalone, shape: shape)
    let config = try ModelConfig(json)
    draft.rotary = try shape.rotary(config, target: try ModelConfig(target), isRaised: false)
    draft.shape.outer.removeAll { $0.module.isRotaryTable }
    draft.maxModelLen = shape.context.stated
    return draft
  }
}

extension Module {
  /// A table of rotary positions.
  var isRotaryTable: Bool { isBuffer && name == "rotary_emb" }
}

extension ModelShape {
  /// The rotary table of a draft, told apart from the target's: tables of the same parameters and size are one
  /// (vLLM 0.33.0 `layers/rotary_embedding/__init__.py get_rope`).
  func rotary(_ config: ModelConfig, target: ModelConfig, isRaised: Bool) throws(ModelConfigError) -> DraftModel.Rotary?
  {
    guard let table = outer.first(where: { $0.module.isRotaryTable })?.module,
      case .tensor(let shape, _) = table.kind, shape.count == 2
    else { return nil }
    let rope = try config.rope()
    let isPlain = ["default", "linear", "llama3", "ntk", "proportional"].contains(rope.type)
    var rotary = DraftModel.Rotary(
      row: table.dtype.size * shape[1], positions: shape[0], isRaised: isRaised && isPlain)
    let (own, others) = (try Dimensions(config), try? Dimensions(target))
    if let others, let theirs = try? target.rope(), rope == theirs, own.headSize == others.headSize,
      config.rotaryBase == target.rotaryBase
    {
      rotary.sharedPositions = try? theirs.rows(maxPosition: others.maxPosition)
    }
    return rotary
  }
}

extension ModelConfig {
  /// The base of the rotary frequencies and what scales them, as written.
  fileprivate var rotaryBase: [JSON?] {
    let keys = ["rope_theta", "rope_scaling", "rope_parameters"]
    return keys.map { text.members[$0] }
  }
}

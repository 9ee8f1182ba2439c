/// How a class of vLLM renames what a checkpoint names, so that lists of modules speak of vLLM's own.
///
/// vLLM 0.33.0 `hf_to_vllm_mapper` of the model classes and `WeightsMapper` (`models/utils.py`): prefixes are replaced one
/// after the other.
enum CheckpointNames {
  /// The prefixes that the class of this name replaces, in its order.
  static func prefixes(of architecture: String) -> [(old: String, new: String)] {
    let text = (old: "model.language_model.", new: "language_model.model.")
    let head = (old: "lm_head.", new: "language_model.lm_head.")
    let visual = (old: "model.visual.", new: "visual.")
    let tower = [
      (old: "model.vision_tower.", new: "vision_tower."),
      (old: "model.multi_modal_projector.", new: "multi_modal_projector."),
    ]
    let rest = (old: "model.", new: "language_model.model.")
    switch architecture {
    case "Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration",
      "Exaone4_5_ForConditionalGeneration", "MiMoV2OmniForCausalLM":
      return [text, visual, head, rest]
    case "Qwen3VLForConditionalGeneration", "Qwen3VLMoeForConditionalGeneration", "Qwen3_5ForConditionalGeneration",
      "Qwen3_5MoeForConditionalGeneration":
      return [visual, head, text]
    case "Glm4vForConditionalGeneration": return [head, text, visual]
    case "LlavaForConditionalGeneration", "Gemma3ForConditionalGeneration": return [text] + tower + [head]
    case "Mistral3ForConditionalGeneration": return [text] + tower + [head, rest]
    case "Gemma4ForConditionalGeneration", "Gemma4UnifiedForConditionalGeneration":
      let encoders = ["vision_tower", "embed_vision", "audio_tower.", "embed_audio.", "vision_embedder."]
      return encoders.map { (old: "model." + $0, new: $0) } + [text, head, (old: "model", new: "language_model.model")]
    case "MiniMaxM3SparseForConditionalGeneration":
      return ["multi_modal_projector.", "patch_merge_mlp."].map { (old: $0, new: "vision_tower." + $0) }
    case "KimiK25ForConditionalGeneration":
      return [(old: "language_model.layers.", new: "language_model.model.layers.")]
    default: return []
    }
  }

  static func renamed(_ name: String, by prefixes: [(old: String, new: String)]) -> String {
    var name = name
    for (old, new) in prefixes where name.hasPrefix(old) { name = new + Substring(name.utf8.dropFirst(old.utf8.count)) }
    return name
  }
}

extension IgnoredModules {
  /// The same list in vLLM's names; regular expressions stay as they are.
  func renamed(for architecture: String) -> IgnoredModules {
    let prefixes = CheckpointNames.prefixes(of: architecture)
    if prefixes.isEmpty { return self }
    func map(_ names: [String]) -> [String] { names.map { CheckpointNames.renamed($0, by: prefixes) } }
    return switch self {
    case .none: .none
    case .exact(let names): .exact(Set(map(Array(names))))
    case .substring(let names): .substring(map(names))
    case .allBut(let names): .allBut(map(names))
    // `path*` is taken apart first, into the module and what lies below it (`modelopt.py apply_vllm_mapper`).
    case .globs(let names): .wildcards(map(names.map(\.text).flatMap(Self.parts)))
    case .patterns(let names, let patterns): .patterns(map(names), patterns)
    case .paths(let names): .paths(map(names))
    }
  }

  private static func parts(of wildcard: String) -> [String] {
    guard wildcard.hasSuffix("*"), !wildcard.hasSuffix(".*"), wildcard.utf8.count > 1 else { return [wildcard] }
    let path = String(wildcard.utf8.dropLast()) ?? ""
    return [path, path + ".*"]
  }
}

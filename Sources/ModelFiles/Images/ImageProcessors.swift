package import Plimsoll

/// How each class's image processor counts, from config.json and, where the checkpoint's folder has it,
/// preprocessor_config.json. A setting that neither states is taken as published and named as an assumption.
package enum ImageProcessors {
  /// The rule of a model; nil where its processor is not modelled.
  ///
  /// - Throws: ``ConfigError`` for a key of a wrong type.
  package static func processor(
    of json: JSON, preprocessor: JSON? = nil
  ) throws(ConfigError) -> ImageProcessor? {
    let top = try ConfigObject(json)
    guard let vision = try top.optionalObject("vision_config") else { return nil }
    let settings = Settings(file: try preprocessor.map { (json) throws(ConfigError) in try ConfigObject(json) })
    switch try top.strings("architectures", default: []).first ?? "" {
    case "Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration":
      return try smartResize(vision, settings, patch: 14, least: 3136, most: 12_845_056)
    case "Qwen3VLForConditionalGeneration", "Qwen3VLMoeForConditionalGeneration",
      "Qwen3_5ForConditionalGeneration", "Qwen3_5MoeForConditionalGeneration":
      return try smartResize(vision, settings, patch: 16, least: 65_536, most: 16_777_216)
    case "Glm4vForConditionalGeneration", "Glm4vMoeForConditionalGeneration":
      return try smartResize(
        vision, settings, patch: 14, least: nil, most: 28 * 28 * 15_000,
        frames: try vision.int("temporal_patch_size", in: 1...64, default: 2))
    case "Gemma3ForConditionalGeneration":
      let tokens = try top.int("mm_tokens_per_image", in: 1...1 << 16, default: 256)
      return ImageProcessor(
        .fixed(tokens: tokens, around: 4), assumptions: settings.named("do_pan_and_scan", "false"),
        source: "gemma3_mm.py get_num_image_tokens")
    case "Gemma4ForConditionalGeneration", "Gemma4UnifiedForConditionalGeneration":
      let stated = try vision.optionalInt("num_soft_tokens", in: 1...1 << 16)
      let older = try vision.int("default_output_length", in: 1...1 << 16, default: 280)
      let budget = SoftTokenBudget(
        patch: try vision.int("patch_size", in: 1...1 << 10, default: 16),
        pooling: try vision.int("pooling_kernel_size", in: 1...64, default: 3), maxTokens: stated ?? older)
      return ImageProcessor(.softTokenBudget(budget), source: "gemma4_mm.py _compute_num_soft_tokens")
    case "InternVLChatModel": return try internVL(top, vision)
    case "LlavaForConditionalGeneration": return try llava(top, vision)
    case "Mistral3ForConditionalGeneration": return try patchGrid(top, vision)
    case "Llama4ForConditionalGeneration": return try llama4(vision, settings)
    case "KimiK25ForConditionalGeneration": return try kimi(vision, settings, patches: 16_384)
    case "KimiK3ForConditionalGeneration": return try kimi(vision, settings, patches: 65_536)
    default: return nil
    }
  }

  /// Settings of the processor: those of preprocessor_config.json, else the published ones, which are noted.
  private struct Settings {
    var file: ConfigObject?

    /// The first of the keys that the file has; `size` may hold them.
    func int(_ keys: [String]) throws(ConfigError) -> Int? {
      guard let file else { return nil }
      for key in keys { if let value = try file.optionalInt(key) { return value } }
      guard let size = try file.optionalObject("size") else { return nil }
      for key in keys { if let value = try size.optionalInt(key) { return value } }
      return nil
    }

    /// The assumption that a setting has its published value, where there is no file to say so.
    func named(_ key: String, _ value: String) -> [String] { file == nil ? [key + " " + value] : [] }
  }

  /// `least` nil: vLLM takes the function's own bound and not the processor's.
  private static func smartResize(
    _ vision: ConfigObject, _ settings: Settings, patch: Int, least: Int?, most: Int, frames: Int = 1
  ) throws(ConfigError) -> ImageProcessor {
    let merge = try vision.int("spatial_merge_size", in: 1...64, default: 2)
    let side = try vision.int("patch_size", in: 1...1 << 10, default: patch)
    let max = try settings.int(["max_pixels", "longest_edge"])
    let min = try settings.int(["min_pixels", "shortest_edge"])
    var assumptions: [String] = []
    if max == nil { assumptions.append("max_pixels \(most)") }
    if let least, min == nil { assumptions.append("min_pixels \(least)") }
    let rule = SmartResize(
      factor: side * merge, minPixels: least == nil ? 112 * 112 : min ?? least ?? 0, maxPixels: max ?? most,
      frames: frames)
    return ImageProcessor(
      .smartResize(rule), assumptions: assumptions,
      source: frames > 1 ? "glm4_1v.py _get_vision_info" : "qwen2_vl.py _get_vision_info")
  }

  private static func internVL(_ top: ConfigObject, _ vision: ConfigObject) throws(ConfigError) -> ImageProcessor {
    let image = try vision.int("image_size", in: 1...1 << 16, default: 448)
    let side = try top.optionalInt("force_image_size", in: 1...1 << 16) ?? image
    let patches = side / (try vision.int("patch_size", in: 1...1 << 10, default: 14))
    let ratio = try top.double("downsample_ratio", in: 0.01...1, default: 0.5)
    let isDynamic = try top.bool("dynamic_image_size", default: true)
    let rule = RatioTiles(
      side: side, tokensPerTile: max(1, Int(Double(patches * patches) * ratio * ratio)),
      fewest: isDynamic ? try top.int("min_dynamic_patch", in: 1...1 << 10, default: 1) : 1,
      most: isDynamic ? try top.int("max_dynamic_patch", in: 1...1 << 10, default: 12) : 1,
      thumbnail: try top.bool("use_thumbnail", default: true))
    return ImageProcessor(.ratioTiles(rule), source: "internvl.py get_num_image_tokens")
  }

  private static func llava(_ top: ConfigObject, _ vision: ConfigObject) throws(ConfigError) -> ImageProcessor? {
    let image = try vision.int("image_size", in: 1...1 << 16, default: 336)
    let patches = image / (try vision.int("patch_size", in: 1...1 << 10, default: 14))
    let isWhole = try top.string("vision_feature_select_strategy", default: "default") == "full"
    switch try vision.string("model_type", default: "clip_vision_model") {
    case "clip_vision_model":
      let tokens = patches * patches + (isWhole ? 1 : 0)
      return ImageProcessor(.fixed(tokens: tokens, around: 0), source: "llava.py get_num_image_tokens")
    case "siglip_vision_model":
      let tokens = patches * patches - (isWhole ? 0 : 1)
      return ImageProcessor(.fixed(tokens: tokens, around: 0), source: "llava.py get_num_image_tokens")
    case "pixtral": return try patchGrid(top, vision)
    default: return nil
    }
  }

  private static func patchGrid(_ top: ConfigObject, _ vision: ConfigObject) throws(ConfigError) -> ImageProcessor {
    let merge = try top.int("spatial_merge_size", in: 1...64, default: 1)
    let rule = PatchGrid(
      longest: try vision.int("image_size", in: 1...1 << 16, default: 1024),
      patch: merge * (try vision.int("patch_size", in: 1...1 << 10, default: 16)))
    return ImageProcessor(.patchGrid(rule), source: "pixtral.py get_patch_grid_size")
  }

  private static func llama4(_ vision: ConfigObject, _ settings: Settings) throws(ConfigError) -> ImageProcessor {
    let side = try vision.int("image_size", in: 1...1 << 16, default: 448)
    let patches = side / (try vision.int("patch_size", in: 1...1 << 10, default: 14))
    let ratio = try vision.double("pixel_shuffle_ratio", in: 0.01...1, default: 0.5)
    let most = try settings.int(["max_patches"])
    let rule = CanvasTiles(
      side: side, tokensPerTile: patches * patches / Int(1 / (ratio * ratio) + 0.5), most: min(most ?? 16, 1 << 10))
    return ImageProcessor(
      .canvasTiles(rule), assumptions: most == nil ? ["max_patches 16"] : [],
      source: "mllama4.py get_patch_per_chunk")
  }

  private static func kimi(
    _ vision: ConfigObject, _ settings: Settings, patches: Int
  ) throws(ConfigError) -> ImageProcessor {
    let merge = try vision.optionalInts("merge_kernel_size", in: 1...64)?.first ?? 2
    let media = Settings(file: try settings.file?.optionalObject("media_proc_cfg"))
    let most = try media.int(["in_patch_limit"])
    let side = try media.int(["patch_limit_on_one_side"])
    var assumptions: [String] = []
    if most == nil { assumptions.append("in_patch_limit \(patches)") }
    if side == nil { assumptions.append("patch_limit_on_one_side 512") }
    let rule = PaddedGrid(
      patch: try vision.int("patch_size", in: 1...1 << 10, default: 14), merge: merge,
      maxPatches: most ?? patches, maxPatchesPerSide: side ?? 512)
    return ImageProcessor(.paddedGrid(rule), assumptions: assumptions, source: "kimi_k25_vision_fused.py")
  }
}

import Plimsoll

extension Tower {
  /// The largest image that the processor of the class makes, where it has bounds of its own; nil where they are not known.
  ///
  /// Bounds by area are the published ones of the image processor (`max_pixels`); sides are the tower's. A tile of Llama 4
  /// keeps a quarter of its patches, and there are 16 at the most, and the image as a whole (`mllama4.py`).
  func largestImage() throws(ConfigError) -> LargestImage? {
    switch config.architecture {
    case "Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration":
      return .byArea(patches: 12_845_056 / (14 * 14), patch: 14)
    case "Qwen3VLForConditionalGeneration", "Qwen3VLMoeForConditionalGeneration", "Qwen3_5ForConditionalGeneration",
      "Qwen3_5MoeForConditionalGeneration":
      return .byArea(patches: 16_777_216 / (16 * 16), patch: 16)
    case "Glm4vForConditionalGeneration", "Glm4vMoeForConditionalGeneration":
      return .byArea(patches: 28 * 28 * 15_000 / (14 * 14), patch: 14)
    case "Gemma3ForConditionalGeneration":
      let (side, patch) = (try count("image_size", default: 224), try count("patch_size", default: 16))
      let tokens = try config.top.int("mm_tokens_per_image", in: 1...1 << 16, default: 256)
      let row = try parts(of: side, patch)
      return LargestImage(patches: row * row, tokens: tokens, elements: 3 * side * side)
    case "Mistral3ForConditionalGeneration":
      let (side, patch) = (try count("image_size", default: 1024), try count("patch_size", default: 16))
      let merge = try config.top.int("spatial_merge_size", in: 1...64, default: 2)
      let (row, rows) = (try parts(of: side, patch), try parts(of: side, patch * merge))
      // A token ends each row.
      return LargestImage(patches: row * row, tokens: (rows + 1) * rows, elements: 3 * side * side)
    case "Llama4ForConditionalGeneration":
      let (side, patch) = (try count("image_size", default: 448), try count("patch_size", default: 14))
      let row = try parts(of: side, patch)
      let patches = row * row
      return LargestImage(patches: 17 * patches, tokens: 17 * max(1, patches / 4), elements: 17 * 3 * side * side)
    default: return nil
    }
  }

  /// How many patches of a side, or squares of them, go into that of an image: one at the least.
  private func parts(of side: Int, _ patch: Int) throws(ConfigError) -> Int {
    guard side <= Self.longestSide else {
      throw vision.error("image_size", wanted: .rule("no more than \(Self.longestSide) pixels"))
    }
    guard patch <= side else {
      throw vision.error("patch_size", wanted: .rule("patches that go into the image's side of \(side)"))
    }
    return side / patch
  }

  /// No encoder sees more; what is made of it stays countable.
  private static let longestSide = 1 << 14
}

extension LargestImage {
  /// Four patches make a token, and a still image is two frames.
  fileprivate static func byArea(patches: Int, patch: Int) -> Self {
    Self(patches: patches, tokens: patches / 4, elements: patches * 3 * 2 * patch * patch)
  }
}

/// Pixtral's and Mistral 3's grid: the image shrunk to a longest side, a token for each merged patch, and in the prompt
/// one more at the end of each row.
///
/// vLLM 0.33.0 `pixtral.py PixtralHFEncoderInfo.get_patch_grid_size`.
public struct PatchGrid: Hashable, Sendable {
  /// The longest side in pixels, and that of a merged patch.
  public var longest: Int
  public var patch: Int

  public init(longest: Int, patch: Int) {
    self.longest = longest
    self.patch = patch
  }

  func tokens(of image: ImageSize) -> ImageTokens? {
    var (width, height) = (image.width, image.height)
    let ratio = max(Double(width) / Double(longest), Double(height) / Double(longest))
    if ratio > 1 {
      width = Int(Double(width) / ratio)
      height = Int(Double(height) / ratio)
    }
    let columns = (max(1, width) - 1) / patch + 1
    let rows = (max(1, height) - 1) / patch + 1
    return ImageTokens(
      embeddings: columns * rows, prompt: (columns + 1) * rows,
      resized: ImageSize(width: columns * patch, height: rows * patch))
  }

  var largest: ImageTokens {
    tokens(of: ImageSize(width: longest, height: longest)) ?? ImageTokens(embeddings: 1)
  }
}

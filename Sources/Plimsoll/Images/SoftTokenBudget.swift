/// Gemma 4's resizing: as large as a budget of tokens admits, both sides multiples of a pooled patch.
///
/// vLLM 0.33.0 `gemma4_mm.py _compute_num_soft_tokens`; transformers 5.24 `gemma4/image_processing_gemma4.py`.
public struct SoftTokenBudget: Hashable, Sendable {
  public var patch: Int
  public var pooling: Int
  public var maxTokens: Int
  /// Tokens of the prompt around the image's own.
  public var around = 2

  public init(patch: Int, pooling: Int, maxTokens: Int) {
    self.patch = patch
    self.pooling = pooling
    self.maxTokens = maxTokens
  }

  func tokens(of image: ImageSize) -> ImageTokens? {
    let unit = Double(patch * pooling)
    let patches = Double(image.height) / Double(patch) * (Double(image.width) / Double(patch))
    let scale = (Double(maxTokens * pooling * pooling) / patches).squareRoot()
    let rows = max(1, Int(Double(image.height) * scale / unit))
    let columns = max(1, Int(Double(image.width) * scale / unit))
    let tokens = min(rows * columns, maxTokens)
    return ImageTokens(
      embeddings: tokens, prompt: tokens + around,
      resized: ImageSize(width: columns * patch * pooling, height: rows * patch * pooling))
  }
}

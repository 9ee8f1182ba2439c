/// Kimi's grid: the image shrunk to a number of patches and a longest side, then padded to whole merged patches.
///
/// vLLM 0.33.0 `transformers_utils/processors/kimi_k25_vision_fused.py navit_resize_image`.
public struct PaddedGrid: Hashable, Sendable {
  /// The side of a patch in pixels, and how many make a merged one's side.
  public var patch: Int
  public var merge: Int
  public var maxPatches: Int
  public var maxPatchesPerSide: Int

  public init(patch: Int, merge: Int, maxPatches: Int, maxPatchesPerSide: Int) {
    self.patch = patch
    self.merge = merge
    self.maxPatches = maxPatches
    self.maxPatchesPerSide = maxPatchesPerSide
  }

  func tokens(of image: ImageSize) -> ImageTokens? {
    let (width, height) = (image.width, image.height)
    let patches = max(1, Double(width / patch)) * max(1, Double(height / patch))
    let side = maxPatchesPerSide * patch
    let scale = min(
      1, (Double(maxPatches) / patches).squareRoot(), Double(side) / Double(width), Double(side) / Double(height))
    let factor = patch * merge
    let columns = (min(max(1, Int(Double(width) * scale)), side) + factor - 1) / factor
    let rows = (min(max(1, Int(Double(height) * scale)), side) + factor - 1) / factor
    return ImageTokens(
      embeddings: columns * rows, resized: ImageSize(width: columns * factor, height: rows * factor))
  }

  /// Of 3,000 × 3,000 pixels, which vLLM profiles with (`kimi_k25.py MaxImageTokenMeta`).
  var largest: ImageTokens {
    tokens(of: ImageSize(width: 3000, height: 3000)) ?? ImageTokens(embeddings: 1)
  }
}

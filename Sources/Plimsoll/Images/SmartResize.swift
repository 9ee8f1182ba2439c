/// Qwen-VL's resizing, and GLM-4V's: both sides to the nearest multiple of a merged patch, then scaled so that the
/// pixels lie within bounds. A token is a merged patch.
///
/// transformers 5.24 `qwen2_vl/image_processing_qwen2_vl.py smart_resize`, `glm4v/image_processing_glm4v.py`.
public struct SmartResize: Hashable, Sendable {
  /// The side of a merged patch in pixels.
  public var factor: Int
  public var minPixels: Int
  public var maxPixels: Int
  /// The frames that an image counts as in the bounds: 2 for GLM-4V, which enlarges small sides first.
  public var frames: Int

  public init(factor: Int, minPixels: Int, maxPixels: Int, frames: Int = 1) {
    self.factor = factor
    self.minPixels = minPixels
    self.maxPixels = maxPixels
    self.frames = frames
  }

  func tokens(of image: ImageSize) -> ImageTokens? {
    var (height, width) = (image.height, image.width)
    if frames > 1, height < factor || width < factor {
      let scale = max(Double(factor) / Double(height), Double(factor) / Double(width))
      height = Int(Double(height) * scale)
      width = Int(Double(width) * scale)
    }
    guard max(height, width) <= 200 * min(height, width) else { return nil }
    var rows = Self.nearest(height, factor)
    var columns = Self.nearest(width, factor)
    let pixels = frames * rows * columns * factor * factor
    if pixels > maxPixels {
      let beta = (Double(frames * height * width) / Double(maxPixels)).squareRoot()
      rows = max(1, Int(Double(height) / beta / Double(factor)))
      columns = max(1, Int(Double(width) / beta / Double(factor)))
    } else if pixels < minPixels {
      let beta = (Double(minPixels) / Double(frames * height * width)).squareRoot()
      rows = Self.up(Double(height) * beta / Double(factor))
      columns = Self.up(Double(width) * beta / Double(factor))
    }
    return ImageTokens(
      embeddings: rows * columns, resized: ImageSize(width: columns * factor, height: rows * factor))
  }

  /// The most tokens of any image: of Qwen's the largest count under the bound that two sides of at most 200 to 1
  /// make, of GLM's those of a huge square, as vLLM takes them (`get_image_size_with_most_features`).
  var largest: Int {
    if frames > 1 { return tokens(of: ImageSize(width: 9_999_999, height: 9_999_999))?.embeddings ?? 1 }
    var count = max(1, maxPixels / (factor * factor))
    while count > 1 {
      var side = Int(Double(count).squareRoot())
      while side > 1, count % side != 0 { side -= 1 }
      if count / side <= 200 * side { break }
      count -= 1
    }
    return count
  }

  /// How often `unit` fits, to the nearest whole number, a half to the even one, as Python rounds.
  private static func nearest(_ length: Int, _ unit: Int) -> Int {
    let (whole, rest) = length.quotientAndRemainder(dividingBy: unit)
    return 2 * rest > unit || (2 * rest == unit && whole % 2 == 1) ? whole + 1 : whole
  }

  private static func up(_ value: Double) -> Int {
    let whole = Int(value)
    return Double(whole) < value ? whole + 1 : whole
  }
}

/// Llama 4's tiles: of the canvases of at most so many squares the one on which the image grows least, or if it fits
/// none shrinks least, and a small copy of the whole where there is more than one tile.
///
/// transformers 5.24 `llama4/image_processing_llama4.py get_best_fit`, `processing_llama4.py _prompt_split_image`.
public struct CanvasTiles: Hashable, Sendable {
  /// The side of a tile in pixels, and its tokens.
  public var side: Int
  public var tokensPerTile: Int
  public var most: Int

  public init(side: Int, tokensPerTile: Int, most: Int) {
    self.side = side
    self.tokensPerTile = tokensPerTile
    self.most = most
  }

  func tokens(of image: ImageSize) -> ImageTokens? {
    // In 32 bits, as the processor's tensors are.
    var best: (rows: Int, columns: Int, scale: Float)?
    for rows in 1...most {
      for columns in 1...(most / rows) {
        let scale = min(
          Float(rows * side) / Float(image.height), Float(columns * side) / Float(image.width))
        if let old = best, !Self.isBetter((scale, rows * columns), than: (old.scale, old.rows * old.columns)) {
          continue
        }
        best = (rows, columns, scale)
      }
    }
    return best.map { cost(rows: $0.rows, columns: $0.columns) }
  }

  /// The least enlargement before the least reduction; of equal ones the smaller canvas.
  private static func isBetter(_ one: (scale: Float, tiles: Int), than other: (scale: Float, tiles: Int)) -> Bool {
    if one.scale == other.scale { return one.tiles < other.tiles }
    if (one.scale >= 1) != (other.scale >= 1) { return one.scale >= 1 }
    return one.scale >= 1 ? one.scale < other.scale : one.scale > other.scale
  }

  /// In the prompt a token stands before the tiles, one before the small copy and one after all; between tiles of a
  /// row is one, and after each row.
  private func cost(rows: Int, columns: Int) -> ImageTokens {
    let tiles = rows * columns == 1 ? 1 : rows * columns + 1
    let separators = tiles == 1 ? 0 : rows * (columns - 1) + rows
    return ImageTokens(
      embeddings: tiles * tokensPerTile, prompt: tiles * tokensPerTile + separators + 3,
      resized: ImageSize(width: columns * side, height: rows * side), tiles: tiles)
  }

  /// A column of as many tiles as there may be.
  var largest: ImageTokens { cost(rows: most, columns: 1) }
}

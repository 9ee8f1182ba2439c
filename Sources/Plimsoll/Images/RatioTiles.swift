/// InternVL's tiles: the grid of at most so many squares whose ratio of sides is nearest to the image's, and a small
/// copy of the whole where there is more than one.
///
/// vLLM 0.33.0 `transformers_utils/processors/internvl.py calculate_internvl_targets`.
public struct RatioTiles: Hashable, Sendable {
  /// The side of a tile in pixels, and its tokens.
  public var side: Int
  public var tokensPerTile: Int
  public var fewest: Int
  public var most: Int
  public var thumbnail: Bool
  /// Tokens of the prompt around the image's own.
  public var around = 2

  public init(side: Int, tokensPerTile: Int, fewest: Int, most: Int, thumbnail: Bool) {
    self.side = side
    self.tokensPerTile = tokensPerTile
    self.fewest = fewest
    self.most = most
    self.thumbnail = thumbnail
  }

  func tokens(of image: ImageSize) -> ImageTokens? {
    let ratio = Double(image.width) / Double(image.height)
    let area = Double(image.width * image.height)
    var best = (columns: 1, rows: 1)
    var nearest = Double.infinity
    for grid in grids {
      let difference = abs(ratio - Double(grid.columns) / Double(grid.rows))
      if difference < nearest {
        nearest = difference
        best = grid
      } else if difference == nearest, area > 0.5 * Double(side * side * grid.columns * grid.rows) {
        best = grid
      }
    }
    return cost(tiles: best.columns * best.rows)
  }

  /// The grids of `fewest` to `most` tiles, those of fewer tiles first.
  private var grids: [(columns: Int, rows: Int)] {
    guard fewest <= most else { return [] }
    return (fewest...most).flatMap { tiles in
      (1...tiles).compactMap { tiles % $0 == 0 ? (columns: $0, rows: tiles / $0) : nil }
    }
  }

  private func cost(tiles: Int) -> ImageTokens {
    let all = thumbnail && tiles != 1 ? tiles + 1 : tiles
    return ImageTokens(embeddings: all * tokensPerTile, prompt: all * tokensPerTile + around, tiles: all)
  }

  var largest: ImageTokens { cost(tiles: max(1, most)) }
}

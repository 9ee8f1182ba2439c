/// The width and height of an image, in pixels.
public struct ImageSize: Hashable, Sendable {
  public var width: Int
  public var height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// The longest side that is believed.
  public static let largestSide = 1 << 20

  /// `1920x1080`, width first; nil for anything else.
  public init?(_ text: String) {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1], (1...Self.largestSide).contains(width),
      (1...Self.largestSide).contains(height)
    else { return nil }
    self.init(width: width, height: height)
  }
}

/// What one image costs.
public struct ImageTokens: Hashable, Sendable {
  /// Outputs of the encoder, each a token of the language model: what vLLM counts against its encoder budget.
  public var embeddings: Int
  /// The tokens of the prompt that stand for the image, separators among them.
  public var prompt: Int
  /// What the image is resized to, where that depends on it.
  public var resized: ImageSize?
  /// The pieces it is cut into, the small copy of the whole among them, where it is cut.
  public var tiles: Int?

  public init(embeddings: Int, prompt: Int? = nil, resized: ImageSize? = nil, tiles: Int? = nil) {
    self.embeddings = embeddings
    self.prompt = prompt ?? embeddings
    self.resized = resized
    self.tiles = tiles
  }
}

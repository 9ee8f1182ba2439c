/// How a model's image processor turns an image into tokens.
public struct ImageProcessor: Hashable, Sendable {
  /// The kinds of rule, each with its numbers.
  public enum Rule: Hashable, Sendable {
    /// As many tokens for any image, and more around them in the prompt.
    case fixed(tokens: Int, around: Int)
    case smartResize(SmartResize)
    case softTokenBudget(SoftTokenBudget)
    case ratioTiles(RatioTiles)
    case canvasTiles(CanvasTiles)
    case patchGrid(PatchGrid)
    case paddedGrid(PaddedGrid)
  }

  public var rule: Rule
  /// What was taken for granted, since config.json does not say it: settings of preprocessor_config.json.
  public var assumptions: [String]
  /// Where the rule was read.
  public var source: String

  public init(_ rule: Rule, assumptions: [String] = [], source: String) {
    self.rule = rule
    self.assumptions = assumptions
    self.source = source
  }

  /// The tokens of an image; nil where the processor refuses it, for one side is more than 200 times the other.
  public func tokens(of image: ImageSize) -> ImageTokens? {
    switch rule {
    case .fixed(let tokens, let around): ImageTokens(embeddings: tokens, prompt: tokens + around)
    case .smartResize(let rule): rule.tokens(of: image)
    case .softTokenBudget(let rule): rule.tokens(of: image)
    case .ratioTiles(let rule): rule.tokens(of: image)
    case .canvasTiles(let rule): rule.tokens(of: image)
    case .patchGrid(let rule): rule.tokens(of: image)
    case .paddedGrid(let rule): rule.tokens(of: image)
    }
  }

  /// The tokens of the image that costs most, for which vLLM sizes its encoder budget.
  public var largest: ImageTokens {
    switch rule {
    case .fixed(let tokens, let around): ImageTokens(embeddings: tokens, prompt: tokens + around)
    case .smartResize(let rule): ImageTokens(embeddings: rule.largest)
    case .softTokenBudget(let rule): ImageTokens(embeddings: rule.maxTokens, prompt: rule.maxTokens + rule.around)
    case .ratioTiles(let rule): rule.largest
    case .canvasTiles(let rule): rule.largest
    case .patchGrid(let rule): rule.largest
    case .paddedGrid(let rule): rule.largest
    }
  }
}

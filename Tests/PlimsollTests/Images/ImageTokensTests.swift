import Plimsoll
import Testing

/// Each count by hand from the processor's formula.
@Suite("Tokens of an image")
struct ImageTokensTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var processor: ImageProcessor.Rule
    var width: Int
    var height: Int
    var embeddings: Int
    var prompt: Int?
    var testDescription: String { "\(name) \(width)x\(height)" }

    init(
      _ name: String, _ processor: ImageProcessor.Rule, _ width: Int, _ height: Int, _ embeddings: Int,
      prompt: Int? = nil
    ) {
      (self.name, self.processor, self.width, self.height) = (name, processor, width, height)
      (self.embeddings, self.prompt) = (embeddings, prompt)
    }
  }

  static let qwen2 = ImageProcessor.Rule.smartResize(
    SmartResize(factor: 28, minPixels: 3136, maxPixels: 12_845_056))
  static let qwen3 = ImageProcessor.Rule.smartResize(
    SmartResize(factor: 32, minPixels: 65_536, maxPixels: 16_777_216))
  static let glm = ImageProcessor.Rule.smartResize(
    SmartResize(factor: 28, minPixels: 12_544, maxPixels: 11_760_000, frames: 2))
  static let gemma4 = ImageProcessor.Rule.softTokenBudget(SoftTokenBudget(patch: 16, pooling: 3, maxTokens: 280))
  static let internVL = ImageProcessor.Rule.ratioTiles(
    RatioTiles(side: 448, tokensPerTile: 256, fewest: 1, most: 12, thumbnail: true))
  static let llama4 = ImageProcessor.Rule.canvasTiles(CanvasTiles(side: 336, tokensPerTile: 144, most: 16))
  static let mistral3 = ImageProcessor.Rule.patchGrid(PatchGrid(longest: 1540, patch: 28))
  static let kimi = ImageProcessor.Rule.paddedGrid(
    PaddedGrid(patch: 14, merge: 2, maxPatches: 16_384, maxPatchesPerSide: 512))

  static let cases = [
    // 1080 / 28 = 38.57, so 39; 1920 / 28 = 68.57, so 69; 39 · 69, of 2,109,744 pixels, within the bounds.
    Case("Qwen2.5-VL", qwen2, 1920, 1080, 2691),
    // 48,000,000 pixels: beta = √(48,000,000 / 12,845,056) = 1.93309; 6000 / beta / 28 = 110.85, 8000 / beta / 28 =
    // 147.80; 110 · 147.
    Case("Qwen2.5-VL", qwen2, 8000, 6000, 16_170),
    // One merged patch of 784 pixels is too few: beta = √(3136 / 400) = 2.8; 20 · 2.8 / 28 = 2 a side.
    Case("Qwen2.5-VL", qwen2, 20, 20, 4),
    // A half goes to the even number: 70 / 28 = 2.5 is 2, 98 / 28 = 3.5 is 4; 2 · 4 · 784 = 6,272 pixels.
    Case("Qwen2.5-VL", qwen2, 98, 70, 8),
    // 1080 / 32 = 33.75, so 34; 1920 / 32 = 60.
    Case("Qwen3-VL", qwen3, 1920, 1080, 2040),
    // 100 / 32 = 3.1: 9 patches of 1,024 are too few; beta = √(65,536 / 10,000) = 2.56; 256 / 32 = 8 a side.
    Case("Qwen3-VL", qwen3, 100, 100, 64),
    // An image counts as two frames: 2 · 39 · 69 · 784 = 4,219,488 pixels, within 11,760,000.
    Case("GLM-4.1V", glm, 1920, 1080, 2691),
    // 2 · 12,000,000 pixels: beta = √(24 / 11.76) = 1.42857; 3000 / beta / 28 = 75.0, 4000 / beta / 28 = 100.0.
    Case("GLM-4.1V", glm, 4000, 3000, 7500),
    Case("Gemma 3", .fixed(tokens: 256, around: 4), 1920, 1080, 256, prompt: 260),
    // 67.5 · 120 = 8,100 patches for 2,520: √(2520 / 8100) = 0.55777; 1080 · that / 48 = 12.55, 1920 · that / 48 =
    // 22.31; 12 · 22.
    Case("Gemma 4", gemma4, 1920, 1080, 264, prompt: 266),
    // 62.5² patches: √(2520) / 62.5 · 1000 / 48 = 16.73 a side.
    Case("Gemma 4", gemma4, 1000, 1000, 256, prompt: 258),
    // 1.778: nearest are 2:1 and 4:2; the image has more than half the pixels of 4 · 2 tiles, so 8 and the whole.
    Case("InternVL", internVL, 1920, 1080, 9 * 256, prompt: 2306),
    // 640 · 480: 4:3, of 12 tiles, is the ratio itself; 12 and the whole.
    Case("InternVL", internVL, 640, 480, 13 * 256, prompt: 3330),
    // A square of 448 has not more than half the pixels of 2 · 2 tiles: one, and no copy.
    Case("InternVL", internVL, 448, 448, 256, prompt: 258),
    // None of at most 16 tiles holds 1920 · 1080: 3 rows of 5 shrink it least, 1680 / 1920. 15 and the whole; in the
    // prompt 3 · 4 + 3 separators and three tokens more.
    Case("Llama 4", llama4, 1920, 1080, 16 * 144, prompt: 2322),
    // 336 · 336 is one tile.
    Case("Llama 4", llama4, 336, 336, 144, prompt: 147),
    // 300 · 200 grows by 1.12 on one tile, as on two; the smaller canvas.
    Case("Llama 4", llama4, 300, 200, 144, prompt: 147),
    // 1920 to 1540, 1080 to 866; ⌈1540 / 28⌉ = 55 by ⌈866 / 28⌉ = 31, and a break a row.
    Case("Mistral 3", mistral3, 1920, 1080, 1705, prompt: 1736),
    Case("Mistral 3", mistral3, 100, 50, 8, prompt: 10),
    // 137 · 77 patches are few enough; ⌈1920 / 28⌉ = 69 by ⌈1080 / 28⌉ = 39.
    Case("Kimi K2.5", kimi, 1920, 1080, 2691),
    // 285 · 214 patches for 16,384: · 0.5183, to 2073 · 1554; 75 by 56.
    Case("Kimi K2.5", kimi, 4000, 3000, 4200),
  ]

  @Test("an image costs what the processor's formula gives", arguments: cases)
  func tokens(_ c: Case) throws {
    let processor = ImageProcessor(c.processor, source: "")
    let tokens = try #require(processor.tokens(of: ImageSize(width: c.width, height: c.height)))
    #expect(tokens.embeddings == c.embeddings)
    #expect(tokens.prompt == c.prompt ?? c.embeddings)
    // Of GLM vLLM profiles a square, which is not the costliest.
    #expect(c.name == "GLM-4.1V" || tokens.embeddings <= processor.largest.embeddings)
  }

  @Test("the costliest image, for which vLLM sizes the encoder budget")
  func largest() {
    func most(_ rule: ImageProcessor.Rule) -> Int { ImageProcessor(rule, source: "").largest.embeddings }
    // 12,845,056 / 784, 16,777,216 / 1,024: squares of 128 by 128.
    #expect(most(Self.qwen2) == 16_384)
    #expect(most(Self.qwen3) == 16_384)
    // 2 · 9,999,999²: ⌊√(11,760,000 / 2) / 28⌋ = ⌊86.6⌋ a side.
    #expect(most(Self.glm) == 86 * 86)
    #expect(most(Self.gemma4) == 280)
    #expect(most(Self.internVL) == 13 * 256)
    #expect(most(Self.llama4) == 17 * 144)
    #expect(most(Self.mistral3) == 55 * 55)
    // 3000²: 214 · 214 patches, · 0.59813 to 1794; 65 a side.
    #expect(most(Self.kimi) == 65 * 65)
  }

  @Test("a prime number of tokens is no image of Qwen's: sides of more than 200 to 1 are refused")
  func sides() {
    // 211 · 784 pixels: 211 is prime, 1 by 211 too long; 210 = 14 · 15.
    let odd = ImageProcessor.Rule.smartResize(SmartResize(factor: 28, minPixels: 0, maxPixels: 211 * 784))
    #expect(ImageProcessor(odd, source: "").largest.embeddings == 210)
    #expect(ImageProcessor(Self.qwen2, source: "").tokens(of: ImageSize(width: 2010, height: 10)) == nil)
    #expect(ImageProcessor(Self.qwen2, source: "").tokens(of: ImageSize(width: 2000, height: 10)) != nil)
  }

  @Test("twelve images at worst, and those that a length, a limit and the encoder admit")
  func perPrompt() {
    let (tokens, largest) = (ImageTokens(embeddings: 2691), ImageTokens(embeddings: 16_384))
    let images = ImagesPerPrompt(
      of: tokens, largest: largest, maxModelLen: 32_768, maxNumBatchedTokens: 8192, stated: 12,
      languageModelOnly: false, poolTokens: 100_000)
    // 32,767 / 2,691 = 12.2; the budget is the costliest image, since a step has fewer tokens: 16,384 / 2,691 = 6.
    #expect(images.byLength == 12 && images.most == 12)
    #expect(images.encoderBudget == 16_384 && images.atOnce == 6)
    #expect(images.worstPrompt == 196_608)
    #expect(images.byPool == 37)
    let none = ImagesPerPrompt(
      of: tokens, largest: largest, maxModelLen: 32_768, maxNumBatchedTokens: 32_768, stated: nil,
      languageModelOnly: true, poolTokens: nil)
    #expect(none.most == 0 && none.encoderBudget == 32_768)
  }

  @Test("a size is width and height", arguments: ["", "x", "1920", "1920x", "0x5", "-1x5", "1920x1080x3", "1920X1080"])
  func badSize(_ text: String) {
    #expect(ImageSize(text) == nil)
    #expect(ImageSize("1920x1080") == ImageSize(width: 1920, height: 1080))
  }
}

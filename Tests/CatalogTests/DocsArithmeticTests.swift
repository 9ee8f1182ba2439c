import Catalog
import Foundation
import ModelFiles
import Plimsoll
import Testing

/// The arithmetic of `docs/`, once as the pages work it out by hand and once by the library.
///
/// Each number stands here as the page has it; the page is read too, so that neither can drift from the other.
@Suite("Arithmetic written out in docs")
struct DocsArithmeticTests {
  /// A case of docs/weights.md and docs/kv-cache.md, with 40 GiB of KV memory given.
  struct Case: Sendable, CustomTestStringConvertible {
    var model: String
    var gpu: String
    var tensorParallel = 1
    var length: Int
    /// docs/kv-cache.md: bytes of a block, blocks, blocks of a request, tokens, requests at once.
    var block: Int
    var blocks: Int
    var perRequest: Int
    var tokens: Int
    var concurrency: Double
    /// docs/weights.md: bytes by part, their sum, and the sum as the allocator counts it.
    var parts: [WeightPart: Int]
    var tensors: Int
    var loaded: Int

    var testDescription: String { "\(model) on \(gpu)" }
  }

  static let cases = [
    Case(
      model: "meta-llama/Llama-3.1-8B-Instruct", gpu: "h100-80gb-sxm", length: 131_072, block: 2_097_152,
      blocks: 20_480, perRequest: 8_192, tokens: 327_680, concurrency: 2.5,
      parts: [
        .embedding: 1_050_673_152, .attention: 2_684_354_560, .mlp: 11_274_289_152, .norms: 532_480,
        .lmHead: 1_050_673_152, .buffers: 33_554_944,
      ], tensors: 16_094_077_440, loaded: 16_094_142_464),
    Case(
      model: "openai/gpt-oss-20b", gpu: "h100-80gb-sxm", length: 131_072, block: 393_216, blocks: 109_226,
      perRequest: 9_225, tokens: 1_551_920, concurrency: 109_226.0 / 9_225.0,
      parts: [
        .embedding: 1_158_266_880, .attention: 1_274_406_912, .router: 4_425_216, .experts: 10_214_768_640,
        .norms: 282_240, .lmHead: 1_158_266_880, .buffers: 33_554_816,
      ], tensors: 13_843_971_584, loaded: 13_866_088_448),
    Case(
      model: "deepseek-ai/DeepSeek-V3", gpu: "h200-sxm", tensorParallel: 8, length: 163_840, block: 1_124_352,
      blocks: 38_199, perRequest: 10_240, tokens: 611_184, concurrency: 38_199.0 / 10_240.0,
      parts: [
        .embedding: 231_669_760, .attention: 2_235_264_480, .mlp: 468_041_280, .experts: 81_758_552_064,
        .router: 212_920_320, .norms: 2_013_184, .lmHead: 231_669_760, .buffers: 276_825_040,
      ], tensors: 85_416_955_888, loaded: 85_465_367_040),
  ]

  @Test("the blocks worked out in docs/kv-cache.md are those of the library", arguments: cases)
  func blocks(_ c: Case) throws {
    let evaluation = try Self.evaluate(c)
    let pool = try #require(evaluation.pool)
    #expect(pool.largestBlock == Bytes(c.block))
    #expect(evaluation.numBlocks == c.blocks)
    #expect(evaluation.blocksPerRequest == c.perRequest)
    #expect(evaluation.tokens == c.tokens)
    #expect(evaluation.maxConcurrency == c.concurrency)
    let page = try Self.page("kv-cache.md")
    for number in [c.block, c.blocks, c.perRequest, c.tokens] {
      #expect(page.contains(Deployment.grouped(number)), "docs/kv-cache.md lacks \(number)")
    }
  }

  @Test("the weights worked out in docs/weights.md are those of the library", arguments: cases)
  func weights(_ c: Case) throws {
    let weights = try #require(try Self.evaluate(c).stages.first).weights
    #expect(weights.parts == c.parts.mapValues { Bytes($0) })
    #expect(weights.tensors == Bytes(c.tensors))
    #expect(weights.allocated == Bytes(c.loaded))
    #expect(c.parts.values.reduce(0, +) == c.tensors)
    let page = try Self.page("weights.md")
    for number in c.parts.values + [c.tensors, c.loaded] {
      #expect(page.contains(Deployment.grouped(number)), "docs/weights.md lacks \(number)")
    }
  }

  /// QwQ-32B on an A100 80GB at 32,768 tokens, 0.33.0: the terms that the pages of the ledger work out.
  ///
  /// Widths: hidden 5,120, MLP 27,648, vocabulary 152,064, 64 layers, 40 and 8 heads of 128; 2,048 batched tokens,
  /// 256 sequences, 51 captured sizes.
  static let ledger: [(page: String, what: String, bytes: Int, of: @Sendable (StageLedger) -> Bytes?)] = [
    ("budget.md", "requested", 78_251_941_901, { $0.requested }),
    ("budget.md", "loaded", 65_540_466_688, { $0.loaded.best }),
    ("activations.md", "the sampler", 568_590_336, { $0.activation.best }),
    // The sampler: 256 · 152,064 · 14 + (2,048 + 256) · 5,120 · 2 = 568,590,336, of which the low end is 81 %.
    ("activations.md", "low end", 568_590_336 / 100 * 81, { $0.activation.low }),
    // 256 · (4 · 152,064 + 2 · 19,008 + 4 + 17,924) + 13 · 2,048.
    ("persistent-buffers.md", "buffers", 170_061_824, { $0.persistentBuffers.best }),
    ("runtime.md", "non-torch", 173_015_040, { $0.nonTorch.best }),
    // 16 MiB + (51 + 35) · 64 · 176 KiB.
    ("cuda-graphs.md", "graphs", 1_008_730_112, { $0.cudaGraphs.best }),
    // 2 · 256 · 4 · 2,048 + 8 · 2,048.
    ("runtime.md", "block tables", 4_210_688, { $0.afterBudget.low }),
    ("budget.md", "KV cache", 10_791_077_901, { $0.kvCache.best }),
    // Each end: the root of the squares of the terms' deviations, cut to whole bytes.
    ("budget.md", "KV cache, low", 9_771_265_019, { $0.kvCache.low }),
    ("budget.md", "KV cache, high", 11_315_160_080, { $0.kvCache.high }),
    ("budget.md", "KV cache, worst", 9_122_165_038, { $0.kvCache.worst }),
  ]

  @Test("the ledger of QwQ-32B in docs is that of the library", arguments: ledger.indices)
  func ledgerTerm(_ index: Int) throws {
    let term = Self.ledger[index]
    var flags = ServeFlags()
    flags.maxModelLen = .tokens(32_768)
    let evaluation = try Self.deployment("Qwen/QwQ-32B", "a100-80gb-sxm", flags).evaluate()
    let stage = try #require(evaluation.stages.first)
    #expect(term.of(stage) == Bytes(term.bytes), "\(term.what)")
    let page = try Self.page(term.page)
    #expect(page.contains(Deployment.grouped(term.bytes)), "docs/\(term.page) lacks \(term.what), \(term.bytes)")
  }

  private static func evaluate(_ c: Case) throws -> Evaluation {
    var flags = ServeFlags()
    flags.maxModelLen = .tokens(c.length)
    flags.tensorParallelSize = c.tensorParallel
    var deployment = try deployment(c.model, c.gpu, flags)
    deployment.availableKVCacheMemory = .gib(40)
    return deployment.evaluate()
  }

  private static func deployment(_ model: String, _ gpu: String, _ flags: ServeFlags) throws -> Deployment {
    let shape = try ArchitectureTable.shape(of: try Catalog.model(named: model).config)
    return Deployment(model: shape, device: try Catalog.gpu(named: gpu), flags: flags)
  }

  private static func page(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs").appending(path: name), encoding: .utf8)
  }
}

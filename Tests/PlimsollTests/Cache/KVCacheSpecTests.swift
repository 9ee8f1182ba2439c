import Plimsoll
import Testing

@Suite struct KVCacheSpecTests {
  static func heads(
    _ count: Int = 8, state: Int = 512, block: Int = 16, _ retention: KVCacheSpec.Retention = .everything
  ) -> KVCacheSpec {
    KVCacheSpec(kind: .heads, numHeads: count, stateBytes: Bytes(state), blockSize: block, retention: retention)
  }

  @Test(arguments: [
    (8, 512, 16, 65_536),  // Llama-3.1-8B, bfloat16: 8 × 16 × 2 × 256
    (8, 256, 16, 32_768),  // the same in fp8
    (1, 512, 16, 8_192),  // 70B at TP 8
    (16, 512, 16, 131_072),  // Gemma-3-27B
    (8, 256, 32, 65_536),
  ])
  func aPageIsHeadsTimesTokensTimesState(heads: Int, state: Int, block: Int, page: Int) {
    #expect(Self.heads(heads, state: state, block: block).pageSize == Bytes(page))
  }

  @Test func aPaddedPageCountsInFull() {
    var spec = Self.heads(3)
    #expect(spec.pageSize == Bytes(24_576))
    spec.paddedPage = Bytes(65_536)
    #expect(spec.pageSize == Bytes(65_536))
  }

  @Test func aLatentPageHasOneVectorAToken() {
    let spec = KVCacheSpec(kind: .latent, numHeads: 1, stateBytes: Bytes(1_152), blockSize: 32, retention: .everything)
    #expect(spec.pageSize == Bytes(36_864))
  }

  struct Case: Sendable {
    var retention: KVCacheSpec.Retention
    var length: Int
    var inFlight = 16_384
    var decodeContext = 1
    var blocks: Int
  }

  @Test(arguments: [
    Case(retention: .everything, length: 1, blocks: 1), Case(retention: .everything, length: 16, blocks: 1),
    Case(retention: .everything, length: 17, blocks: 2), Case(retention: .everything, length: 131_072, blocks: 8_192),
    // Decode context parallel shares out the tokens: ⌈131,072 / 8⌉ = 16,384 and ⌈8,191 / 8⌉ = 1,024.
    Case(retention: .everything, length: 131_072, decodeContext: 8, blocks: 1_024),
    Case(retention: .everything, length: 8_191, decodeContext: 8, blocks: 64),
    // ⌈1,025 / 4⌉ = 257 needs 17 blocks where 1,025 needs 65.
    Case(retention: .everything, length: 1_025, decodeContext: 4, blocks: 17),
    // gpt-oss: ⌈(127 + 16,384) / 16⌉ = 1,032 and one more.
    Case(retention: .window(128), length: 131_072, blocks: 1_033),
    Case(retention: .window(128), length: 131_072, inFlight: 8_192, blocks: 521),
    // Gemma 3: ⌈(1,023 + 16,384) / 16⌉ = 1,088 and one more.
    Case(retention: .window(1_024), length: 131_072, blocks: 1_089),
    // Shorter than the window: ⌈100 / 16⌉ = 7 and one more.
    Case(retention: .window(128), length: 100, blocks: 8),
    // Llama 4: ⌈(8,192 + 16,384) / 16⌉, nothing more.
    Case(retention: .chunk(8_192), length: 131_072, blocks: 1_536),
    Case(retention: .chunk(8_192), length: 8_000, blocks: 500),
  ])
  func aRequestHoldsTheBlocksThatItsLayersStillNeed(_ expected: Case) {
    let spec = Self.heads(expected.retention)
    #expect(
      spec.blocks(length: expected.length, inFlight: expected.inFlight, decodeContext: expected.decodeContext)
        == expected.blocks)
  }
}

extension KVCacheSpecTests {
  static func heads(_ retention: KVCacheSpec.Retention) -> KVCacheSpec { heads(8, retention) }
}

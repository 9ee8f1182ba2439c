import ModelFiles
import Plimsoll
import Testing

/// Whisper large v3 as vLLM 0.33.0 builds and caches it (`whisper.py`, `cross_attention.py`, `kv_cache_interface.py
/// CrossAttentionSpec`).
@Suite struct WhisperTests {
  static let config: JSON = [
    "architectures": ["WhisperForConditionalGeneration"], "model_type": "whisper", "is_encoder_decoder": true,
    "vocab_size": 51_866, "num_mel_bins": 128, "encoder_layers": 32, "encoder_attention_heads": 20,
    "decoder_layers": 32, "decoder_attention_heads": 20, "decoder_ffn_dim": 5120, "encoder_ffn_dim": 5120,
    "d_model": 1280, "max_source_positions": 1500, "max_target_positions": 448, "torch_dtype": "bfloat16",
  ]

  /// The published model has 1,543,490,560 parameters; vLLM gives the keys of 96 attentions a bias of 1,280.
  @Test func parametersAreThePublishedOnesAndBiasesOfKeys() throws {
    let shape = try ArchitectureTable.shape(of: Self.config)
    #expect(shape.parameters == 1_543_490_560 + 96 * 1280)
  }

  /// Two groups of 32 layers: 448 tokens in 28 blocks of 16, and what 8,192 batched tokens of the encoder take, 512.
  /// A block is 32 × 16 tokens × 20 heads × 64 × 2 × 2 B = 2,621,440 B.
  @Test(arguments: [(8192, 540), (2048, 156), (500, 60)])
  func aRequestKeepsAStepOfEncodedTokens(batched: Int, blocks: Int) throws {
    let pool = try Self.pool(ComputeCapability(9, 0), batched: batched)
    #expect(pool.groups.map(\.layers.count) == [32, 32])
    #expect(pool.largestBlock == Bytes(2_621_440))
    #expect(pool.blocksPerRequest(length: 448) == blocks)
  }

  /// FlashInfer, which data-centre Blackwell prefers, does not read an encoder's output.
  @Test func theEncodersCacheTakesABackendThatReadsIt() throws {
    let shape = try ArchitectureTable.shape(of: Self.config)
    let placement = try shape.cachePlacement(Self.settings(ComputeCapability(10, 0), batched: 16_384))
    #expect(placement.backends == [.flashInfer, .flashAttn])
    #expect(placement.specs.count == 64)
  }

  /// Without the hybrid manager the two kinds would have to be one (`_promote_local_kv_cache_specs`).
  @Test func withoutTheHybridManagerItIsRefused() throws {
    let placement = try ArchitectureTable.shape(of: Self.config).cachePlacement(
      Self.settings(ComputeCapability(9, 0), batched: 8192))
    #expect(throws: KVCacheGroupingError.notOneType) {
      try KVCacheGroups(of: placement.specs.map { ($0.layer, $0.spec) }, hybridManager: false, rule: .init(3, over: 2))
    }
  }

  private static func settings(_ capability: ComputeCapability, batched: Int) -> CachePlacement.Settings {
    CachePlacement.Settings(
      capability: capability, kvCacheDType: .auto, modelDType: .bfloat16, maxNumBatchedTokens: batched)
  }

  private static func pool(_ capability: ComputeCapability, batched: Int) throws -> KVCachePool {
    let shape = try ArchitectureTable.shape(of: config)
    let placement = try shape.cachePlacement(settings(capability, batched: batched))
    let groups = try KVCacheGroups(
      of: placement.specs.map { ($0.layer, $0.spec) }, hybridManager: true, rule: .init(3, over: 2))
    return KVCachePool(
      groups: groups.groups, stages: [0..<32], inFlight: 2 * batched, decodeContext: 1, reservesNullBlock: true)
  }
}

import ModelFiles
import Plimsoll
import Testing

/// Kimi K3: delta attention with a full-rank gate, gated latent attention, experts in a narrower space, its own tower.
@Suite struct KimiK3Tests {
  static func weights(_ capability: ComputeCapability, tensorParallel: Int) throws -> Weights {
    let config = try #require(VLLMAnswer.file.configs["moonshotai/Kimi-K3"])
    return try ArchitectureTable.shape(of: config).weights(
      stage: 0, parallelism: Parallelism(tensor: tensorParallel), kernels: WeightKernels(for: capability))
  }

  /// The tensors that vLLM's code makes on an H100, and Humming's locks of 32 B for 132 multiprocessors in each of 92
  /// layers. 8 ranks do not divide the tower's 12 heads, so that each has it whole; of 4 each has a quarter of it.
  @Test(arguments: [(4, 398_933_310_336, 300_191_744), (8, 205_960_378_000, 894_734_336)])
  func aRankHoldsWhatVLLMMakes(tensorParallel: Int, bytes: Int, tower: Int) throws {
    let weights = try Self.weights(ComputeCapability(9, 0), tensorParallel: tensorParallel)
    #expect(weights.tensors == Bytes(bytes + 92 * 32 * 132))
    #expect(weights.parts[.encoder] == Bytes(tower))
  }

  /// Without the kernel that decodes in one, as on Ampere, a layer keeps no second copy of the convolution (3 · 4 ·
  /// 12,288 / 8 float32) nor of the norm (128 float32) in 69 layers; the scales of latent attention stay.
  @Test func theFusedDecodeKernelHasWeightsOfItsOwn() throws {
    let hopper = try Self.weights(ComputeCapability(9, 0), tensorParallel: 8).parts[.buffers]
    let ampere = try Self.weights(ComputeCapability(8, 0), tensorParallel: 8).parts[.buffers]
    #expect(hopper == ampere.map { $0 + Bytes(69 * 4 * (3 * 4 * 12_288 / 8 + 128)) })
  }
}

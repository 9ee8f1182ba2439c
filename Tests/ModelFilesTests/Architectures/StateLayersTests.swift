import ModelFiles
import Plimsoll
import Testing

/// Layers that keep a state, of architectures without a recorded answer: what a request keeps in one of them.
@Suite struct StateLayersTests {
  /// The state of the first layer that keeps one.
  static func state(_ config: JSON) throws -> StateMixer {
    let shape = try ArchitectureTable.shape(of: config)
    return try #require(shape.layers.lazy.compactMap(\.mixer.keptState).first)
  }

  static func bytes(_ state: StateMixer, tensorParallel: Int = 1) -> Int {
    state.stateBytes(
      tensorParallel: tensorParallel, dtype: .bfloat16, recurrenceDType: nil, numSpeculativeTokens: 0
    ).count
  }

  /// OLMo Hybrid's defaults: 30 heads, keys of 96 and values of 192, a window of 3 inputs, all in 16 bits; its class
  /// leaves no checkpoints where Qwen's does.
  @Test func olmoHybridKeepsADeltaNetWithoutCheckpoints() throws {
    let state = try Self.state([
      "architectures": ["OlmoHybridForCausalLM"], "model_type": "olmo_hybrid", "dtype": "bfloat16",
    ])
    #expect(Self.bytes(state) == 2 * 3 * 30 * (96 + 96 + 192) + 2 * 30 * 192 * 96)
    #expect(Self.bytes(state, tensorParallel: 2) == Self.bytes(state) / 2)
    #expect(state.checkpointAlignment(on: ComputeCapability(9, 0)) == nil)
  }
}

import Plimsoll
import Testing

/// What a state takes on a rank: each shape worked out by hand, as docs/state-layers.md has the formulas.
@Suite struct StateMixerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var mixer: StateMixer
    var tensorParallel = 1
    var dtype = DType.bfloat16
    var recurrenceDType: DType?
    var drafts = 0
    var bytes: Int
  }

  /// 128 heads of 64 with states of 128, 8 groups of B and C: Nemotron-H's.
  private static func mamba2(groups: Int, dtype: DType? = .float32) -> StateMixer {
    StateMixer(
      kind: .mamba2, convolution: .init(channels: 128 * 64, groups: groups, groupChannels: 2 * 128, kernel: 4),
      recurrence: .init(heads: 128, headSize: 64, stateSize: 128, dtype: dtype))
  }

  /// 16 key heads and 48 value heads of 128: Qwen3.6-27B's.
  private static let net = StateMixer(
    kind: .gatedDeltaNet, convolution: .init(channels: 2 * 16 * 128 + 48 * 128, kernel: 4),
    recurrence: .init(heads: 48, headSize: 128, stateSize: 128, dtype: .float32))

  static let cases = [
    Case(
      testDescription: "Mamba 1 keeps 3 inputs and a vector of 16 for each of 8,192 / 2 channels, whatever is drafted",
      mixer: StateMixer(
        kind: .mamba1, convolution: .init(channels: 8192, kernel: 4, growsWithDrafts: false),
        recurrence: .init(heads: 8192, headSize: 1, stateSize: 16)),
      tensorParallel: 2, drafts: 3, bytes: 4096 * 3 * 2 + 4096 * 16 * 2),
    Case(
      testDescription: "Mamba 2 cuts its groups with its heads where TP divides them",
      mixer: mamba2(groups: 8), tensorParallel: 4, bytes: (8192 + 8 * 256) / 4 * 3 * 2 + 32 * 64 * 128 * 4),
    Case(
      testDescription: "Mamba 2 with one group has it on each of 4 ranks",
      mixer: mamba2(groups: 1), tensorParallel: 4, bytes: (8192 / 4 + 256) * 3 * 2 + 32 * 64 * 128 * 4),
    Case(
      testDescription: "--mamba-ssm-cache-dtype takes the place of the config's type",
      mixer: mamba2(groups: 8), recurrenceDType: .bfloat16, bytes: (8192 + 2048) * 3 * 2 + 128 * 64 * 128 * 2),
    Case(
      testDescription: "a state without a type of its own is in the window's",
      mixer: mamba2(groups: 8, dtype: nil), dtype: .float32, bytes: (8192 + 2048) * 3 * 4 + 128 * 64 * 128 * 4),
    Case(testDescription: "a gated delta net of Qwen3.6-27B", mixer: net, bytes: 61_440 + 3_145_728),
    Case(
      testDescription: "two drafted tokens lengthen its window by two rows of 10,240", mixer: net, drafts: 2,
      bytes: 102_400 + 3_145_728),
    Case(
      testDescription: "over 8 ranks it is an eighth", mixer: net, tensorParallel: 8,
      bytes: (61_440 + 3_145_728) / 8),
    Case(
      testDescription: "Kimi delta attention: 32 heads of 128, queries, keys and values convolved, float32 states",
      mixer: StateMixer(
        kind: .kimiDeltaAttention, convolution: .init(channels: 3 * 32 * 128, kernel: 4),
        recurrence: .init(heads: 32, headSize: 128, stateSize: 128, dtype: .float32)),
      tensorParallel: 2, bytes: 3 * 16 * 128 * 3 * 2 + 16 * 128 * 128 * 4),
    Case(
      testDescription: "linear attention has no window",
      mixer: StateMixer(
        kind: .linearAttention, recurrence: .init(heads: 64, headSize: 128, stateSize: 128, dtype: .float32)),
      drafts: 5, bytes: 64 * 128 * 128 * 4),
    Case(
      testDescription: "a short convolution of 2,048 channels and kernel 3 is a window alone",
      mixer: StateMixer(kind: .shortConvolution, convolution: .init(channels: 2048, kernel: 3)), drafts: 1,
      bytes: 2048 * 3 * 2),
  ]

  @Test(arguments: cases)
  func takes(_ c: Case) {
    #expect(
      c.mixer.stateBytes(
        tensorParallel: c.tensorParallel, dtype: c.dtype, recurrenceDType: c.recurrenceDType,
        numSpeculativeTokens: c.drafts) == Bytes(c.bytes))
  }

  /// Mamba 2 stops anywhere; the delta net's kernel at multiples of 64, on Hopper and with keys of 128 on Blackwell.
  @Test func checkpointsStopWhereKernelsDo() {
    let narrow = StateMixer(kind: .gatedDeltaNet, recurrence: .init(heads: 8, headSize: 64, stateSize: 64))
    #expect(Self.mamba2(groups: 8).checkpointAlignment(on: ComputeCapability(8, 0)) == 1)
    #expect(Self.net.checkpointAlignment(on: ComputeCapability(9, 0)) == 64)
    #expect(Self.net.checkpointAlignment(on: ComputeCapability(10, 0)) == 64)
    #expect(narrow.checkpointAlignment(on: ComputeCapability(10, 0)) == nil)
    #expect(Self.net.checkpointAlignment(on: ComputeCapability(8, 0)) == nil)
    #expect(
      StateMixer(kind: .shortConvolution, convolution: .init(channels: 64, kernel: 3))
        .checkpointAlignment(on: ComputeCapability(9, 0)) == nil)
  }
}

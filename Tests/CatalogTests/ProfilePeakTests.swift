import Catalog
import ModelFiles
import Plimsoll
import Testing

/// What the dummy run of a release peaks at, by the tensors that its source makes, worked out by hand.
@Suite("Peaks of the profile, by hand")
struct ProfilePeakTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var model: String
    var gpu: String
    var release: String
    var flags: String
    /// Bytes, by hand.
    var peak: Int
    /// What a start printed, in GiB with two decimals; nil where none is known.
    var printed: Double?
    var testDescription: String { "\(model) \(release) \(flags)" }
  }

  static let cases = [
    // GLM-5.2 (V 154,880, H 6,144) with T 8,192 and S 1,024, V1 runner. Kept: the indexer's keys 40 · 819,200 · 132 + 1 MiB
    // (0.26 `sparse_attn_indexer.py`), a row of float32 for each of 132 programs of the top-k kernel, and cuBLAS's
    // 32 MiB. Given back: logits in bfloat16, their float32 copy, probabilities and random numbers, 2 + 4 + 4 + 4 B
    // (0.26 `_dummy_sampler_run` samples once more with a generator, `v1/sample/ops/topk_topp_sampler.py
    // forward_native`), and the hidden states of T and S.
    Case(
      model: "nvidia/GLM-5.2-NVFP4", gpu: "b200", release: "0.26.0",
      flags: "--tensor-parallel-size 4 --enable-expert-parallel --max-model-len 819200 --kv-cache-dtype fp8_e4m3",
      peak: (40 * 819_200 * 132 + 1_048_576) + 4 * 132 * 154_880 + 33_554_432
        + 1_024 * 154_880 * 14 + (8_192 + 1_024) * 6_144 * 2,
      printed: 6.31)
  ]

  @Test("the library's peak is the one worked out, and what was printed", arguments: cases)
  func peak(_ c: Case) throws {
    guard case .found(let row) = EngineRelease.named(c.release) else {
      Issue.record("no row \(c.release)")
      return
    }
    let preset = try Catalog.model(named: c.model)
    let shape = try ArchitectureTable.shape(of: preset.config, quantization: preset.quantization, quantizedAtLoad: nil)
    var flags = ServeFlags()
    var words = c.flags.split(separator: " ").map { String($0) }[...]
    while let name = words.popFirst() {
      let takesValue = words.first.map { !$0.hasPrefix("-") } ?? false
      try flags.apply(name: name, value: takesValue ? words.popFirst() : nil)
    }
    let deployment = Deployment(model: shape, device: try Catalog.gpu(named: c.gpu), flags: flags, release: row)
    let stage = try #require(deployment.evaluate().stages.last)
    #expect(stage.activation.best == Bytes(c.peak))
    if let printed = c.printed {
      #expect(abs(Double(stage.printedPeak(row.budget).best.count) / 1_073_741_824 - printed) < 0.01)
    }
  }
}

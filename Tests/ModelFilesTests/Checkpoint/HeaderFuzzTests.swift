import Foundation
import Plimsoll
import SeededRandom
import Testing

@testable import ModelFiles

/// 20,000 damaged headers at every run, PLIMSOLL_FUZZ=200000 for more.
@Suite struct HeaderFuzzTests {
  static let mutations = ProcessInfo.processInfo.environment["PLIMSOLL_FUZZ"].flatMap { Int($0) } ?? 20_000

  static let originals: [[UInt8]] = [
    StoredTensors.header([StoredTensor("a", [2, 3]), StoredTensor("b.c", "F4", [4]), StoredTensor("d", "F32", [])]),
    StoredTensors.header([
      StoredTensor("model.layers.0.mlp.experts.3.up_proj.weight", "F8_E4M3", [128, 256]),
      StoredTensor("model.layers.0.mlp.experts.3.up_proj.weight_scale_inv", "F32", [1, 2]),
      StoredTensor("model.embed_tokens.weight", [64, 32]),
    ]),
    Array(#"{"__metadata__":{"a\u00e9":"\n"},"x":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}"#.utf8),
  ]

  @Test("a damaged header is tallied or refused, whatever the numbers in it", arguments: 0..<3)
  func damaged(_ original: Int) throws {
    var mutator = Mutator(seed: 20_260_303)
    var taken = 0
    let rounds = Self.mutations / Self.originals.count
    let shape = try ArchitectureTable.shape(of: Self.config)
    for _ in 0..<rounds {
      let damaged = mutator.mutation(of: Self.originals[original])
      var tally = CheckpointTally()
      do throws(CheckpointError) {
        try tally.add(header: damaged, file: "x", fileSize: nil)
        taken += 1
        let account = tally.account(for: shape)
        let left = account.skipped.reduce(Bytes.zero) { $0 + $1.bytes }
        guard account.loaded + left == tally.data, tally.compared(with: shape).ratio.isFinite else {
          Issue.record("the parts are not the whole: \(String(decoding: damaged, as: UTF8.self))")
          return
        }
      } catch {
        guard error.message.hasPrefix("x: "), error.message.utf8.count < 600 else {
          Issue.record("\(error.message)")
          return
        }
      }
    }
    // Both ways must have been taken, else the mutations prove nothing.
    #expect(taken > rounds / 100)
    #expect(taken < rounds * 49 / 50)
  }

  static let config: JSON = [
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 256, "intermediate_size": 512,
    "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 1024,
  ]

  @Test("a damaged index is read or refused")
  func index() {
    let text = #"{"metadata": {"total_size": 12}, "weight_map": {"a": "m-1.safetensors", "b\n": "m-2.safetensors"}}"#
    var mutator = Mutator(seed: 20_260_404)
    var taken = 0
    for _ in 0..<Self.mutations / 4 {
      do throws(CheckpointError) {
        let index = try WeightIndex(mutator.mutation(of: Array(text.utf8)), file: "x")
        taken += 1
        if index.shards.isEmpty { Issue.record("no file") }
      } catch {
        if !error.message.hasPrefix("x: the index ") { Issue.record("\(error.message)") }
      }
    }
    #expect(taken > Self.mutations / 400)
  }

  @Test("any 8 bytes are a length or refused") func lengths() {
    var random = SplitMix64(seed: 5)
    var taken = 0
    for _ in 0..<Self.mutations {
      let number = random.next() >> UInt64(random.below(64))
      guard
        let length = try? SafetensorsHeader.length(
          ofFirst8: StoredTensors.prefix(number), file: "x", fileSize: Bytes(1 << 20))
      else { continue }
      taken += 1
      if UInt64(length.count) != number || number > 1 << 20 { Issue.record("\(number)") }
    }
    #expect(taken > Self.mutations / 10)
  }
}

/// What is as large as it may be.
@Suite struct LargeHeaderTests {
  /// Time for one of the most bytes: a hundredth of it here, where nothing is optimised.
  @Test(
    "metadata of any size, many tensors, and names without end are read",
    arguments: [
      "{\"__metadata__\":{\"a\":\"" + String(repeating: "x", count: 1 << 20) + "\"}}",
      "{\"__metadata__\":{\"a\":\"" + String(repeating: "\\n", count: 1 << 18) + "\"}}",
      "{\"__metadata__\":{" + (0..<20_000).map { "\"k\($0)\":\"v\"" }.joined(separator: ",") + "}}",
      "{"
        + (0..<20_000).map { "\"t\($0)\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}" }.joined(
          separator: ",") + "}",
      "{\"" + String(repeating: "n", count: 1 << 20) + "\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}",
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + String(repeating: "1,", count: 100_000) + "1],\"data_offsets\":[0,1]}}",
    ])
  func large(_ json: String) throws {
    var tally = CheckpointTally()
    try tally.add(header: Array(json.utf8), file: "x", fileSize: nil)
    #expect(tally.files == 1)
  }

  /// Data written last to first: held against each other once all are known.
  @Test func anyOrderIsTaken() throws {
    let parts = (0..<2000).reversed().map {
      "\"t\($0)\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[\(3 * $0),\(3 * $0 + 3)]}"
    }
    var tally = CheckpointTally()
    try tally.add(header: Array(("{" + parts.joined(separator: ",") + "}").utf8), file: "x", fileSize: nil)
    #expect(tally.data == Bytes(6000))
  }
}

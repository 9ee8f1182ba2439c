import Plimsoll
import Testing

@testable import ModelFiles

@Suite struct WeightIndexTests {
  private static func index(_ map: String) -> String { "{\"metadata\": {\"total_size\": 8}, \"weight_map\": \(map)}" }

  @Test func itListsItsFilesInOrderWithWhatTheyHold() throws {
    let text = Self.index(#"{"a": "m-2.safetensors", "b": "m-1.safetensors", "c": "m-2.safetensors"}"#)
    let index = try WeightIndex(Array(text.utf8), file: "i.json")
    #expect(index.shards.map(\.name) == ["m-1.safetensors", "m-2.safetensors"])
    #expect(index.shards.map(\.tensors) == [1, 2])
  }

  @Test(
    "what is no index is refused",
    arguments: [
      ("", "is no object"), ("[]", "is no object"), ("{}", "no list of weights (weight_map)"),
      ("{\"weight_map\": 3}", "weight_map that is no object"), ("{\"weight_map\": {}}", "lists no file"),
      ("{\"weight_map\": {\"a\": 3}}", "tensor 'a' whose file is no string"),
      ("{\"weight_map\": {\"a\": \"m.safetensors\", \"a\": \"m.safetensors\"}}", "lists the tensor 'a' twice"),
      ("{\"weight_map\": {\"a\": \"m.safetensors\"}, \"weight_map\": {}}", "two lists"),
      ("{\"weight_map\": {\"a\": \"m.safetensors\"", "is no JSON: line 1, column 37: the text ends"),
      ("{\"weight_map\": {\"a\": \"m.safetensors\"}} x", "found 'x'"),
      (
        "{\"weight_map\": {\"a\": \"../m.safetensors\"}}",
        "names '../m.safetensors', which is no safetensors file beside it"
      ),
      ("{\"weight_map\": {\"a\": \"/etc/passwd\"}}", "names '/etc/passwd'"),
      ("{\"weight_map\": {\"a\": \"model.bin\"}}", "names 'model.bin'"),
    ])
  func broken(_ text: String, _ word: String) {
    let error = #expect(throws: CheckpointError.self) { try WeightIndex(Array(text.utf8), file: "i.json") }
    #expect(error?.code == "broken-checkpoint")
    #expect(error?.message.contains("i.json: the index ") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
  }

  @Test func aFileThatHoldsOtherTensorsIsNamed() throws {
    var tally = CheckpointTally()
    try tally.add(header: StoredTensors.header([.init("a", [2])]), file: "m-1.safetensors", fileSize: nil)
    try tally.add(
      header: StoredTensors.header([.init("b", [2]), .init("c", [2])]), file: "m-2.safetensors", fileSize: nil)
    func differences(_ map: String) throws -> [IndexDifference] {
      try WeightIndex(Array(Self.index(map).utf8), file: "i").differences(from: tally)
    }
    #expect(try differences(#"{"a": "m-1.safetensors", "c": "m-2.safetensors", "b": "m-2.safetensors"}"#) == [])
    #expect(
      try differences(#"{"a": "m-1.safetensors", "b": "m-2.safetensors"}"#)
        == [IndexDifference(file: "m-2.safetensors", listed: 1, held: 2)])
    // As many tensors, and one of another name.
    #expect(
      try differences(#"{"x": "m-1.safetensors", "b": "m-2.safetensors", "c": "m-2.safetensors"}"#)
        == [IndexDifference(file: "m-1.safetensors", listed: 1, held: 1)])
  }
}

/// Which files vLLM 0.33.0 takes (`default_loader.py _prepare_weights`).
@Suite struct CheckpointFilesTests {
  @Test(
    "the files that vLLM loads are chosen",
    arguments: [
      (["model.safetensors", "config.json"], CheckpointFiles.safetensors(["model.safetensors"], index: nil)),
      (
        ["model-1-of-2.safetensors", "model-2-of-2.safetensors", "model.safetensors.index.json", "extra.safetensors"],
        .safetensors(
          ["extra.safetensors", "model-1-of-2.safetensors", "model-2-of-2.safetensors"],
          index: "model.safetensors.index.json")
      ),
      // Mistral's own format goes before the shards beside it.
      (
        ["consolidated.safetensors", "model-1-of-1.safetensors", "model.safetensors.index.json"],
        .safetensors(["consolidated.safetensors"], index: nil)
      ),
      (
        ["consolidated-1.safetensors", "consolidated.safetensors.index.json"],
        .safetensors(["consolidated-1.safetensors"], index: "consolidated.safetensors.index.json")
      ),
      // What lies in folders below is not looked for.
      (["original/model.safetensors", "weights.safetensors"], .safetensors(["weights.safetensors"], index: nil)),
      (["pytorch_model.bin", "model.safetensors"], .safetensors(["model.safetensors"], index: nil)),
      (["pytorch_model.bin", "training_args.bin", "x.pt"], .pickled(["pytorch_model.bin"])),
      (["x.pt", "optimizer.pt"], .pickled(["x.pt"])), (["training_args.bin", "optimizer.pt"], .none),
      (["model-Q4_K_M.gguf"], .gguf(["model-Q4_K_M.gguf"])), (["config.json"], .none), ([], .none),
      ([".hidden.safetensors"], .none),
      // None of the files of an index was downloaded: they are missing, not absent.
      (["model.safetensors.index.json"], .safetensors([], index: "model.safetensors.index.json")),
    ] as [([String], CheckpointFiles)])
  func choose(_ names: [String], _ chosen: CheckpointFiles) { #expect(CheckpointFiles(names: names) == chosen) }

  @Test func filesThatTheIndexDoesNotListAreLeft() throws {
    let text = #"{"weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors"}}"#
    let index = try WeightIndex(Array(text.utf8), file: "i")
    let both = ["m-1.safetensors", "m-2.safetensors"]
    #expect(try CheckpointFiles.listed(by: index, among: both + ["x.safetensors"], folder: "f") == both)
    let error = #expect(throws: CheckpointError.self) {
      try CheckpointFiles.listed(by: index, among: ["m-1.safetensors"], folder: "f")
    }
    #expect(error?.code == "missing-shard")
    #expect(error?.message.contains("f: 'm-2.safetensors' is not there") == true)
  }
}

import Foundation
import ModelFiles

/// A folder with a config.json, for as long as a test runs.
func withConfig<Result>(_ config: String, _ body: (String) throws -> Result) throws -> Result {
  try withFolder { folder in
    try config.write(toFile: folder + "/config.json", atomically: false, encoding: .utf8)
    return try body(folder)
  }
}

func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plimsoll-" + UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// A small dense model, with members replaced, added, or, where nil, left out.
func smallConfig(_ changes: [String: JSON?] = [:]) -> String {
  var object = JSONObject()
  object["architectures"] = ["LlamaForCausalLM"]
  object["model_type"] = "llama"
  object["hidden_size"] = 2048
  object["intermediate_size"] = 8192
  object["num_hidden_layers"] = 16
  object["num_attention_heads"] = 32
  object["num_key_value_heads"] = 8
  object["vocab_size"] = 32000
  object["max_position_embeddings"] = 8192
  object["torch_dtype"] = "bfloat16"
  for (key, value) in changes { object[key] = value }
  return JSON.object(object).serialized(pretty: true)
}

import Deployments
import ModelFiles
import Testing

/// A flag of a file, as the words that vLLM makes of it. Expected: `load_config_file`, asked of vLLM 0.33.0.
@Suite struct FlagWordsTests {
  @Test(
    "A value of a file becomes the words that vLLM makes of it",
    arguments: [
      ("port", 12323, ["--port", "12323"]),
      ("gpu-memory-utilization", 0.9, ["--gpu-memory-utilization", "0.9"]),
      ("max_model_len", "32k", ["--max_model_len", "32k"]),
      ("--max-model-len", "32k", ["--max-model-len", "32k"]),
      ("quantization", nil, ["--quantization", "None"]),
      ("enforce-eager", true, ["--enforce-eager"]),
      ("enable-prefix-caching", false, ["--no-enable-prefix-caching"]),
      ("trust-remote-code", false, ["--no-trust-remote-code"]),
      ("disable-log-stats", false, []),
      ("port", false, []),
      ("cudagraph-capture-sizes", [1, 2, 4], ["--cudagraph-capture-sizes", "1", "2", "4"]),
      ("served-model-name", [], []),
      ("served-model-name", ["a", nil, true], ["--served-model-name", "a", "None", "True"]),
      (
        "compilation-config", ["cudagraph_mode": "NONE", "pass_config": ["fuse_norm_quant": true]],
        ["--compilation-config", #"{"cudagraph_mode":"NONE","pass_config":{"fuse_norm_quant":true}}"#]
      ),
    ] as [(String, JSON, [String])])
  func words(_ name: String, _ value: JSON, _ words: [String]) {
    #expect(FlagWords.words(name: name, value: value) == words)
  }
}

import Testing

@testable import ModelFiles

/// What a checkpoint leaves unquantized is matched as its method matches it in vLLM 0.33.0.
@Suite struct IgnoredModulesTests {
  @Test(
    "Patterns match as Python's re.match does",
    arguments: [
      ("model\\.layers\\.\\d+\\.mlp\\.gate$", "model.layers.12.mlp.gate", true),
      ("model\\.layers\\.\\d+\\.mlp\\.gate$", "model.layers.12.mlp.gate_proj", false),
      (".*lm_head", "language_model.lm_head", true),
      (".*self_attn.*", "model.layers.0.self_attn.qkv_proj", true),
      ("self_attn", "model.layers.0.self_attn.qkv_proj", false),
      ("model\\.layers\\.[0-2]\\..*", "model.layers.2.mlp.down_proj", true),
      ("model\\.layers\\.[0-2]\\..*", "model.layers.3.mlp.down_proj", false),
      ("(vision|audio)_tower.*", "audio_tower.layers.0", true),
      ("a+b?c", "aac", true),
    ])
  func patterns(_ text: String, _ name: String, _ matches: Bool) throws {
    #expect(try #require(NamePattern(text)).matches(name) == matches)
  }

  @Test(
    "A pattern that is not understood is no pattern, never one that matches nothing",
    arguments: ["(?!x)a", "a{2}", "("])
  func refused(_ text: String) {
    #expect(NamePattern(text) == nil)
  }

  @Test("fp8 wants whole names, and a fused linear is left alone only where all of its parts are")
  func exact() {
    let ignored = IgnoredModules.exact([
      "model.layers.0.self_attn.q_proj", "model.layers.0.self_attn.k_proj", "lm_head",
    ])
    let parts = ["q_proj", "k_proj", "v_proj"].map { "model.layers.0.self_attn." + $0 }
    #expect(ignored.covers("lm_head", fusing: []))
    #expect(!ignored.covers("model.lm_head", fusing: []))
    #expect(!ignored.covers("model.layers.0.self_attn.qkv_proj", fusing: parts))
    #expect(ignored.covers("model.layers.0.self_attn.qkv_proj", fusing: Array(parts.dropLast())))
  }

  @Test("AWQ wants a part of the name, ModelOpt a shell pattern, and neither leaves all alone where nothing is listed")
  func parts() {
    #expect(IgnoredModules.substring(["self_attn"]).covers("model.layers.3.self_attn.o_proj", fusing: []))
    #expect(!IgnoredModules.substring([]).covers("model.layers.3.self_attn.o_proj", fusing: []))
    #expect(IgnoredModules.wildcards(["model.layers.*.mlp.gate"]).covers("model.layers.7.mlp.gate", fusing: []))
    #expect(!IgnoredModules.wildcards(["*.mlp.gate"]).covers("model.layers.7.mlp.up_proj", fusing: []))
    #expect(IgnoredModules.wildcards(["model.layers.*"]).covers("model.layers.7.mlp.up_proj", fusing: []))
    #expect(!IgnoredModules.wildcards(["model.layers.1*"]).covers("model.layers.21.mlp.up_proj", fusing: []))
    #expect(IgnoredModules.wildcards(["lm_head"]).covers("model.lm_head.0", fusing: []))
    #expect(!IgnoredModules.wildcards(["lm_head"]).covers("model.head_lm", fusing: []))
    #expect(IgnoredModules.wildcards(["h"]).covers("lm_head", fusing: []))
    #expect(IgnoredModules.wildcards(["*"]).covers("x", fusing: []))
    #expect(!IgnoredModules.none.covers("lm_head", fusing: []))
  }
}

import Foundation
import ModelFiles
import Testing

/// Story 13: what an image costs, and how many a prompt may have.
@Suite struct ImageAcceptanceTests {
  /// Tokens of 1920 × 1080 by each model's processor, worked out in ImageTokensTests and docs/multimodal.md.
  static let models: [(name: String, tokens: Int)] = [
    ("qwen2.5-vl-7b", 2691), ("qwen2-vl-7b", 2691), ("qwen3-vl-8b", 2040), ("qwen3-vl-30b", 2040),
    ("Qwen/Qwen3.5-27B", 2040), ("qwen3.6-35b", 2040), ("gemma-3-27b", 260), ("gemma-4-31b", 266),
    ("llava-1.5-7b", 576), ("mistral-small-3.2-24b", 1736), ("ministral-3-8b", 1736), ("llama-4-scout", 2322),
    ("moonshotai/Kimi-K2.5", 2691),
  ]

  @Test("An image's tokens are those of the served model's processor", arguments: models)
  func tokens(_ name: String, _ tokens: Int) throws {
    let plan = try document("fit \(name) --gpu h200:8 -tp 2 --max-model-len 32768 --image 1920x1080")
    #expect(plan.int("images.tokens") == tokens)
    #expect(plan.int("images.per_prompt") == 32_767 / tokens)
    #expect(plan.at("images.unknown") == .null)
    #expect(try JSONSchema(named: "fit").complaints(about: plan) == [])
  }

  @Test("Twelve images are at worst twelve of the costliest")
  func worst() throws {
    let plan = try document(
      "fit qwen2.5-vl-7b --gpu h100 --max-model-len 32768 --image 1920x1080 --limit-mm-per-prompt '{\"image\": 12}'")
    #expect(plan.int("images.max_tokens_per_image") == 16_384)
    #expect(plan.int("images.worst_prompt_tokens") == 12 * 16_384)
    #expect(plan.int("images.limit_per_prompt") == 12)
    // More than the 8,192 tokens of a step.
    #expect(plan.int("images.encoder_budget_tokens") == 16_384)
    #expect(plan.int("images.encoded_at_once") == 16_384 / 2691)
  }

  @Test("What is taken for granted is named, and preprocessor_config.json takes its place")
  func assumptions() throws {
    let line = "--gpu h100 --max-model-len 8192 --image 1920x1080"
    let preset = try document("fit qwen2.5-vl-7b " + line)
    #expect(preset.at("images.assumptions") == ["max_pixels 12845056", "min_pixels 3136"])
    let model = try plimsoll("presets models qwen2.5-vl-7b").json()
    let config = try #require(model["config"])
    try withConfig(config.serialized(pretty: false)) { folder in
      let settings = "{\"min_pixels\": 3136, \"max_pixels\": 1003520}"
      try settings.write(toFile: folder + "/preprocessor_config.json", atomically: true, encoding: .utf8)
      let plan = try plimsoll(["fit", folder] + words(line + " --json")).json()
      // √(2,073,600 / 1,003,520) = 1.43747: 1080 and 1920 over that and 28 are 26.8 and 47.7; 26 · 47.
      #expect(plan.int("images.tokens") == 26 * 47)
      #expect(plan.int("images.max_tokens_per_image") == 1280)
      #expect(plan.at("images.assumptions") == [])
    }
  }

  @Test("A model without images, or whose processor is not modelled, is named and the plan stands")
  func unknown() throws {
    let text = try document("fit qwq-32b --gpu a100-80gb --max-model-len 8192 --image 10x10")
    #expect(text.text("images.unknown") == "Qwen2ForCausalLM takes no images")
    #expect(text.text("verdict") == "fits")
    let vision = try document("fit phi-3-vision-128k --gpu h100 --max-model-len 8192 --image 10x10")
    #expect(vision.text("images.unknown") == "the image processor of Phi3VForCausalLM is not modelled")
    #expect(vision.at("images.tokens") == .null)
    let long = try document("fit qwen2.5-vl-7b --gpu h100 --max-model-len 8192 --image 5000x10")
    #expect(long.text("images.unknown")?.contains("200 times") == true)
  }

  @Test("Without --image there is no such key; a size that is none is a wrong command line")
  func absent() throws {
    #expect(try document("fit qwen2.5-vl-7b --gpu h100 --max-model-len 8192").at("images") == nil)
    #expect(plimsoll("fit qwen2.5-vl-7b --gpu h100 --image 1920").status == 2)
  }
}

import CommandLineKit
import ModelFiles
import Testing

/// Quantized checkpoints that vLLM or plimsoll does not take, and GPUs that do not take them.
@Suite struct QuantizationInputTests {
  struct Unread: CustomTestStringConvertible {
    var testDescription: String
    var quantization: JSON
    var words: [String]

    init(_ name: String, _ quantization: JSON, _ words: String...) {
      (testDescription, self.quantization, self.words) = (name, quantization, words)
    }
  }

  private static func groups(_ weights: JSON) -> JSON {
    [
      "quant_method": "compressed-tensors", "format": "pack-quantized", "ignore": ["lm_head"],
      "config_groups": ["group_0": ["targets": ["Linear"], "weights": weights]],
    ]
  }

  static let unreadOnes: [Unread] = [
    Unread("GGUF", ["quant_method": "gguf"], "gguf", "plugin only since 0.24.0"),
    Unread("bitsandbytes", ["quant_method": "bitsandbytes", "load_in_4bit": true], "bitsandbytes", "since 0.28.0"),
    Unread(
      "bitsandbytes in 8 bits", ["quant_method": "bitsandbytes", "load_in_4bit": false, "load_in_8bit": true],
      "bitsandbytes", "since 0.28.0"),
    Unread("a plug-in's", ["quant_method": "exl3", "bits": 4], "vLLM has no quantization method 'exl3'"),
    Unread("dropped", ["quant_method": "hqq"], "vLLM has no quantization method 'hqq'", "compressed-tensors"),
    Unread("not modelled", ["quant_method": "quark"], "does not model the quantization method 'quark'"),
    Unread(
      "unsymmetric GPTQ", ["quant_method": "gptq", "bits": 4, "group_size": 128, "sym": false],
      "quantization_config.sym is false"),
    Unread(
      "GPTQ in order of activation", ["quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": true],
      "desc_act is true", "no longer loads"),
    Unread("3 bits", ["quant_method": "gptq", "bits": 3, "group_size": 128], "bits is 3", "4 or 8"),
    Unread(
      "a group without a kernel", ["quant_method": "gptq", "bits": 4, "group_size": 256], "group_size is 256", "128"),
    Unread(
      "a scheme without a kernel", groups(["num_bits": 4, "type": "float", "strategy": "group", "group_size": 64]),
      "the compressed-tensors scheme", "float4 by group"),
    Unread(
      "ordered by activation",
      groups(["num_bits": 4, "type": "int", "strategy": "group", "group_size": 128, "actorder": "group"]),
      "actorder group", "static ordering"),
    Unread(
      "ModelOpt's unknown", ["quant_method": "modelopt", "quant_algo": "INT3"], "modelopt INT3", "NVFP4"),
  ]

  @Test("A checkpoint whose method has no plan exits 4 and names it", arguments: unreadOnes)
  func unread(_ mistake: Unread) throws {
    try withConfig(smallConfig(["quantization_config": mistake.quantization])) { folder in
      let answer = plimsoll(["fit", folder, "--gpu", "h100"])
      #expect(answer.status == 4)
      for word in mistake.words { #expect(answer.err.contains(word), "\(answer.err)") }
      let plan = try plimsoll(["fit", folder, "--gpu", "h100", "--json"]).json()
      #expect(plan.text("verdict") == "unknown")
    }
  }

  static let awq: JSON = ["quant_method": "awq", "bits": 4, "group_size": 128, "zero_point": true]

  /// Of a model 2,048 wide with networks of 8,192: what a group does not divide, and what a GPU lacks.
  static let refusedOnes: [(JSON, String, [String])] = [
    (
      ["quant_method": "awq", "bits": 4, "group_size": 96, "zero_point": true], "h100",
      ["2048 inputs a rank", "groups of 96"]
    ),
    (groups(["num_bits": 4, "type": "int", "strategy": "group", "group_size": 96]), "h100", ["groups of 96"]),
    // 8,192 over 32 ranks are 256, and 2,048 are 64: half a group.
    (awq, "h100:32 -tp 32", ["64 inputs a rank", "groups of 128", "(32)"]),
    (awq, "v100-32gb", ["awq", "minimum compute capability 7.5", "7.0"]),
    (["quant_method": "gptq", "bits": 4, "group_size": 128], "v100-32gb", ["gptq", "7.5"]),
    (["quant_method": "fp8", "activation_scheme": "dynamic"], "v100-32gb", ["fp8", "7.5"]),
    (["quant_method": "modelopt", "quant_algo": "FP8"], "t4", ["modelopt", "minimum compute capability 8.0", "7.5"]),
    (["quant_method": "mxfp8"], "t4", ["modelopt_mxfp8", "8.0"]),
  ]

  @Test("A group that does not divide and a GPU too old are refused with the rule", arguments: refusedOnes)
  func refused(_ quantization: JSON, _ gpu: String, _ wanted: [String]) throws {
    try withConfig(smallConfig(["quantization_config": quantization])) { folder in
      let answer = plimsoll(["fit", folder, "--gpu"] + words(gpu))
      #expect(answer.status == 1)
      for word in wanted { #expect(answer.out.contains(word), "\(answer.out)") }
    }
  }

  @Test("A T4 computes in float16, is refused bfloat16, and runs 8-bit floats weight-only")
  func turing() throws {
    try withConfig(smallConfig()) { folder in
      let plan = try plimsoll(["fit", folder, "--gpu", "t4", "--json"]).json()
      #expect(plan.text("flags.dtype") == "float16")
      let refused = plimsoll(["fit", folder, "--gpu", "t4", "--dtype", "bfloat16"])
      #expect(refused.status == 1)
      for word in ["bfloat16 needs compute capability 8.0", "7.5", "--dtype half"] {
        #expect(refused.out.contains(word))
      }
    }
    // Gemma 3 does not run in float16 either, so that a T4 computes it in float32: twice the bytes.
    let gemma: [String: JSON?] = [
      "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "sliding_window": 512,
    ]
    try withConfig(smallConfig(gemma)) { folder in
      let plan = try plimsoll(["fit", folder, "--gpu", "t4", "--json"]).json()
      #expect(plan.text("flags.dtype") == "float32")
      let halves = try plimsoll(["fit", folder, "--gpu", "l4", "--json"]).json()
      #expect(plan.int("kv_cache.block_bytes") == (halves.int("kv_cache.block_bytes") ?? 0) * 2)
    }
  }

  @Test("Quantizing at load asks for the GPU that the method needs")
  func atLoad() throws {
    try withConfig(smallConfig()) { folder in
      let line = ["fit", folder, "--quantization", "fp8_per_channel", "--gpu"]
      #expect(plimsoll(line + ["l40s"]).status == 0)
      let refused = plimsoll(line + ["a100-80gb-sxm"])
      #expect(refused.status == 1)
      for word in ["fp8_per_channel", "8.9", "8.0"] { #expect(refused.out.contains(word), "\(refused.out)") }
      let unknown = plimsoll(["fit", folder, "--gpu", "b200", "--quantization", "nvfp4_per_token", "--json"])
      #expect(unknown.status == 4)
      let plan = try unknown.json()
      #expect(plan.text("verdict") == "unknown")
    }
  }

  @Test(
    "8-bit floats on a GPU without tensor cores for them name the kernel",
    arguments: [
      ("t4", true), ("a100-80gb-sxm", true), ("l40s", false), ("h100", false),
    ])
  func weightOnly(_ gpu: String, _ isNamed: Bool) throws {
    let quantization: JSON = ["quant_method": "fp8", "activation_scheme": "dynamic"]
    try withConfig(smallConfig(["quantization_config": quantization])) { folder in
      let plan = try plimsoll(["fit", folder, "--gpu", gpu, "--json"]).json()
      let notes = plan.items("findings").filter { $0.text("code") == "weight-only-kernel" }
      #expect(notes.count == (isNamed ? 1 : 0))
      if isNamed { #expect(notes.first?.text("message")?.contains("Marlin") == true) }
    }
  }

  @Test("A quantization without quant_method is planned as vLLM builds it, unquantized, with a warning")
  func overlooked() throws {
    let quantization: JSON = ["quant_algo": "FP8", "producer": ["name": "modelopt", "version": "0.31.0"]]
    let plain = try withConfig(smallConfig()) { try plimsoll(["fit", $0, "--gpu", "h100", "--json"]).json() }
    try withConfig(smallConfig(["quantization_config": quantization])) { folder in
      let plan = try plimsoll(["fit", folder, "--gpu", "h100", "--json"]).json()
      #expect(plan.int("rank.weights.tensor_bytes") == plain.int("rank.weights.tensor_bytes"))
      #expect(plan.findings("warning").contains("quantization-overlooked"))
    }
  }

  @Test("A name in the list of unquantized modules that no module has is said, with the nearest")
  func slipOfThePen() throws {
    let quantization: JSON = [
      "quant_method": "fp8", "modules_to_not_convert": ["lm_head", "model.layers.0.mlp.dwon_proj", "model.mtp.fc9"],
    ]
    try withConfig(smallConfig(["quantization_config": quantization])) { folder in
      let notes = try plimsoll(["fit", folder, "--gpu", "h100", "--json"]).json().items("findings")
        .filter { $0.text("code") == "ignored-module-unknown" }
      #expect(notes.count == 1)
      for word in ["model.layers.0.mlp.dwon_proj", "down_proj"] {
        #expect(notes.first?.text("message")?.contains(word) == true)
      }
    }
  }

  static let whatIfs: [(String, Int32, String)] = [
    ("awk", 2, "'awk' is none of awq, gptq"), ("awk", 2, "did you mean 'awq'"), ("", 2, "'' is none of awq, gptq"),
    ("compressed-tensors", 2, "stores weights of many methods; write compressed-tensors:4"),
    ("compressed-tensors:8", 2, "stores weights of many methods"),
    ("awq:5", 2, "awq has 4 bits; 5 is not one"), ("gptq:3", 2, "gptq has 4 or 8 bits; 3 is not one"),
    ("awq:", 2, "awq has 4 bits; '' is not one"), ("awq:four", 2, "awq has 4 bits; 'four' is not one"),
    ("awq:4:100", 2, "awq has groups of 128, 64 or 32; 100 is not one"),
    ("nvfp4:4:32", 2, "nvfp4 has groups of 16; 32 is not one"), ("fp8:8:128", 2, "fp8 has no groups; leave out ':128'"),
    ("fp8:8:1:1", 2, "'fp8:8:1:1' is not METHOD:BITS:GROUP"),
    ("exl3", 2, "'exl3' is no quantization method of vLLM (a plug-in or a fork loads it)"),
    ("gguf:4", 2, "'gguf' is no quantization method of vLLM"),
    ("bitsandbytes", 4, "bitsandbytes"), ("bitsandbytes:8", 2, "bitsandbytes has 4 bits; 8 is not one"),
    ("fp8:8:[64, 128]", 2, "fp8 has no groups; leave out ':[64, 128]'"),
  ]

  @Test("What no tool makes is no what-if", arguments: whatIfs)
  func whatIf(_ text: String, _ status: Int32, _ word: String) {
    let answer = plimsoll(["fit", "QwQ-32B", "--gpu", "h100", "--what-if-quantization", text])
    #expect(answer.status == status)
    #expect(answer.err.contains(word), "\(answer.err)")
  }

  @Test("A what-if of a quantized checkpoint is a contradiction, one of a preset says what the line needs")
  func whatIfOfAPreset() throws {
    let twice = plimsoll(["fit", "Qwen/Qwen3-32B-FP8", "--gpu", "h100", "--what-if-quantization", "awq"])
    #expect(twice.status == 4)
    #expect(twice.err.contains("quantized already"))
    let plan = try plimsoll(
      words("fit QwQ-32B --gpu h100 --max-model-len 8192 --what-if-quantization awq:4:128 --json")
    ).json()
    #expect(plan.text("verdict") == "fits")
    #expect(plan.findings("note").contains("what-if-quantization"))
  }
}

import CommandLineKit
import Foundation
import ModelFiles
import Testing

/// What is wrong with a command line or an input is said on standard error, names the nearest valid word, and gives no
/// number.
@Suite struct BadInputTests {
  private static let gpu = "fit QwQ-32B --gpu a100-80gb-sxm "

  struct Mistake: CustomTestStringConvertible {
    var line: String
    var status: Int32
    var words: [String]

    init(_ line: String, _ status: Int32, _ words: String...) {
      self.line = line
      self.status = status
      self.words = words
    }

    var testDescription: String { line }
  }

  static let commandLines: [Mistake] = [
    Mistake("fit", 2, "missing argument MODEL"),
    Mistake("ift QwQ-32B", 2, "unknown command 'ift'", "did you mean 'fit'"),
    Mistake("presets gpu", 2, "'gpu' is none of models, gpus, engines", "did you mean 'gpus'"),
    Mistake("presets models --since 2026-13", 2, "--since: '2026-13'", "YYYY-MM", "01 to 12"),
    Mistake("presets models --since 2026-00", 2, "--since: '2026-00'", "01 to 12"),
    Mistake("presets models --since 2026-6", 2, "--since: '2026-6'", "YYYY-MM"),
    Mistake("presets models --since 2026-06-01", 2, "--since: '2026-06-01'", "YYYY-MM"),
    Mistake("presets models --since last-year", 2, "--since: 'last-year'", "YYYY-MM"),
    Mistake("presets models --since ''", 2, "--since: ''", "YYYY-MM"),
    Mistake("presets gpus h1000", 2, "no preset 'h1000'", "did you mean 'h100-80gb-sxm'"),
    Mistake("presets engines 0.33", 2, "no preset '0.33'", "did you mean '0.33.0'"),
    Mistake("fit QwQ-32B extra --gpu h100", 2, "unexpected argument 'extra'"),
    Mistake("fit QwQ-32B --gpu a100-80gb-sxn", 2, "no accelerator 'a100-80gb-sxn'", "did you mean 'a100-80gb-sxm'"),
    Mistake("fit QwQ-32B --gpu zzz", 2, "no accelerator 'zzz'", "presets gpus"),
    Mistake("fit QwQ-32B --gpu a100", 2, "'a100'", "'a100-40gb-sxm'", "'a100-80gb-pcie'"),
    Mistake("fit QwQ-32B --gpu ''", 2, "no accelerator ''"),
    Mistake("fit QwQ-32B --gpu h100:0", 2, "'h100:0'", "count from 1 on"),
    Mistake("fit QwQ-32B --gpu h100:-1", 2, "'h100:-1'"),
    Mistake("fit QwQ-32B --gpu h100:two", 2, "'h100:two'"),
    Mistake("fit QwQ-32B --gpu", 2, "'--gpu' needs a value"),
    Mistake(gpu + "--max-modl-len 4096", 2, "unknown option '--max-modl-len'", "did you mean '--max-model-len'"),
    Mistake(gpu + "--gpu-memry 80GiB", 2, "unknown option '--gpu-memry'", "did you mean '--gpu-memory'"),
    Mistake(gpu + "--no-max-model-len", 2, "unknown option '--no-max-model-len'"),
    Mistake(gpu + "--kv-cache-dtype fp9", 2, "'fp9'", "did you mean 'fp8'", "bfloat16"),
    Mistake(gpu + "--dtype bf16", 2, "'bf16'", "bfloat16"),
    Mistake(gpu + "-O9", 2, "'9'", "0, 1, 2, 3"),
    Mistake(gpu + "--max-model-len", 2, "--max-model-len needs a value"),
    Mistake(gpu + "--max-model-len ''", 2, "--max-model-len", "whole number"),
    Mistake(gpu + "--max-model-len 1e9", 2, "'1e9'"),
    Mistake(gpu + "--max-model-len 25.6K", 2, "'25.6K'", "did you mean '25.6k'"),
    Mistake(gpu + "--max-model-len 9223372036854775807", 2, "read up to 2147483647"),
    Mistake(gpu + "--max-num-seqs 99999999999999999999", 2, "'99999999999999999999'"),
    Mistake(gpu + "--max-num-seqs 1k", 2, "'1k'"),
    Mistake(gpu + "--max-num-batched-tokens 9223372036854775807", 2, "read up to 2147483647"),
    Mistake(gpu + "--num-gpu-blocks-override 9223372036854775807", 2, "read up to 2147483647"),
    Mistake(gpu + "--kv-cache-memory-bytes 9223372036854775807", 2, "read up to 1024 TiB"),
    Mistake(gpu + "--kv-cache-memory-bytes 8Gigs", 2, "--kv-cache-memory-bytes needs a size"),
    Mistake(gpu + "--available-kv-cache-memory 9223372036854775807", 2, "1024 TiB"),
    Mistake(gpu + "--gpu-memory-utilization x", 2, "--gpu-memory-utilization needs a number"),
    Mistake(gpu + "--enable-prefix-caching=true", 2, "takes no value"),
    Mistake(gpu + "--compilation-config '{\"cudagraph_mode\":'", 2, "--compilation-config needs JSON"),
    Mistake(gpu + "--gpu-memory 80", 2, "--gpu-memory", "'80' is not a size", "79.14GiB"),
    Mistake(gpu + "--gpu-memory 80Gigs", 2, "'80Gigs' is not a size"),
    Mistake(gpu + "--gpu-memory 0GiB", 2, "'0GiB' is not a size"),
    Mistake(gpu + "--gpu-memory=-1GiB", 2, "'-1GiB' is not a size"),
    Mistake(gpu + "--gpu-memory 8000000TiB", 2, "beyond the 1024 TiB"),
    Mistake(gpu + "--gpu-free 70", 2, "--gpu-free", "'70' is not a size"),
    Mistake(gpu + "--min-headroom 5", 2, "--min-headroom", "'5' is not a size"),
    Mistake(gpu + "--min-concurrency nan", 2, "--min-concurrency", "'nan'"),
    Mistake(gpu + "--measured wieghts=70GiB", 2, "'wieghts'", "did you mean 'weights'"),
    Mistake(gpu + "--measured weights=70", 2, "'70' is not a size"),
    Mistake(gpu + "--measured weights", 2, "TERM=SIZE"),
    Mistake(gpu + "--nodes 0", 2, "--nodes"),
    Mistake(gpu + "--entry-point srve", 2, "'srve'", "did you mean 'serve'"),
    Mistake(gpu + "--env X", 2, "--env", "NAME=VALUE", "'X'"),
    Mistake(gpu + "--env VLLM_USE_V2_MODEL_RUNNER=maybe", 2, "VLLM_USE_V2_MODEL_RUNNER", "'maybe'"),
    Mistake(gpu + "--vllm latest", 2, "--vllm", "'latest' is no release of vLLM", "0.33.0"),
    Mistake("fit --gpu h100 -- python serve.py", 2, "'serve.py' is a program of its own"),
    Mistake("fit --gpu h100 -- vllm bench serve", 2, "'vllm bench' is not planned"),
    Mistake("fit --gpu h100 -- vllm serve", 2, "the line names no model"),
    Mistake("fit --gpu h100 -- vllm serve QwQ-32B again", 2, "unexpected argument 'again'"),
    Mistake("fit QwQ-32B --gpu h100 -- vllm serve QwQ-32B", 2, "before '--' and after it"),
    Mistake("fit --gpu h100 -tp 2 -- vllm serve QwQ-32B", 2, "belong after '--'"),
    Mistake("fit --gpu h100 -- vllm serve QwQ-32B --max-modl-len 1", 2, "did you mean '--max-model-len'"),
    Mistake("fit --gpu h100 -- vllm serve QwQ-32B --nnodes some", 2, "--nnodes", "'some'", "whole number from 1 on"),
    Mistake("fit --gpu h100 -- vllm serve QwQ-32B --nnodes 0", 2, "--nnodes", "'0'"),
    Mistake(gpu + "--nodes 9223372036854775807", 2, "--nodes", "more than are planned"),
    Mistake("fit QwQ-32B --instance p5.48xlarge --nodes 9223372036854775807", 2, "--nodes", "more than are planned"),
    Mistake("recommend QwQ-32B --instance p5.48xlarge --nodes 4611686018427387904", 2, "--nodes"),
    Mistake("recommend QwQ-32B --gpu h100 -dp 2147483647", 2, "2147483647 accelerators", "4096 that are searched"),
    Mistake("recommend QwQ-32B --gpu h100 -tp 2147483647 -pp 2147483647 -dp 2147483647", 2, "4096 that are searched"),
    Mistake("solve QwQ-32B --gpu h100 --nodes 4611686018427387904", 2, "--nodes"),
    Mistake("solve QwQ-32B --gpu h100:65536", 2, "65536 accelerators", "4096 that are searched"),
    Mistake("solve QwQ-32B --gpu h100:8 -tp 0", 2, "--tensor-parallel-size (0) must be greater than 0"),
    Mistake("solve QwQ-32B --gpu h100:8 -pp 0,2", 2, "--pipeline-parallel-size", "sizes begin at 1"),
    Mistake("solve QwQ-32B --gpu h100:8 -dp -1", 2, "--data-parallel-size (-1) must be greater than 0"),
    Mistake(
      "solve QwQ-32B --gpu h100:8 -tp 2147483647 -pp 2147483647 -dp 2147483647", 2, "the smallest layout asked for"),
  ]

  @Test("A wrong command line computes nothing and exits 2", arguments: commandLines)
  func usage(_ mistake: Mistake) throws {
    let answer = plimsoll(mistake.line)
    #expect(answer.status == mistake.status)
    #expect(answer.out.isEmpty)
    for word in mistake.words { #expect(answer.err.contains(word), "\(answer.err)") }
    #expect(answer.err.hasPrefix("plimsoll: "))
    #expect(answer.err.split(separator: "\n").count == 2)

    let told = plimsoll(withJSON(words(mistake.line)))
    #expect(told.status == mistake.status)
    let error = try told.json()
    #expect(error.text("schema") == "plimsoll.error/1")
    #expect(error.text("code")?.isEmpty == false)
    // The nearest words are a list of their own here.
    for word in mistake.words {
      if word.hasPrefix("did you mean '"), error.text("message")?.contains(word) == false {
        #expect(error.texts("suggestions").contains(String(word.dropFirst(14).prefix { $0 != "'" })), "\(word)")
      } else {
        let isSuggested = error.texts("suggestions").contains { "'\($0)'" == word }
        #expect(isSuggested || error.text("message")?.contains(word) == true, "\(word)")
      }
    }
    #expect(!told.err.isEmpty)
  }

  /// Flags that vLLM reads and then refuses: its rule is named, and no number comes of a value that is none.
  static let refusals: [Mistake] = [
    Mistake(gpu + "--gpu-memory-utilization 0", 1, "gpu_memory_utilization", "greater than 0"),
    Mistake(gpu + "--gpu-memory-utilization 1.5", 1, "gpu_memory_utilization", "less than or equal to 1"),
    Mistake(gpu + "--gpu-memory-utilization nan", 1, "gpu_memory_utilization"),
    Mistake(gpu + "--gpu-memory-utilization=-0.5", 1, "gpu_memory_utilization"),
    Mistake(gpu + "--max-model-len 40961", 1, "40961", "max_position_embeddings=40960"),
    Mistake(gpu + "--max-model-len 0", 1, "max_model_len"),
    Mistake(gpu + "--max-num-seqs 0", 1, "--max-num-seqs", "greater than 0"),
    Mistake(gpu + "--max-num-seqs=-5", 1, "--max-num-seqs"),
    Mistake(gpu + "--max-num-batched-tokens 0", 1, "--max-num-batched-tokens"),
    Mistake(gpu + "--block-size 0", 1, "--block-size"),
    Mistake(gpu + "--block-size 17", 1, "block_size"),
    Mistake(gpu + "-tp 0", 1, "--tensor-parallel-size"),
    Mistake(gpu + "-pp 65", 1, "pipeline parallel size (65)", "64"),
    Mistake(gpu + "-pp 2 --env VLLM_PP_LAYER_PARTITION=-5,69", 1, "VLLM_PP_LAYER_PARTITION"),
    Mistake(gpu + "-pp 2 --env VLLM_PP_LAYER_PARTITION=1,2", 1, "VLLM_PP_LAYER_PARTITION", "sum to 3"),
    Mistake(gpu + "-tp 3", 1, "attention heads (40)", "(3)"),
    // 32 heads of text, 16 of the image tower, which is cut too.
    Mistake("fit gemma-3-27b-it --gpu h100:32", 1, "encoder's attention heads: 16", "(32)"),
    // 9,728 inputs over 8 ranks are 1,216 = 9.5 blocks of 128.
    Mistake("fit Qwen/Qwen3-4B-FP8 --gpu h100:8", 1, "input_size_per_partition = 1216", "block_k = 128"),
    Mistake("fit QwQ-32B --gpu h100:7", 1, "attention heads (40)", "(7)"),
    Mistake("fit QwQ-32B --gpu h100:2 -tp 8", 1, "need 8 accelerators", "2 are there"),
    Mistake("fit QwQ-32B --gpu h100:2 -tp 2 -pp 2", 1, "need 4 accelerators", "2 are there"),
    Mistake(gpu + "--attention-backend NO_SUCH", 1, "NO_SUCH"),
    Mistake(gpu + "--compilation-config.cudagraph_mode=NOPE", 1, "cudagraph_mode 'NOPE'"),
  ]

  @Test("What vLLM would refuse is refused with its rule", arguments: refusals)
  func refused(_ mistake: Mistake) throws {
    let answer = plimsoll(mistake.line)
    #expect(answer.status == mistake.status)
    #expect(answer.out.contains("REFUSED"))
    for word in mistake.words { #expect(answer.out.contains(word), "\(answer.out)") }
    let plan = try document(mistake.line)
    #expect(plan.text("verdict") == "refused")
    #expect(plan.at("run") == .null)
    #expect(!plan.findings("error").isEmpty)
  }

  static let models: [Mistake] = [
    Mistake("fit QwQ-33B --gpu h100", 4, "no model preset 'QwQ-33B'", "did you mean 'Qwen/QwQ-32B'"),
    Mistake("fit Qwen/QwQ-32X --gpu h100", 4, "'Qwen/QwQ-32X'", "did you mean 'Qwen/QwQ-32B'"),
    Mistake("fit zzzzzz --gpu h100", 4, "'zzzzzz'", "presets models"),
    Mistake("fit /nowhere/model --gpu h100", 4, "/nowhere/model"),
    Mistake("fit '' --gpu h100", 4, "''"),
    Mistake("fit /dev/null --gpu h100", 4, "/dev/null", "the text ends"),
    Mistake("fit \(#filePath) --gpu h100", 4, "BadInputTests.swift", "line 1"),
  ]

  @Test("A model that cannot be had exits 4, with the nearest name", arguments: models)
  func model(_ mistake: Mistake) throws {
    try expectUnknown(words(mistake.line), mistake.words)
  }

  /// Exit 4, a sentence with these words, and under `--json` verdict `unknown` without a number.
  private func expectUnknown(_ line: [String], _ wanted: [String]) throws {
    let answer = plimsoll(line)
    #expect(answer.status == 4)
    #expect(answer.out.isEmpty)
    for word in wanted { #expect(answer.err.contains(word), "\(answer.err)") }
    let told = plimsoll(line + ["--json"])
    #expect(told.status == 4)
    #expect(!told.err.isEmpty)
    let plan = try told.json()
    #expect(plan.text("verdict") == "unknown")
    for word in wanted { #expect(plan.text("summary")?.contains(word) == true, "\(plan.text("summary") ?? "")") }
    for key in ["rank", "stages", "kv_cache", "limits", "run"] { #expect(plan.at(key) == .null) }
  }

  struct Config: CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var words: [String]

    init(_ name: String, _ text: String, _ words: [String]) {
      testDescription = name
      self.text = text
      self.words = words
    }
  }

  static let configs: [Config] = [
    Config("empty", "", ["line 1, column 1"]),
    Config("blank", " \n\n", ["the text ends"]),
    Config("not JSON", "hidden_size: 4096", ["line 1, column 1"]),
    Config("cut off", "{\"architectures\": [\"LlamaForCausalLM\"", ["the text ends"]),
    Config(
      "200 lists deep", String(repeating: "[", count: 200) + String(repeating: "]", count: 200), ["nested too deep"]),
    Config(
      "200 objects deep", String(repeating: "{\"a\":", count: 200) + "1" + String(repeating: "}", count: 200),
      ["nested too deep"]
    ),
    Config("a list", "[1, 2]", ["array", "object"]),
    Config("no architecture", smallConfig(["architectures": nil]), ["architectures is missing"]),
    Config("no class named", smallConfig(["architectures": []]), ["architectures"]),
    Config("an unheard of class", smallConfig(["architectures": ["FooForCausalLM"]]), ["FooForCausalLM"]),
    Config("a class as a word", smallConfig(["architectures": "LlamaForCausalLM"]), ["architectures", "array"]),
    Config("negative", smallConfig(["num_hidden_layers": -16]), ["num_hidden_layers is -16", "from 1 to"]),
    Config("zero", smallConfig(["num_attention_heads": 0]), ["num_attention_heads is 0"]),
    Config("no KV heads", smallConfig(["num_key_value_heads": 0]), ["num_key_value_heads is 0"]),
    Config("huge", smallConfig(["hidden_size": 1_000_000_000_000_000_000]), ["hidden_size is 1000000000000000000"]),
    Config(
      "KV heads that do not divide the heads", smallConfig(["num_key_value_heads": 7]),
      ["num_attention_heads (32) is no multiple of num_key_value_heads (7)"]),
    Config("huge KV heads", smallConfig(["num_key_value_heads": .integer(1 << 61)]), ["num_key_value_heads"]),
    Config("huge head", smallConfig(["head_dim": .integer(1 << 60)]), ["head_dim"]),
    Config("huge length", smallConfig(["max_position_embeddings": .integer(1 << 62)]), ["max_position_embeddings"]),
    Config(
      "past 64 bits", smallConfig(["vocab_size": .bigInteger("1" + String(repeating: "0", count: 30))]), ["vocab_size"]),
    Config("a fraction", smallConfig(["hidden_size": 2048.5]), ["hidden_size is 2048.5"]),
    Config("a string", smallConfig(["hidden_size": "2048"]), ["hidden_size is the string"]),
    Config("a list for a number", smallConfig(["num_hidden_layers": [16]]), ["num_hidden_layers is an array"]),
    Config("null for a number", smallConfig(["hidden_size": .null]), ["hidden_size is null"]),
    Config("an unheard of type", smallConfig(["torch_dtype": "int4"]), ["torch_dtype", "int4", "bfloat16"]),
    Config("text_config a word", smallConfig(["text_config": "x"]), ["text_config"]),
    Config(
      "an unmodelled method", smallConfig(["quantization_config": ["quant_method": "zip", "bits": 4]]), ["'zip'"]),
    Config("a method of a wrong kind", smallConfig(["quantization_config": [1]]), ["quantization_config"]),
    Config(
      "blocks of nothing",
      smallConfig(["quantization_config": ["quant_method": "fp8", "weight_block_size": [0, 128]]]),
      ["weight_block_size[0] is 0"]
    ),
    Config(
      "a factor past all", smallConfig(["rope_scaling": ["rope_type": "yarn", "factor": 1e300]]),
      ["rope_scaling.factor"]
    ),
  ]

  @Test("A config that says nothing sensible exits 4 and names the key or the place", arguments: configs)
  func config(_ config: Config) throws {
    try withConfig(config.text) { folder in
      try expectUnknown(["fit", folder, "--gpu", "h100"], config.words)
      try expectUnknown(["fit", folder + "/config.json", "--gpu", "h100"], config.words)
      // Without a GPU no number may come of it either.
      #expect(plimsoll(["fit", folder]).status == 4)
    }
  }

  @Test("A key with a default of the model class may be left out; one without it may not")
  func defaults() throws {
    // LlamaConfig of transformers: num_key_value_heads is num_attention_heads where it is absent.
    try withConfig(smallConfig(["num_key_value_heads": nil])) { folder in
      let plan = try plimsoll(["fit", folder, "--gpu", "h100", "--json"]).json()
      // 16 layers × 2 × 32 heads × 64 × 2 B × 16 tokens.
      #expect(plan.int("kv_cache.block_bytes") == 16 * 2 * 32 * 64 * 2 * 16)
    }
  }

  @Test("Folders and files in each other's place, and files that may not be read, exit 4")
  func places() throws {
    try withFolder { folder in
      try expectUnknown(["fit", folder, "--gpu", "h100"], ["config.json", "no such file"])
      try FileManager.default.createDirectory(atPath: folder + "/config.json", withIntermediateDirectories: false)
      try expectUnknown(["fit", folder, "--gpu", "h100"], ["config.json", "is a folder"])
      try expectUnknown(["fit", folder + "/config.json/deeper", "--gpu", "h100"], ["deeper"])
    }
    try withConfig(smallConfig()) { folder in
      try expectUnknown(["fit", folder + "/config.json/config.json", "--gpu", "h100"], ["config.json"])
      let weights = folder + "/model.safetensors"
      #expect(FileManager.default.createFile(atPath: weights, contents: Data()))
      try expectUnknown(["fit", weights, "--gpu", "h100"], ["model.safetensors", "its header"])
    }
  }

  @Test("A config that may not be read exits 4", .enabled(if: NSUserName() != "root"))
  func permission() throws {
    try withConfig(smallConfig()) { folder in
      let config = folder + "/config.json"
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: config)
      try expectUnknown(["fit", folder, "--gpu", "h100"], ["config.json", "ermission"])
    }
  }

  @Test(
    "Patches that go into no image, and images that no encoder sees, are said to be wrong",
    arguments: ["llama4", "gemma3", "mistral3"], [("patch_size", 4_000), ("image_size", 1 << 20)])
  func images(kind: String, wrong: (key: String, value: Int)) throws {
    let texts = ["llama4": "llama4_text", "gemma3": "gemma3_text", "mistral3": "mistral"]
    let classes = ["llama4": "Llama4", "gemma3": "Gemma3", "mistral3": "Mistral3"]
    func size(_ key: String, _ usual: Int) -> JSON { .integer(wrong.key == key ? wrong.value : usual) }
    let vision: JSON = [
      "hidden_size": 1024, "num_hidden_layers": 4, "num_attention_heads": 16, "intermediate_size": 4096,
      "patch_size": size("patch_size", 14), "image_size": size("image_size", 896),
    ]
    let own = smallConfig(["architectures": nil, "model_type": .string(texts[kind] ?? "")])
    let architecture = (classes[kind] ?? "") + "ForConditionalGeneration"
    let config: JSON = [
      "architectures": .array([.string(architecture)]), "model_type": .string(kind), "torch_dtype": "bfloat16",
      "text_config": try JSON.parse(Array(own.utf8)), "vision_config": vision,
    ]
    try withConfig(config.serialized(pretty: true)) { folder in
      try expectUnknown(["fit", folder, "--gpu", "h100", "--max-model-len", "4096"], [wrong.key])
    }
  }

  @Test("However many images a prompt may have, the plan ends", arguments: [Int.max, 1 << 50])
  func manyImages(count: Int) {
    for seqs in ["1", "256", "2147483647"] {
      let answer = plimsoll([
        "fit", "qwen2.5-vl-7b-instruct", "--gpu", "h100", "--max-num-seqs", seqs, "--limit-mm-per-prompt",
        "{\"image\": \(count)}",
      ])
      #expect([0, 1, 2, 4].contains(answer.status))
    }
  }

  /// Numbers at the ends of what is read; a product of two of them must not pass 64 bits unseen.
  private static let ends = ["2147483647", "2147483632", "1048576", "1", "0", "-1", "1T", "1024TiB", "1e300", "nan"]

  @Test("No flag's extreme value, alone or beside another, ends the process")
  func extremes() throws {
    let flags = [
      "--max-model-len", "--max-num-seqs", "--max-num-batched-tokens", "--block-size", "--num-gpu-blocks-override",
      "--kv-cache-memory-bytes", "--tensor-parallel-size", "--pipeline-parallel-size", "--data-parallel-size",
      "--decode-context-parallel-size", "--max-cudagraph-capture-size", "--gpu-memory-utilization", "--gpu-memory",
      "--gpu-free", "--available-kv-cache-memory",
    ]
    for (index, flag) in flags.enumerated() {
      for (turn, end) in Self.ends.enumerated() {
        let other = flags[(index + turn + 1) % flags.count]
        let model = turn % 2 == 0 ? "mistral-7b-instruct-v0.1" : "deepseek-v2-lite"
        let line = [
          "fit", model, "--gpu", "h100", "\(flag)=\(end)", "\(other)=\(Self.ends[(turn * 3) % Self.ends.count])",
        ]
        let answer = plimsoll(line)
        #expect([0, 1, 2, 4].contains(answer.status))
        #expect(!answer.out.isEmpty || !answer.err.isEmpty)
      }
    }
  }
}

import ModelFiles
import Testing

/// vLLM's own spellings, and what is ours beside them.
@Suite struct GrammarTests {
  private static let gpu = "fit QwQ-32B --gpu a100-80gb-sxm:4 "

  /// A document without the findings, which may name a flag as it was typed.
  private func plan(_ line: String, without keys: [String] = ["findings"]) throws -> JSON {
    guard case .object(var object) = try document(line) else { return .null }
    for key in keys { object[key] = nil }
    return .object(object)
  }

  @Test(
    "Different spellings say the same",
    arguments: [
      (gpu + "-tp 4", [gpu + "-tp=4", gpu + "--tensor-parallel-size 4", gpu + "--tensor_parallel_size=4", gpu]),
      (
        gpu + "--max-model-len 32000",
        [gpu + "--max-model-len 32k", gpu + "--max_model_len=32k", gpu + "--max-model-len 32_000"]
      ),
      (gpu + "--max-model-len 32768", [gpu + "--max-model-len 32K", gpu + "--max-model-len=32K"]),
      (gpu + "--max-model-len 25600", [gpu + "--max-model-len 25.6k"]),
      (
        gpu + "--max-model-len auto",
        [gpu + "--max-model-len -1", gpu + "--max-model-len=-1", gpu + "--max-model-len AUTO"]
      ),
      (gpu + "-O0", [gpu + "-O 0", gpu + "-O=0", gpu + "--optimization-level 0", gpu + "--optimization_level=0"]),
      (
        gpu + "--compilation-config '{\"cudagraph_mode\": \"NONE\"}'",
        [
          gpu + "--compilation-config.cudagraph_mode=NONE", gpu + "--compilation_config.cudagraph_mode NONE",
          gpu + "-cc.cudagraph_mode=NONE",
        ]
      ),
      (gpu + "--no-enable-prefix-caching", [gpu + "--disable-prefix-caching", gpu + "--no_enable_prefix_caching"]),
      (
        gpu + "--gpu-memory-utilization 0.9",
        [gpu + "--device-memory-utilization=0.9", gpu + "--gpu_memory_utilization .9"]
      ),
      (
        gpu + "--kv-cache-memory-bytes 8589934592",
        [gpu + "--kv-cache-memory-bytes 8G", gpu + "--kv-cache-memory-bytes 8GiB", gpu + "--kv_cache_memory_bytes=8G"]
      ),
      (
        "fit QwQ-32B --gpu a100-80gb:2",
        ["fit Qwen/QwQ-32B --gpu A100-80GB:2", "fit qwq-32b --gpu=NVIDIA-A100-SXM4-80GB:2"]
      ),
    ] as [(String, [String])])
  func spellings(_ line: String, _ others: [String]) throws {
    let expected = try plan(line)
    for other in others { #expect(try plan(other) == expected, "\(other)") }
  }

  @Test("Spellings that look alike and are not the same differ")
  func different() throws {
    #expect(try document(Self.gpu + "--max-model-len 32k").int("flags.max_model_len") == 32_000)
    #expect(try document(Self.gpu + "--max-model-len 32K").int("flags.max_model_len") == 32_768)
    #expect(try plan(Self.gpu + "-O0") != plan(Self.gpu + "-O2"))
    #expect(try document(Self.gpu + "-O0").text("flags.cudagraph_mode") == "NONE")
    // vLLM reads the mode in any case.
    #expect(try document(Self.gpu + "-cc '{\"cudagraph_mode\": \"none\"}'").text("flags.cudagraph_mode") == "NONE")
    #expect(try document(Self.gpu + "--no-enable-prefix-caching").at("flags.enable_prefix_caching") == .bool(false))
    #expect(try document(Self.gpu).at("flags.enable_prefix_caching") == .bool(true))
  }

  @Test("A flag that moves no memory is accepted and changes nothing")
  func ignored() throws {
    let flags =
      "--port 8000 --host 0.0.0.0 --api-key a b --served-model-name qwq --trust-remote-code --no-enable-log-requests "
      + "--tool-call-parser hermes --enable-auto-tool-choice --seed 1 --default-mm-loras.x=y"
    #expect(try plan(Self.gpu + flags) == plan(Self.gpu))
    #expect(try document(Self.gpu + flags).findings("warning") == [])
    #expect(try plan("fit --trust-remote-code QwQ-32B --gpu a100-80gb-sxm:4") == plan(Self.gpu))
  }

  @Test(
    "A flag that moves memory and is not modelled is named in a warning",
    arguments: [
      "--enable-batch-sharded-sampling", "--max-logprobs 4", "--all2all-backend pplx", "--enable-prompt-embeds",
    ])
  func unmodelled(_ flag: String) throws {
    let plan = try document(Self.gpu + flag)
    let warnings = plan.items("findings").filter { $0.text("severity") == "warning" }
    let name = flag.split(separator: " ")[0]
    #expect(warnings.contains { $0.text("code") == "flag-not-modelled" && $0.text("message")?.hasPrefix(name) == true })
    #expect(plimsoll(Self.gpu + flag).err.contains("warning: \(name)"))
  }

  /// 0.9.1 prints the number and keeps the one that fits (v1/core/kv_cache_utils.py get_num_blocks).
  @Test("A number of blocks is followed, and 0.9.1 is said not to", arguments: [("0.9.1", false), ("0.9.2", true)])
  func blocksOverride(_ release: String, _ isFollowed: Bool) throws {
    let plan = try document(Self.gpu + "--vllm \(release) --num-gpu-blocks-override 4096")
    #expect((plan.int("kv_cache.num_blocks") == 4096) == isFollowed)
    #expect(plan.findings("warning").contains("flag-without-effect") == !isFollowed)
  }

  @Test(
    "A line of vLLM after '--' is planned as the same flags before it",
    arguments: [
      ("QwQ-32B -tp 2 --max-model-len 8k", "vllm serve QwQ-32B -tp 2 --max-model-len 8k"),
      ("QwQ-32B -tp 2 --max-model-len 8k", "vllm serve --model QwQ-32B --max-model-len 8k --tensor-parallel-size=2"),
      ("QwQ-32B -tp 2 --env VLLM_USE_V2_MODEL_RUNNER=0", "VLLM_USE_V2_MODEL_RUNNER=0 vllm serve QwQ-32B -tp 2"),
      ("QwQ-32B -tp 2", "CUDA_VISIBLE_DEVICES=0,1 vllm serve QwQ-32B --port 8000 -tp 2"),
    ])
  func line(_ direct: String, _ line: String) throws {
    for gpu in ["a100-80gb-sxm", "a100-80gb-sxm:2"] {
      // The line to run keeps the variables that the line came with.
      let expected = try plan("fit --gpu \(gpu) \(direct)", without: ["findings", "run"])
      let planned = try plan("fit --gpu \(gpu) -- \(line)", without: ["findings", "run"])
      #expect(planned == expected)
    }
  }

  @Test("A count alone means tensor parallelism, and not after '--'")
  func count() throws {
    let implied = try document("fit QwQ-32B --gpu a100-80gb-sxm:2")
    #expect(implied.int("flags.tensor_parallel_size") == 2)
    #expect(implied.int("accelerator.count") == 2)
    #expect(implied.texts("run.argv").joined(separator: " ").contains("--tensor-parallel-size 2"))
    #expect(!implied.findings("warning").contains("unused-accelerators"))

    let pipelined = try document("fit QwQ-32B --gpu a100-80gb-sxm:2 -pp 2")
    #expect(pipelined.int("flags.tensor_parallel_size") == 1)
    #expect(pipelined.int("accelerator.count") == 2)

    let left = try document("fit QwQ-32B --gpu a100-80gb-sxm:4 -tp 2")
    #expect(left.findings("warning") == ["unused-accelerators"])

    let line = try document("fit --gpu a100-80gb-sxm:2 -- vllm serve QwQ-32B --max-model-len 8192")
    #expect(line.int("flags.tensor_parallel_size") == 1)
    #expect(line.int("accelerator.count") == 1)
    #expect(line.findings("warning").contains("unused-accelerators"))

    let needed = try document("fit QwQ-32B --gpu a100-80gb-sxm -tp 4")
    #expect(needed.int("accelerator.count") == 4)
    #expect(!needed.findings("warning").contains("unused-accelerators"))
  }

  @Test("A release that is named is not called assumed, and one that is not is")
  func release() throws {
    #expect(try document(Self.gpu).at("engine.assumed") == .bool(true))
    for name in ["0.33.0", "v0.33.0"] {
      let plan = try document(Self.gpu + "--vllm \(name)")
      #expect(plan.at("engine.assumed") == .bool(false))
      #expect(plan.text("engine.release") == "0.33.0")
    }
    #expect(plimsoll(Self.gpu).out.contains("vLLM 0.33.0 (assumed)"))
    #expect(!plimsoll(Self.gpu + "--vllm 0.33.0").out.contains("assumed"))
  }

  @Test("An alias that could mean several GPUs is read as its row says, with a note")
  func alias() throws {
    let plan = try document("fit Qwen3-8B --gpu h100")
    #expect(plan.text("accelerator.id") == "h100-80gb-sxm")
    #expect(plan.findings("note").contains("gpu-name"))
  }
}

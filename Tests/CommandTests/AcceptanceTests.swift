import Foundation
import ModelFiles
import Testing

/// What users of vLLM asked for, as they would type it, with figures that their logs printed.
@Suite struct AcceptanceTests {
  /// A log of vLLM with MiniMax-M2 on two ranks: "23.25 GiB KV cache is needed, which is larger than the available KV cache
  /// memory (22.50 GiB) … the estimated maximum model length is 190272".
  ///
  /// By hand: 62 layers, 4 heads of 128 a rank, keys and values of 2 bytes, 16 tokens: 62 · 2 · 4 · 128 · 2 · 16 = 2,031,616 B
  /// a block; 196,608 / 16 = 12,288 of them are 23.25 GiB. A printed 22.50 GiB is known to 0.005 GiB, or 3 blocks.
  @Test("The KV cache is too small: what is needed, and the length that fits (story 2)")
  func repair() throws {
    let line = "fit MiniMax-M2 --gpu h100:2 -tp 2 --max-model-len 196608 --available-kv-cache-memory 22.5GiB"
    #expect(plimsoll(line).status == 1)
    let plan = try document(line)
    #expect(plan.int("kv_cache.block_bytes") == 2_031_616)
    #expect(plan.text("findings.#0.message")?.contains("needs 23.25 GiB") == true)
    let longest = try #require(plan.int("limits.max_model_len"))
    #expect((longest - 190_272).magnitude <= 4 * 16)
    let remedies = plan.items("findings").flatMap { $0.items("remedies") }
    let shorter = remedies.first { $0.texts("argv").first == "--max-model-len" }
    let length = try #require(shorter?.texts("argv").last)
    #expect(plimsoll(line + " --max-model-len " + length).status == 0)
  }

  /// A log of vLLM 0.8 with Gemma 3 27B: "GPU KV cache size: 153,200 tokens", "Maximum concurrency for 131,072 tokens per
  /// request: 1.17x" (vllm issue 15446). 153,200 tokens are 9,575 blocks of 16.
  @Test("Requests of full length at once, as the log prints them (story 4)")
  func concurrency() throws {
    let plan = try document(
      "fit gemma-3-27b-it --vllm 0.8.5 --gpu a100-80gb-sxm:2 -tp 2 --max-model-len 131072 --num-gpu-blocks-override 9575"
    )
    #expect(plan.int("kv_cache.tokens") == 153_200)
    let concurrency = try #require(plan.double("kv_cache.max_concurrency"))
    #expect((concurrency * 100).rounded() == 117)
  }

  /// 28 heads go over 1, 2, 4, 7, 14 and 28 ranks. Of these 4 KV heads go over 1, 2, 4, and 28, which each holds one of;
  /// and 152,064 rows of the vocabulary, 2⁹ · 3³ · 11, over none that 7 divides.
  @Test("Tensor parallel sizes that a model's heads allow (story 5)", arguments: Array(1...8) + [14, 28])
  func heads(_ ranks: Int) throws {
    let plan = try document("fit Qwen/Qwen2.5-7B-Instruct --gpu h100:\(ranks) -tp \(ranks)")
    #expect(plan.text("verdict") == ([1, 2, 4].contains(ranks) ? "fits" : "refused"))
    let rules = plan.findings("error")
    #expect(rules.contains("heads-divisible") == (28 % ranks != 0))
    #expect(rules.contains("kv-heads-divisible") == (4 % ranks != 0 && ranks % 4 != 0))
    #expect(rules.contains("vocabulary-divisible") == (152_064 % ranks != 0))
  }

  /// AWQ in groups of 128: 29,568 / 2 = 14,784 inputs a rank are 115.5 groups, and 231 in all are odd.
  @Test("A group of AWQ's lies on one rank (story 5)")
  func groups() throws {
    let line = "Qwen/Qwen2.5-72B-Instruct-AWQ --gpu h100:2"
    let quantized = smallConfig([
      "hidden_size": 8192, "intermediate_size": 29568, "num_attention_heads": 64,
      "quantization_config": [
        "quant_method": "awq", "bits": 4, "group_size": 128, "zero_point": true, "version": "gemm",
      ],
    ])
    try withConfig(quantized) { folder in
      #expect(try document("fit \(folder) --gpu h100:2 -tp 2").findings("error") == ["groups-divisible"])
      #expect(plimsoll("fit \(folder) --gpu h100 -tp 1").status == 0)
      let run = try document("recommend \(folder) --gpu h100:2 --goal concurrency").texts("run.argv")
      #expect(!run.contains("--tensor-parallel-size"))
    }
    // The published one is 29,696 wide, which is 232 groups.
    #expect(plimsoll("fit " + line + " -tp 2").status == 0)
  }

  /// Experts of 320 in blocks of 128: shares of 160, 80 and 40 are no whole blocks. Until 0.29 vLLM refuses that, and the
  /// whole width too (320 / 128 = 2.5); since 0.30 blocks are cut down to 32, which gcd(128, 160) = 32 allows and
  /// gcd(128, 80) = 16 and gcd(128, 40) = 8 do not. Whole experts have gcd(128, 320) = 64.
  @Test(
    "Blocks of experts in 8-bit floats lie on one rank, and whole experts are offered (story 5)",
    arguments: [
      (2, "0.29.0", false), (4, "0.29.0", false), (8, "0.13.0", false), (2, "0.33.0", true), (4, "0.33.0", false),
      (8, "0.33.0", false), (4, "0.30.0", false),
    ])
  func blocks(_ ranks: Int, _ release: String, _ starts: Bool) throws {
    let experts = smallConfig([
      "architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "num_attention_heads": 32,
      "num_key_value_heads": 8, "head_dim": 128, "moe_intermediate_size": 320, "num_experts": 64,
      "num_experts_per_tok": 8, "decoder_sparse_step": 1, "norm_topk_prob": true, "mlp_only_layers": [],
      "quantization_config": [
        "quant_method": "fp8", "weight_block_size": [128, 128], "activation_scheme": "dynamic", "fmt": "e4m3",
      ],
    ])
    try withConfig(experts) { folder in
      let line = "fit \(folder) --gpu h100:\(ranks) -tp \(ranks) --vllm \(release)"
      let plan = try document(line)
      #expect(plan.findings("error") == (starts ? [] : ["groups-divisible"]))
      guard !starts, release >= "0.30" else { return }
      let remedies = plan.items("findings").flatMap { $0.items("remedies") }
      #expect(remedies.contains { $0.texts("argv") == ["--enable-expert-parallel"] })
      #expect(plimsoll(line + " --enable-expert-parallel").status == 0)
    }
  }

  /// 3,072 / 16 = 192, which is 1.5 blocks of 128; 3,072 / 8 = 384 is three.
  @Test("A shared expert in blocks over 16 ranks is refused, and 8 with two stages offered (story 5)")
  func sharedExpert() throws {
    let shared = smallConfig([
      "intermediate_size": 3072, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 32768,
      "quantization_config": [
        "quant_method": "fp8", "weight_block_size": [128, 128], "activation_scheme": "dynamic", "fmt": "e4m3",
      ],
    ])
    try withConfig(shared) { folder in
      let plan = try document("fit \(folder) --gpu h100:16 -tp 16")
      #expect(plan.findings("error").contains("groups-divisible"))
      let remedies = plan.items("findings").flatMap { $0.items("remedies") }.map { $0.texts("argv") }
      #expect(remedies.contains(["--tensor-parallel-size", "8", "--pipeline-parallel-size", "2"]))
    }
  }

  /// GPUs of each pod or node, and `/dev/shm` where ranks share memory.
  @Test(
    "A file to commit has the GPUs of the plan, and shared memory for its ranks (story 10)",
    arguments: [
      ("kubernetes", "nvidia.com/gpu: \"2\"", "mountPath: /dev/shm"), ("lws", "nvidia.com/gpu: \"2\"", "/dev/shm"),
      ("helm", "requestGPU: 2", "shmSize:"), ("compose", "count: 2", "shm_size:"),
      ("slurm", "--gpus-per-node=2", "#SBATCH"), ("ray", "tensor_parallel_size: 2", "num_replicas: 1"),
      ("systemd", "--tensor-parallel-size 2", "ExecStart="), ("docker", "--gpus 2", "--shm-size="),
    ])
  func manifests(_ format: String, _ gpus: String, _ memory: String) {
    let answer = plimsoll("recommend QwQ-32B --gpu h100:2 -tp 2 --format \(format)")
    #expect(answer.status == 0)
    #expect(answer.out.contains(gpus) && answer.out.contains(memory))
  }

  @Test(
    "A --config file that is recommended is read back as the deployment that was recommended (story 10)",
    arguments: [
      "QwQ-32B --gpu h100:2", "gpt-oss-20b --gpu h100 --enable-prefix-caching", "deepseek-v3 --gpu h200:8",
      "qwen2.5-vl-7b-instruct --gpu l40s", "llama-3.1-8b --gpu l4:4 --goal concurrency",
      "qwen3-30b-a3b --gpu h100:4 --goal concurrency --kv-cache-dtype fp8",
      "llama-3.1-8b --gpu a100-80gb-sxm --enable-lora --max-loras 4 --max-lora-rank 32",
    ])
  func readBack(_ asked: String) throws {
    let answer = try document("recommend " + asked)
    let found = plimsoll("recommend \(asked) --format config")
    #expect(found.status == 0)
    try withFolder { folder in
      let file = folder + "/vllm.yaml"
      try found.out.write(toFile: file, atomically: true, encoding: .utf8)
      let gpu = String(words(asked)[2].prefix { $0 != ":" }) + ":64"
      let plan = try plimsoll(["fit", "--gpu", gpu, "--json", "--", "vllm", "serve", "--config", file]).json()
      #expect(plan.text("verdict") == "fits")
      let run = try plimsoll(["fit", "--gpu", gpu, "--json", "--"] + answer.texts("run.argv")).json()
      #expect(plan.at("flags") == run.at("flags"))
      #expect(plan.at("kv_cache") == run.at("kv_cache"))
    }
  }

  @Test("Two nodes of eight: by vLLM's own processes, and by Ray; tensor parallel over both is named (story 16)")
  func nodes() throws {
    let run = try document("recommend deepseek-v3 --gpu h100:16 --nodes 2").texts("run.argv")
    for (flag, size) in [("--tensor-parallel-size", "8"), ("--pipeline-parallel-size", "2")] {
      let place = try #require(run.firstIndex(of: flag))
      #expect(run[place + 1] == size)
    }
    let line = "recommend deepseek-v3 --gpu h100:16 --nodes 2 --format "
    let group = plimsoll(line + "lws").out
    for words in ["size: 2", "--nnodes=$(LWS_GROUP_SIZE)", "--headless", "nvidia.com/gpu: \"8\""] {
      #expect(group.contains(words), "\(words)")
    }
    let job = plimsoll(line + "slurm").out
    for words in ["#SBATCH --nodes=2", "--gpus-per-node=8", "--nnodes \"$SLURM_NNODES\"", "--headless"] {
      #expect(job.contains(words), "\(words)")
    }
    #expect(plimsoll(line + "ray").out.contains("pipeline_parallel_size: 2"))
    let across = try document("fit deepseek-v3 --gpu h100:16 --nodes 2 -tp 16")
    #expect(across.findings("warning").contains("tensor-parallel-across-nodes"))
    let within = try document("fit deepseek-v3 --gpu h100:16 --nodes 2 -tp 8 -pp 2")
    #expect(!within.findings("warning").contains("tensor-parallel-across-nodes"))
  }
}

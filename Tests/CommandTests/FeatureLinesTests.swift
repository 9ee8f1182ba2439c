import ModelFiles
import Testing

/// Features that take or give memory, each as a line of its own.
@Suite struct FeatureLinesTests {
  static func line(_ feature: String, _ plan: JSON) -> JSON? {
    plan.items("rank.features").first { $0.text("feature") == feature }
  }

  @Test func maxLoRARankScalesTheLoRALine() throws {
    let low = try document("fit llama-3.1-8b --gpu h100 --enable-lora --max-loras 4 --max-lora-rank 16")
    let high = try document("fit llama-3.1-8b --gpu h100 --enable-lora --max-loras 4 --max-lora-rank 256")
    let slots = try #require(Self.line("lora_slots", low)?.int("bytes"))
    // 32 layers of 81,920 elements for each unit of rank, and the ends twice 128,256 + 4,096.
    #expect(slots == 2 * 4 * 16 * (32 * 81_920 + 2 * 132_352))
    #expect(Self.line("lora_slots", high)?.int("bytes") == 16 * slots)
    #expect(Self.line("lora_slots", low)?.text("inside") == "weights")
    let none = try document("fit llama-3.1-8b --gpu h100")
    let less = (none.int("rank.kv_cache.bytes") ?? 0) - (low.int("rank.kv_cache.bytes") ?? 0)
    #expect(less >= slots)
    #expect(!low.items("findings").contains { $0.text("code") == "flag-not-modelled" })
  }

  @Test func adaptersAreRefusedWhereTheClassTakesNone() throws {
    let config = smallConfig(["architectures": ["StableLmForCausalLM"], "model_type": "stablelm"])
    let plan = try withConfig(config) { try plimsoll(["fit", $0] + words("--gpu h100 --enable-lora --json")).json() }
    #expect(plan.text("verdict") == "refused")
    #expect(plan.text("findings.#0.code") == "lora")
  }

  @Test func theVocabularyUnderAnAdaptedHeadIsBounded() throws {
    let config = smallConfig(["vocab_size": 262_144])
    func verdict(_ flags: String) throws -> String? {
      try withConfig(config) { folder in
        try plimsoll(["fit", folder] + words("--gpu h100 --json --enable-lora " + flags)).json().text("verdict")
      }
    }
    #expect(try verdict("") == "refused")
    #expect(try verdict("--lora-target-modules o_proj") == "fits")
  }

  @Test func weightsInHostMemoryMakeRoomForTheCache() throws {
    let line = "fit llama-3.3-70b-instruct --gpu h100 --max-model-len 8192"
    #expect(try document(line).text("verdict") == "does-not-fit")
    let plan = try document(line + " --cpu-offload-gb 80")
    #expect(plan.text("verdict") == "fits")
    let offloaded = try #require(Self.line("cpu_offload", plan)?.int("bytes"))
    // At least the limit, and at most a gate and up projection of 2 · 8,192 · 57,344 B more.
    #expect(offloaded >= 80 << 30 && offloaded < 80 << 30 + 2 * 8192 * 57_344)
    #expect(Self.line("cpu_offload", plan)?.text("inside") == "host")
    let whole = try document("fit llama-3.3-70b-instruct --gpu h200 --max-model-len 8192")
    #expect(
      plan.int("rank.weights.tensor_bytes") == (whole.int("rank.weights.tensor_bytes") ?? 0) - offloaded)
  }

  @Test func hostMemoryAndSleepTakeNothingOfTheGPU() throws {
    let plain = try document("fit llama-3.1-8b --gpu h100:2")
    let plan = try document("fit llama-3.1-8b --gpu h100:2 --kv-offloading-size 64 --enable-sleep-mode")
    // 64 GiB over two TP ranks.
    #expect(Self.line("kv_offload", plan)?.int("bytes") == 32 << 30)
    #expect(Self.line("kv_offload", plan)?.text("inside") == "host")
    #expect(Self.line("sleep_mode", plan)?.text("inside") == "none")
    #expect(plan.int("kv_cache.num_blocks") == plain.int("kv_cache.num_blocks"))
  }

  @Test(
    "A connector that knows no groups of layers makes windows keep everything; others leave the plan as it is",
    arguments: [
      ("{\"kv_connector\":\"NixlConnector\",\"kv_role\":\"kv_both\"}", false),
      ("{\"kv_connector\":\"LMCacheConnectorV1\",\"kv_role\":\"kv_both\"}", true),
      (
        "{\"kv_connector\":\"MultiConnector\",\"kv_role\":\"kv_both\",\"kv_connector_extra_config\":{\"connectors\":["
          + "{\"kv_connector\":\"NixlConnector\"},{\"kv_connector\":\"LMCacheMPConnector\"}]}}", true
      ),
    ])
  func connectors(_ settings: String, _ isOff: Bool) throws {
    let line = "fit gemma-3-27b-it --gpu h100 --max-model-len 16384 --available-kv-cache-memory 20GiB --json"
    let plan = try plimsoll(words(line) + ["--kv-transfer-config", settings]).json()
    let whole = try document(line + " --disable-hybrid-kv-cache-manager")
    let plain = try document(line)
    #expect(plan.int("kv_cache.blocks_per_request") == (isOff ? whole : plain).int("kv_cache.blocks_per_request"))
    #expect(whole.int("kv_cache.block_bytes") != plain.int("kv_cache.block_bytes"))
    #expect(plan.int("kv_cache.block_bytes") == (isOff ? whole : plain).int("kv_cache.block_bytes"))
    #expect(Self.line("kv_offload", plan)?.text("inside") == "host")
  }

  @Test("A hybrid without the hybrid manager is refused, as vLLM refuses it")
  func hybridWithoutItsManager() throws {
    let line = "fit qwen3-next-80b-a3b-instruct --gpu h100 --tensor-parallel-size 4 --available-kv-cache-memory 20GiB "
    #expect(try document(line).text("verdict") == "fits")
    let plan = try document(line + "--disable-hybrid-kv-cache-manager")
    #expect(plan.text("verdict") == "refused")
    #expect(plan.findings("error") == ["kv-cache-grouping"])
  }

  @Test("A connector that vLLM does not have is named, and with LMCache the size is its server's to keep")
  func foreignConnector() throws {
    let line = "fit llama-3.1-8b --gpu h100 --json "
    let plan = try plimsoll(words(line) + ["--kv-transfer-config", "{\"kv_connector\":\"Mine\"}"]).json()
    #expect(plan.findings("warning").contains("kv-connector"))
    let cache = try document(line + "--kv-offloading-size 64 --kv-offloading-backend lmcache")
    #expect(Self.line("kv_offload", cache)?.int("bytes") == 0)
  }

  /// DeepSeek-V3 at TP 8: 58 layers, 256 experts and 32 copies, a window of 1,000 steps.
  @Test func theBalancersMapsAreCounted() throws {
    let line = "fit deepseek-v3 --gpu h200:16 -tp 8 -dp 2 -ep --enable-eplb --eplb-config.num_redundant_experts=32"
    let plan = try document(line)
    let indices: Int = 8 * 288 + 8 * 256 * 1024 + 8 * 256
    let loads: Int = 4 * 288 * 1001 + 8 * 256
    let maps = 58 * (indices + loads)
    // One layer's 18 experts of 3 · 2,048 · 7,168 B, with float32 scales of 128 × 128 blocks.
    let layer = 18 * (3 * 2048 * 7168 + 4 * 3 * 16 * 56)
    #expect(Self.line("expert_balancer", plan)?.int("bytes") == maps + layer)
    #expect(Self.line("expert_balancer", plan)?.text("inside") == "persistent_buffers")
    // T · DP · 8 rows of two buffers as wide as the hidden state, in bfloat16, for the other half of a batch.
    let twice = try document(line + " --enable-dbo")
    #expect(Self.line("second_workspace", twice)?.int("bytes") == 8192 * 2 * 8 * 2 * 7168 * 2)
    let parts = try document(line + " --ubatch-size 3")
    #expect(Self.line("second_workspace", parts)?.int("bytes") == 2 * 8192 * 2 * 8 * 2 * 7168 * 2)
  }
}

import ModelFiles
import Testing

/// Figures and limits that the command line states, in place of what is estimated.
@Suite struct KnownBetterTests {
  private static let gpu = "fit QwQ-32B --gpu a100-80gb-sxm --max-model-len 8192 "

  @Test("--kv-cache-memory-bytes is the cache: 8 GiB are 2,048 blocks of 4 MiB, and utilization plays no part")
  func kvCacheMemory() throws {
    let plan = try document(Self.gpu + "--kv-cache-memory-bytes 8GiB --gpu-memory-utilization 0.5")
    #expect(plan.int("kv_cache.num_blocks") == 2048)
    // 8,192 tokens are 512 blocks.
    #expect(plan.double("kv_cache.max_concurrency") == 4)
    #expect(plan.int("kv_cache.tokens") == 32_768)
    #expect(plan.int("flags.kv_cache_memory_bytes") == 8 << 30)
    #expect(plan.text("rank.kv_cache.basis") == "exact")
    #expect(!plan.texts("run.argv").contains("--gpu-memory-utilization") || plan.text("verdict") == "fits")
  }

  @Test("--num-gpu-blocks-override is the number of blocks, and one request must still fit in them")
  func blocksOverride() throws {
    let plan = try document(Self.gpu + "--num-gpu-blocks-override 1000")
    #expect(plan.int("kv_cache.num_blocks") == 1000)
    // 1,000 / 512 requests of 8,192.
    #expect(plan.double("kv_cache.max_concurrency") == 1000.0 / 512)
    #expect(plan.int("kv_cache.tokens") == 16_000)
    // 512 blocks and the null block are needed.
    #expect(try document(Self.gpu + "--num-gpu-blocks-override 512").text("verdict") == "does-not-fit")
    #expect(try document(Self.gpu + "--num-gpu-blocks-override 513").text("verdict") == "fits")
    // The longest is that of the blocks, not of the memory: 512 × 16.
    let longest = try document(Self.gpu + "--num-gpu-blocks-override 513")
    #expect(longest.int("limits.max_model_len_by_memory") == 8192)
    let fitted = try document(Self.gpu + "--max-model-len auto --num-gpu-blocks-override 101")
    #expect(fitted.texts("run.argv").contains("1600"))
    // 20,000 blocks of 4 MiB are 78 GiB beside 61 of weights.
    let large = try document(Self.gpu + "--num-gpu-blocks-override 20000")
    #expect(large.text("verdict") == "does-not-fit")
    #expect(large.text("findings.#0.message")?.contains("cache of 78.13 GiB") == true)
  }

  @Test("--block-size doubles a block and halves their number; a size that no backend reads is refused")
  func blockSize() throws {
    let memory = "--available-kv-cache-memory 8GiB "
    let sixteen = try document(Self.gpu + memory)
    let large = try document(Self.gpu + memory + "--block-size 32")
    #expect(large.int("kv_cache.block_size") == 32)
    #expect(large.int("kv_cache.block_bytes") == 2 * 4_194_304)
    #expect(large.int("kv_cache.num_blocks") == 1024)
    #expect(sixteen.int("kv_cache.num_blocks") == 2048)
    #expect(large.int("kv_cache.tokens") == sixteen.int("kv_cache.tokens"))
    #expect(plimsoll(Self.gpu + "--block-size 17").status == 1)
  }

  @Test("--max-model-len auto shortens the length to what the cache holds, in whole blocks less the null block")
  func auto() throws {
    // 2,000 MiB are 500 blocks of 4 MiB, one of them the null block: 499 × 16.
    let plan = try document(
      "fit QwQ-32B --gpu a100-80gb-sxm --max-model-len auto --available-kv-cache-memory 2000MiB")
    #expect(plan.texts("run.argv").isEmpty || plan.texts("run.argv").contains("7984"))
    #expect(plan.int("limits.max_model_len_by_memory") == 7984)
    #expect(plan.findings("note").contains("length-fitted"))
    // Where all of it fits, nothing is shortened.
    let whole = try document("fit QwQ-32B --gpu a100-80gb-sxm:2 --max-model-len auto")
    #expect(whole.texts("run.argv").contains("40960"))
  }

  @Test(
    "--measured puts a figure in a term's place, exactly, and says so",
    arguments: ["weights", "activation", "persistent_buffers", "non_torch", "cuda_graphs"])
  func measured(_ term: String) throws {
    let plan = try document(Self.gpu + "--measured \(term)=3GiB")
    #expect(plan.int("rank.\(term).bytes") == 3 << 30)
    #expect(plan.int("rank.\(term).low_bytes") == 3 << 30)
    #expect(plan.int("rank.\(term).high_bytes") == 3 << 30)
    #expect(plan.text("rank.\(term).basis") == "measured")
  }

  @Test("Measured total and free take the place of the preset's")
  func total() throws {
    let plan = try document(Self.gpu + "--measured total=79GiB --measured free=78GiB")
    #expect(plan.int("accelerator.total_bytes") == 79 << 30)
    #expect(plan.int("accelerator.free_bytes") == 78 << 30)
  }

  @Test("--gpu-free decides the start-up check: less free than is asked for does not start")
  func free() throws {
    // 0.92 × 79.215 = 72.88 GiB are asked for.
    let short = try document(Self.gpu + "--gpu-free 72GiB")
    #expect(short.text("verdict") == "does-not-fit")
    #expect(short.text("limiting") == "startup_check")
    #expect(short.findings("error").contains("startup-check"))
    let message = short.items("findings").first { $0.text("code") == "startup-check" }?.text("message") ?? ""
    #expect(message.contains("72.88 GiB") && message.contains("72.00 GiB"))
    #expect(try document(Self.gpu + "--gpu-free 78.7GiB").findings("error") == [])
  }

  @Test(
    "The size on the box given as the memory is a finding, and what CUDA reports is not", arguments: ["80GiB", "80GB"])
  func marketing(_ size: String) throws {
    let plan = try document(Self.gpu + "--gpu-memory \(size)")
    let finding = plan.items("findings").first { $0.text("code") == "marketing-size" }
    #expect(finding?.text("severity") == "warning")
    #expect(finding?.text("message")?.contains("79.21 GiB") == true)
    #expect(try !document(Self.gpu + "--gpu-memory 79.14GiB").findings("warning").contains("marketing-size"))
  }

  @Test("A GPU of which only the memory is known is planned, and called unnamed")
  func unnamed() throws {
    let plan = try document("fit Qwen3-8B --gpu-memory 79GiB --max-model-len 8192")
    #expect(plan.int("accelerator.total_bytes") == 79 << 30)
    #expect(plan.text("accelerator.id") == "unnamed")
    #expect(plan.text("verdict") == "fits")
    let note = plan.items("findings").first { $0.text("code") == "gpu-name" }?.text("message")
    #expect(note?.hasPrefix("no GPU is named") == true)
  }

  @Test("A gate that is missed exits 1 and is a finding, and one that is met does not")
  func gates() throws {
    // 8 GiB hold 4 requests of 8,192, which are 32,768 tokens.
    let base = Self.gpu + "--kv-cache-memory-bytes 8GiB "
    #expect(plimsoll(base).status == 0)
    for (gate, met) in [
      ("--min-concurrency 4", true), ("--min-concurrency 4.01", false), ("--min-kv-tokens 32768", true),
      ("--min-kv-tokens 32769", false),
    ] {
      #expect(plimsoll(base + gate).status == (met ? 0 : 1), "\(gate)")
      #expect(try document(base + gate).findings("error").isEmpty == met)
    }
    // Of 79.14 GiB 0.92 are asked for and 6.33 GiB are not, less what a context takes.
    #expect(plimsoll(Self.gpu + "--min-headroom 1GiB").status == 0)
    #expect(plimsoll(Self.gpu + "--min-headroom 6.33GiB").status == 1)
    #expect(try document(Self.gpu + "--min-headroom 6.33GiB").findings("error") == ["min-headroom"])
  }

  @Test("--strict exits 3 where it is tight, and --exit-zero 0 whatever the answer")
  func exitStatuses() {
    let tight = "fit QwQ-32B --gpu a100-80gb-sxm --max-model-len auto "
    #expect(plimsoll(tight).status == 0)
    #expect(plimsoll(tight + "--strict").status == 3)
    #expect(plimsoll(Self.gpu + "--strict").status == 0)
    #expect(plimsoll(tight + "--strict --exit-zero").status == 0)
    for line in [
      "fit QwQ-32B --gpu a100-80gb-sxm --gpu-memory-utilization 0.9", "fit QwQ-32B --gpu h100:3",
      "fit QwQ-32B --gpu tpu-v5p", "fit nope --gpu h100",
      Self.gpu + "--min-kv-tokens 999999999",
    ] {
      #expect(plimsoll(line).status != 0, "\(line)")
      #expect(plimsoll(line + " --exit-zero").status == 0, "\(line)")
      #expect(plimsoll(line + " --exit-zero --json").status == 0, "\(line)")
    }
    // A wrong command line is no answer.
    #expect(plimsoll("fit QwQ-32B --gpu nope --exit-zero").status == 2)
  }

  @Test("--quiet is silent on a clear yes, and else one line on standard error")
  func quiet() {
    let yes = plimsoll(Self.gpu + "--quiet")
    #expect(yes.status == 0 && yes.out.isEmpty && yes.err.isEmpty)
    for (line, word) in [
      ("fit QwQ-32B --gpu a100-80gb-sxm --max-model-len auto", "tight"),
      ("fit QwQ-32B --gpu a100-80gb-sxm --gpu-memory-utilization 0.9", "does-not-fit"),
      ("fit QwQ-32B --gpu h100:3", "refused"),
      ("fit QwQ-32B --gpu tpu-v5p", "unknown"), (Self.gpu + "--min-kv-tokens 999999999", "fits, but"),
    ] {
      let answer = plimsoll(line + " --quiet")
      #expect(answer.out.isEmpty)
      #expect(answer.err.hasPrefix("plimsoll: \(word)"), "\(answer.err)")
      #expect(answer.err.split(separator: "\n").count == 1)
    }
    // Verdict, need, room and the first remedy.
    let no = plimsoll("fit QwQ-32B --gpu a100-80gb-sxm --gpu-memory-utilization 0.9 --quiet").err
    #expect(no.contains("10.00 GiB") && no.contains("is left") && no.contains("try --"))
  }
}

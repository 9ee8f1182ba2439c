import Foundation
import ModelFiles
import Testing

@testable import PlimsollCommand

/// `plimsoll solve`: what is valid on the GPUs that there are.
@Suite struct SolveTests {
  /// The rows of a CSV by the names of its columns.
  private func rows(_ line: String) -> [[String: String]] {
    let lines = plimsoll(line + " --csv").out.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let head = lines.first else { return [] }
    return lines.dropFirst().map { row in
      #expect(row.count == head.count)
      return Dictionary(uniqueKeysWithValues: zip(head, row))
    }
  }

  @Test("28 heads on 4 KV heads and 152,064 rows go over 1, 2 or 4 GPUs, and each other size is named with its rule")
  func legalTensorSizes() throws {
    // 28 % 8 ≠ 0; 7 neither divides 4 KV heads nor is a multiple of them, nor is 14; 152,064 = 2^9·297 is no multiple of 7.
    let line = "solve qwen2.5-7b-instruct --gpu h100:28 --pipeline-parallel-size 1 --data-parallel-size 1 --all"
    #expect(Set(rows(line).compactMap { $0["tensor_parallel_size"] }) == ["1", "2", "4"])
    let text = plimsoll("solve qwen2.5-7b-instruct --gpu h100:8 --tensor-parallel-size 8")
    #expect(text.status == 1)
    #expect(text.out.contains("TP 8: Total number of attention heads (28) must be divisible"))
  }

  @Test("Inputs of 29,568 are 231 groups of 128, which two ranks cannot share")
  func groups() throws {
    let answer = try document(
      "solve qwen2.5-72b-instruct --what-if-quantization awq --gpu h100:4 --pipeline-parallel-size 1 --data-parallel-size 1"
    )
    let excluded = answer.items("exclusions").filter { $0.text("code") == "groups-divisible" }
    #expect(excluded.flatMap { $0.items("layouts").compactMap { $0.int("tensor_parallel_size") } } == [2, 4])
  }

  @Test("A model of 671 billion in 8 bits goes over two nodes of 8 by stages; TP 16 gives up speed")
  func nodes() throws {
    let line = "solve deepseek-v3 --gpu h100:16 --nodes 2 --data-parallel-size 1 --no-enable-expert-parallel"
    let rows = rows(line + " --all")
    let free = rows.filter { $0["changes"] == "nothing" }
    #expect(free.map { [$0["tensor_parallel_size"], $0["pipeline_parallel_size"]] } == [["8", "2"]])
    // 629 GiB of weights do not lie in 8 × 0.92 × 79.1 GiB; on 16 GPUs TP 16 crosses nodes.
    #expect(rows.allSatisfy { (Int($0["accelerators"] ?? "") ?? 0) > 8 })
    let wide = rows.filter { $0["tensor_parallel_size"] == "16" }
    #expect(wide.allSatisfy { $0["changes"] == "speed" })
    let best = try document(line)
    #expect(best.int("configurations.#0.flags.tensor_parallel_size") == 8)
    #expect(best.int("configurations.#0.flags.pipeline_parallel_size") == 2)
  }

  @Test(
    "Each line that is printed fits when it is planned, with the figures that were printed",
    arguments: [
      "QwQ-32B --gpu h100:8 --goal context", "gemma-3-27b-it --gpu l40s:4 --goal concurrency --max-model-len 8k",
      "deepseek-v2-lite --gpu a100-80gb:4 --max-model-len 4k..32k --max-num-seqs 8..600",
      "granite-4-8b-dense-hybrid --gpu l4:2 --allow fp8-kv,eager --max-model-len 16k",
    ])
  func linesFit(_ search: String) throws {
    let gpu = try #require(search.split(separator: " ").drop { $0 != "--gpu" }.dropFirst().first)
    let name = gpu.split(separator: ":")[0]
    let answer = try document("solve \(search) --top 4")
    let found = answer.items("configurations")
    #expect(!found.isEmpty)
    for one in found {
      let line = one.items("run.argv").compactMap { if case .string(let word) = $0 { word } else { nil } }
      let count = try #require(one.int("accelerator.count"))
      let plan = try plimsoll(["fit", "--gpu", "\(name):\(count)", "--json", "--"] + line).json()
      #expect(plan.text("verdict") == "fits", "\(line)")
      #expect(plan.int("kv_cache.tokens") == one.int("kv_cache.tokens"))
    }
  }

  @Test("Of a range of lengths the longest is found: one token more does not surely fit")
  func longest() throws {
    // 0.85 × 79.14 less 61.0 GiB leave room for some 20,000 tokens of 256 KiB.
    let line = "solve QwQ-32B --gpu a100-80gb:1 --max-num-seqs 16 --gpu-memory-utilization 0.85"
    let length = try #require(
      try document(line + " --max-model-len 1k..40k").int("configurations.#0.flags.max_model_len"))
    #expect(length > 1_000 && length < 40_000)
    #expect(plimsoll(line + " --max-model-len \(length)").status == 0)
    #expect(plimsoll(line + " --max-model-len \(length + 1)").status == 1)
  }

  @Test("Prices are the user's, and the cheapest comes first")
  func prices() throws {
    let line = "solve llama-3.1-8b --gpu h100:2,l4:4 --goal cost --max-model-len 8k"
    #expect(rows(line + " --price h100=3 --price l4=0.5").first?["gpu"] == "l4")
    #expect(rows(line + " --price h100=0.5 --price l4=3").first?["cost_per_hour"] == "0.5000")
    // Two GPUs at 2.49 an hour.
    let two = rows("solve QwQ-32B --gpu h100:2 --tensor-parallel-size 2 --price h100-80gb-sxm=2.49").first
    #expect(two?["cost_per_hour"] == "4.9800")
  }

  @Test("An instance stands for its GPUs, in fit and in solve")
  func instances() throws {
    let instance = try document("fit llama-3.1-70b --instance p5.48xlarge")
    let gpus = try document("fit llama-3.1-70b --gpu h100-80gb-sxm:8")
    #expect(instance.at("rank") == gpus.at("rank"))
    #expect(instance.int("accelerator.count") == 8)
    #expect(plimsoll("solve llama-3.1-70b --instance g6.48xlarge,P5.48XLARGE --max-model-len 8k").status == 0)
  }

  @Test("The document holds to its schema", arguments: ["--top 2", "--all", "--max-model-len 40k --gpu t4:1"])
  func schema(_ more: String) throws {
    let answer = plimsoll("solve QwQ-32B --gpu h100:4 --json " + more)
    let complaints = try JSONSchema(named: "solve").complaints(about: answer.json())
    #expect(complaints.isEmpty, "\(complaints)")
  }

  @Test("--all lists as many as are counted, and the best of them is the first of the ranked")
  func all() throws {
    let line = "solve gemma-3-27b-it --gpu h100:4 --max-num-seqs 64,256 --goal headroom"
    let every = try document(line + " --all")
    #expect(every.items("configurations").count == every.int("valid"))
    let headroom = every.items("configurations").compactMap { $0.int("headroom_bytes") }.max()
    #expect(try document(line).int("configurations.#0.headroom_bytes") == headroom)
  }

  @Test(
    "What cannot be meant exits 2 and names it",
    arguments: [
      ("--max-model-len 128k..32k", "bad-range", "backwards"), ("--max-num-seqs ..", "bad-range", "without ends"),
      ("--tensor-parallel-size 1,,2", "bad-range", "empty"), ("--tensor-parallel-size 1,x", "bad-value", "x"),
      ("--tensor-parallel-size 16", "contradiction", "8 are there"),
      ("--min-concurrency 300 --max-num-seqs 1..256", "contradiction", "--max-num-seqs admits 256"),
      ("--min-headroom 90GiB", "contradiction", "--min-headroom"), ("--top 0", "bad-value", "--top"),
      ("--price h100", "bad-price", "GPU=X"), ("--price h100=-1", "bad-price", "above 0"),
      ("--price l4=1", "unused-price", "l4"), ("--allow fp9", "bad-value", "fp8-kv"),
      ("--instance p9.large", "unknown-instance", "p9.large"), ("--gpu nosuch", "unknown-gpu", "nosuch"),
      ("--gpu-memory-utilization 0.5..1.2", "bad-range", "at most at 1"), ("--csv --json", "options-exclude", "--csv"),
      ("--goal fastest", "bad-value", "fastest"), ("--max-model-len 0..0", "bad-range", "from 1 on"),
    ])
  func badInput(_ more: String, _ code: String, _ part: String) throws {
    let answer = plimsoll(
      "solve QwQ-32B --gpu h100:8 \(more)" + (more.contains("--json") ? "" : " --json"))
    #expect(answer.status == 2)
    #expect(try answer.json().text("code") == code)
    #expect(answer.err.contains(part))
  }

  @Test("Ten times the configurations written take less than a MiB more")
  func flatMemory() throws {
    func lines(_ shares: Int) throws -> (count: Int, peak: Int) {
      let list = (0..<shares).map { String(0.5 + 0.4 * Double($0) / Double(shares)) }.joined(separator: ",")
      let words = words(
        "solve llama-3.1-8b --gpu h100:2 --max-model-len 2k,4k,6k,8k,10k --max-num-seqs 16,32,64,128 --all --csv "
          + "--gpu-memory-utilization \(list)")
      return try peakMemory(words)
    }
    let (few, many) = (try lines(10), try lines(100))
    #expect(many.count > 9 * few.count)
    #expect(many.peak - few.peak < 1 << 20, "\(few) \(many)")
  }

  @Test("--gpu probe goes over the devices that the driver shows, with their total and the least that is free")
  func probe() throws {
    let library = try standIn()
    defer { unlink(library) }
    func solve(_ words: String) throws -> Answer {
      try shell(
        "$plimsoll solve QwQ-32B --max-model-len 8192 --json --gpu \(words)",
        environment: ["PLIMSOLL_NVML_LIBRARY": library, "PLIMSOLL_CUDA_LIBRARY": library])
    }
    let answer = try solve("probe --all").json()
    #expect(answer.text("configurations.#0.accelerator.id") == "h100-80gb-sxm")
    #expect(answer.int("configurations.#0.accelerator.total_bytes") == 85_029_158_912)
    // The stand-in shows two.
    #expect(answer.items("configurations").compactMap { $0.int("accelerator.count") }.max() == 2)
    #expect(try solve("probe:1 --all").json().items("configurations").allSatisfy { $0.int("accelerator.count") == 1 })
    #expect(try solve("probe:4").status == 2)
  }

  @Test("A space of 10^12 lengths and sequences is answered")
  func endless() {
    let answer = plimsoll("solve QwQ-32B --gpu h100:2 --max-model-len 1..1000000 --max-num-seqs 1..1000000 --csv")
    #expect(answer.status == 0)
    // What is valid is part of what was looked at, also where a cell of two ranges has two answers.
    let found = try? document("solve QwQ-32B --gpu h100:8 --max-model-len 1..1000000 --max-num-seqs 1..1000000")
    #expect((found?.int("valid") ?? 1) <= (found?.int("cells") ?? 0))
  }

  @Test("Nothing valid exits 1 with the rules, what is not modelled 4, and no accelerators 2")
  func none() throws {
    let answer = plimsoll("solve llama-3.1-70b --gpu t4:1")
    #expect(answer.status == 1)
    #expect(answer.out.contains("of weights"))
    #expect(plimsoll("solve llama-3.1-70b --gpu tpu-v6e:4").status == 4)
    #expect(plimsoll("solve llama-3.1-70b").status == 2)
  }

  @Test("Where the default share leaves too little beside it, the largest hundredth that leaves enough is tried")
  func lowerShare() throws {
    // 0.92 of the 21.95 GiB of an L4 leave 1.76 GiB, of which a start may take 1.5 before it looks.
    let line = "solve llama-3.1-8b --gpu l4:1 --max-model-len 8k --top 1"
    let share = try #require(rows(line).first?["gpu_memory_utilization"].flatMap { Double($0) })
    #expect(share < 0.92)
    let seqs = try #require(rows(line).first?["max_num_seqs"])
    let fit = "fit llama-3.1-8b --gpu l4 --max-model-len 8k --max-num-batched-tokens 2048 --max-num-seqs \(seqs)"
    #expect(try document(fit + " --gpu-memory-utilization \(share)").text("verdict") == "fits")
    #expect(try document(fit + " --gpu-memory-utilization \(share + 0.01)").text("verdict") != "fits")
  }

  @Test(
    "The table of all models refuses what would change nothing of it, by name",
    arguments: [
      ("--gpu h100", "--goal context"), ("--gpu h100", "--top 3"), ("--gpu h100", "--allow eager"),
      ("--gpu h100", "--price h100=2"), ("--gpu h100", "--guarantee full-length"),
      ("--gpu h100", "--min-concurrency 5"), ("--gpu h100", "--min-kv-tokens 1000"),
      ("--gpu h100", "--min-headroom 1GiB"), ("--gpu h100", "--nodes 2"), ("--gpu h100", "--gpu-memory 79GiB"),
      ("--gpu h100", "--measured weights=61GiB"), ("--gpu h100:2", "--gpu NAME:COUNT"),
    ])
  func idleOption(accelerator: String, option: String) throws {
    let extra = accelerator.hasSuffix(":2") ? "" : " " + option
    let answer = plimsoll("solve --all-models --csv \(accelerator)" + extra)
    #expect(answer.status == 2)
    let name = option.split(separator: " ").first.map { String($0) } ?? ""
    #expect(answer.err.contains(name))
  }

  @Test("All models on all GPUs are a row each")
  func catalog() throws {
    let rows = rows("solve --all-models --gpu h100")
    #expect(rows.count > 300)
    let row = try #require(rows.first { $0["model"] == "Qwen/QwQ-32B" })
    // One H100 does not hold the default length; two do.
    #expect(row["accelerators"] == "2")
    let plan = try document("fit QwQ-32B --gpu h100:2")
    #expect(row["kv_tokens"] == plan.int("kv_cache.tokens").map { String($0) })
    #expect(row["verdict"] == plan.text("verdict"))
  }
}

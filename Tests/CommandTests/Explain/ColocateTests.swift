import ModelFiles
import Testing

@Suite("colocate")
struct ColocateTests {
  static let lines = [
    "--gpu a100-80gb-sxm qwen3-8b --max-model-len 16384 + llama-3.1-8b --max-model-len 8192",
    "--gpu a100-80gb-sxm --share 3:1 qwen3-8b --max-model-len 16384 + llama-3.1-8b --max-model-len 8192",
    "--gpu a100-80gb-sxm --gpu-free 60GiB qwen3-8b --max-model-len 16384 + llama-3.1-8b --max-model-len 8192",
    "--gpu a100-80gb-sxm qwen3-8b --gpu-memory-utilization 0.3 --max-model-len 8192 + llama-3.1-8b --max-model-len 8192",
    "--gpu a100-80gb-sxm qwen3-8b --kv-cache-memory-bytes 4G --max-model-len 8192 + llama-3.1-8b --max-model-len 8192",
    "--gpu a100-80gb-sxm --vllm 0.8.5 qwen3-8b --max-model-len 16384 + llama-3.1-8b --max-model-len 8192",
    "--gpu a100-80gb-sxm --vllm 0.19.1 qwen3-8b --max-model-len 16384 + llama-3.1-8b --max-model-len 8192",
    "--gpu h100:2 qwen3-14b --max-model-len 8192 + qwen3-8b --max-model-len 8192 + llama-3.1-8b --max-model-len 4096",
    "--gpu h200 gpt-oss-20b --max-model-len 32768 + qwen3-8b --max-model-len 8192",
  ]

  private func answer(_ line: String) throws -> JSON { try document("colocate " + line) }

  @Test("What all hold lies within what is free, and each is there when it starts", arguments: lines)
  func sums(_ line: String) throws {
    let document = try answer(line)
    #expect(plimsoll("colocate " + line).status == 0)
    #expect(try JSONSchema(named: "colocate").complaints(about: document) == [])
    let free = try #require(document.int("accelerator.free_bytes"))
    let models = document.items("models")
    #expect(models.count >= 2)
    #expect(models.compactMap { $0.int("held_bytes") }.reduce(0, +) == document.int("held_bytes"))
    #expect(try #require(document.int("held_bytes")) <= free)
    var held = 0
    for model in models {
      #expect(["fits", "tight"].contains(model.text("verdict")))
      #expect(try #require(model.int("free_bytes")) <= free - held)
      held += model.int("held_bytes") ?? 0
      #expect((model.double("max_concurrency") ?? 1) >= 1)
    }
  }

  @Test(
    "Each line, planned on what is free when it starts, is what was said",
    arguments: lines.filter { !$0.contains("0.8.5") })
  func planned(_ line: String) throws {
    let document = try answer(line)
    let gpu = words(line)[1]
    let release = document.text("engine.release") ?? ""
    for model in document.items("models") {
      let free = try #require(model.int("free_bytes"))
      let plan = try plimsoll(
        ["fit", "--gpu", gpu, "--vllm", release, "--gpu-free", "\(free)B", "--json", "--"] + model.texts("argv")
      ).json()
      #expect(plan.text("verdict") == model.text("verdict"))
      #expect(plan.int("kv_cache.tokens") == model.int("tokens"))
      if !model.texts("argv_by_bytes").isEmpty {
        let bytes = plimsoll(
          ["fit", "--gpu", gpu, "--vllm", release, "--gpu-free", "\(free)B", "--json", "--"]
            + model.texts("argv_by_bytes"))
        #expect(try bytes.json().text("verdict") == "fits")
      }
    }
  }

  @Test("Each has its least, and what is left is shared by the weights")
  func shares() throws {
    func beyond(_ line: String) throws -> [Int: Int] {
      let document = try answer(line)
      var found: [Int: Int] = [:]
      for model in document.items("models") {
        let given = try #require(model.int("given"))
        let least = try #require(document.double("needs.#\(given).least_utilization"))
        let got = try #require(model.double("gpu_memory_utilization"))
        found[given] = Int(((got - least) * 100).rounded())
      }
      return found
    }
    let even = try beyond(Self.lines[0])
    #expect(try (#require(even[0]) - #require(even[1])).magnitude <= 1)
    let uneven = try beyond(Self.lines[1])
    let (three, one) = (try #require(uneven[0]), try #require(uneven[1]))
    #expect(three + one == (even[0] ?? 0) + (even[1] ?? 0))
    // Three quarters of it, cut to a whole step.
    #expect(three == (three + one) * 3 / 4)
  }

  @Test("A utilization that is given is kept; in 0.8.5 a later one holds what is there before it")
  func semantics() throws {
    let fixed = try answer(Self.lines[3]).items("models").first { $0.int("given") == 0 }
    #expect(fixed?.double("gpu_memory_utilization") == 0.3)
    let models = try answer(Self.lines[5]).items("models")
    let (first, second) = (models[0], models[1])
    let total = try #require(document("fit qwen3-8b --gpu a100-80gb-sxm").int("accelerator.total_bytes"))
    let utilization = try #require(second.double("gpu_memory_utilization"))
    let before = Double(try #require(first.int("held_bytes"))) / Double(total)
    #expect(utilization > before + 0.2)
    // The same two under 0.19.1 need no more than their own.
    let own = try answer(Self.lines[6]).items("models").compactMap { $0.double("gpu_memory_utilization") }
    #expect(own.reduce(0, +) < 1)
  }

  @Test(
    "What does not fit together, or is wrong",
    arguments: [
      ("--gpu l4 qwen3-8b --max-model-len 8192 + qwen3-8b --max-model-len 8192", 1, "does-not-fit"),
      ("--gpu a100-80gb-sxm QwQ-32B --max-model-len 16384 + qwen3-14b --max-model-len 8192", 1, "does-not-fit"),
      ("--gpu a100-80gb-sxm qwen3-8b --max-model-len 999999 + llama-3.1-8b --max-model-len 8192", 1, "refused"),
      ("--gpu tpu-v5p qwen3-8b + llama-3.1-8b", 4, "unknown"),
    ])
  func refused(_ line: String, _ status: Int32, _ verdict: String) throws {
    #expect(plimsoll("colocate " + line).status == status)
    let document = try answer(line)
    #expect(document.text("verdict") == verdict)
    #expect(document.items("models").isEmpty)
    #expect(try JSONSchema(named: "colocate").complaints(about: document) == [])
  }

  @Test(
    "A line that is wrong is refused",
    arguments: [
      ("--gpu h100 qwen3-8b", "one-model"), ("--gpu h100 qwen3-8b +", "missing-argument"),
      ("qwen3-8b + llama-3.1-8b", "missing-argument"), ("--gpu h100 --share 2 qwen3-8b + llama-3.1-8b", "bad-value"),
      ("--gpu h100 --share 0:0 qwen3-8b + llama-3.1-8b", "bad-value"),
      ("--gpu h100 --share x:1 qwen3-8b + llama-3.1-8b", "bad-value"),
      ("--gpu h100 qwen3-8b --nope + llama-3.1-8b", "unknown-option"),
    ])
  func wrong(_ line: String, _ code: String) throws {
    #expect(plimsoll("colocate " + line).status == 2)
    #expect(try answer(line).text("code") == code)
  }
}

import ModelFiles
import Testing

/// How many GPUs and engines are recommended.
@Suite struct EnginesTests {
  private static let chat = "--prompt-tokens p50=400,p95=2000 --output-tokens p50=200,p95=800"

  private func value(_ flag: String, _ answer: JSON) -> Int? {
    let run = answer.texts("run.argv")
    return run.firstIndex(of: flag).flatMap { Int(run[$0 + 1]) }
  }

  private func plannedAgain(_ answer: JSON, on gpu: String) throws -> JSON {
    try plimsoll(["fit", "--gpu", gpu + ":64", "--json", "--"] + answer.texts("run.argv")).json()
  }

  @Test(
    "What one GPU holds is given one, however many there are, and a note says what the others are for",
    arguments: ["--gpu h100:8", "--gpu h100:16 --nodes 2", "--gpu h100:8 --goal cost", "--gpu h100:8 --goal context"])
  func one(_ gpus: String) throws {
    let answer = try document("recommend llama-3.1-8b " + gpus)
    #expect(answer.int("accelerator.count") == 1)
    #expect(answer.int("accelerator.nodes") == 1)
    #expect(answer.findings("note").contains("gpus-left"))
  }

  @Test("The most requests at once: an engine on each GPU that holds the model")
  func concurrency() throws {
    let answer = try document("recommend llama-3.1-8b --gpu h100:8 --goal concurrency")
    #expect(value("--data-parallel-size", answer) == 8)
    #expect(value("--tensor-parallel-size", answer) == nil)
    #expect(try plannedAgain(answer, on: "h100").text("verdict") == "fits")
  }

  @Test("Engines of a model with experts share them out whole")
  func experts() throws {
    let answer = try document("recommend qwen3-30b-a3b --gpu h100:4 --goal concurrency")
    #expect(value("--data-parallel-size", answer) == 4)
    #expect(answer.texts("run.argv").contains("--enable-expert-parallel"))
    #expect(try plannedAgain(answer, on: "h100").text("verdict") == "fits")
  }

  @Test("A number of requests at once is met by as many engines as it takes, and by no more", arguments: [300, 1500])
  func wish(_ wished: Int) throws {
    let answer = try document("recommend llama-3.1-8b --gpu h100:8 \(Self.chat) --concurrency \(wished)")
    #expect(answer.findings("warning").isEmpty)
    let engines = try #require(answer.int("accelerator.count"))
    let seats = try #require(value("--max-num-seqs", answer))
    #expect(seats * engines >= wished)
    // 80 GB less 15 GiB of weights hold some 430 of them.
    #expect(engines == (wished + 431) / 432)
  }

  @Test("What is wished for and cannot be is a warning, on all the GPUs that there are")
  func tooMany() throws {
    let answer = try document("recommend llama-3.1-8b --gpu h100:4 \(Self.chat) --concurrency 20000 --goal cost")
    #expect(answer.findings("warning") == ["concurrency-not-reached"])
    #expect(answer.int("accelerator.count") == 4)
  }

  @Test("Over two nodes engines are as many on each, and none lies on both")
  func nodes() throws {
    let line = "recommend llama-3.1-8b --gpu h100:8 --nodes 2 --goal concurrency"
    let answer = try document(line)
    #expect(value("--data-parallel-size", answer) == 8)
    #expect(answer.int("accelerator.nodes") == 2)
    #expect(plimsoll(line + " --format slurm").out.contains("#SBATCH --nodes=2\n"))
  }

  @Test("Where Ray Serve replicates the engine, there is one")
  func ray() {
    let written = plimsoll("recommend llama-3.1-8b --gpu h100:4 --goal concurrency --format ray")
    #expect(written.status == 0 && !written.out.contains("data_parallel_size"))
  }

  /// Of 22 GiB and less the memory that ranks hold before vLLM looks, up to 2.2 GiB of each, is a large part: less than
  /// 0.80 may be asked for.
  @Test("Small cards hold a model together", arguments: [("llama-3.1-8b", "l4:2"), ("llama-3.1-8b", "l4:4")])
  func smallCards(_ model: String, _ gpus: String) throws {
    let answer = try document("recommend \(model) --gpu \(gpus)")
    #expect(answer.text("verdict") == "fits")
    #expect(try plannedAgain(answer, on: String(gpus.prefix { $0 != ":" })).text("verdict") == "fits")
  }

  @Test("Seats give way before requests are a few tokens long")
  func length() throws {
    let answer = try document("recommend Qwen/Qwen2.5-7B-Instruct --gpu t4:2")
    #expect(answer.text("verdict") == "fits")
    #expect((value("--max-model-len", answer) ?? 0) >= 8192)
  }

  /// 1,536 / 8 = 192, which is no whole number of blocks of 128, and which 0.26 refuses.
  @Test("Experts that ranks cannot cut are left whole")
  func wholeExperts() throws {
    let answer = try document("recommend Qwen/Qwen3-235B-A22B-Instruct-2507-FP8 --gpu h100:8 --vllm 0.26.0")
    #expect(value("--tensor-parallel-size", answer) == 8)
    #expect(answer.texts("run.argv").contains("--enable-expert-parallel"))
  }

  @Test("Where only short requests fit, seats give way to them, and a warning says so")
  func short() throws {
    let answer = try document("recommend llama-3.1-70b --gpu a100-40gb-sxm:4")
    #expect(value("--max-num-seqs", answer) == 16)
    #expect(answer.findings("warning").contains("short-length"))
  }

  @Test("Memory that is to stay free comes off the cache, not off the length that the model has")
  func headroom() throws {
    let (most, usual) = try (
      document("recommend llama-3.1-70b --gpu h100:8 --goal headroom"), document("recommend llama-3.1-70b --gpu h100:8")
    )
    #expect(value("--max-model-len", most) == 131_072)
    #expect(try #require(most.int("reserve.left_bytes")) > #require(usual.int("reserve.left_bytes")) + 8_000_000_000)
  }

  @Test("What is allowed is chosen where it serves the goal, and only then", arguments: ["cost", "concurrency"])
  func allowed(_ goal: String) throws {
    let line = "recommend QwQ-32B --gpu h100 --goal \(goal)"
    func type(_ answer: JSON) -> String? {
      let run = answer.texts("run.argv")
      return run.firstIndex(of: "--kv-cache-dtype").map { run[$0 + 1] }
    }
    #expect(try type(document(line)) == "auto")
    #expect(try type(document(line + " --allow fp8-kv")) == (goal == "cost" ? "auto" : "fp8"))
    #expect(plimsoll(line + " --allow offload").status == 2)
  }
}

import CommandLineKit
import Foundation
import ModelFiles
import Testing

@testable import PlimsollCommand

/// Lines as engines print them, with figures of our own.
@Suite struct DiagnoseTests {
  static func diagnose(_ text: String, _ options: String = "") throws -> Answer {
    try withConfig(smallConfig()) { folder in
      try text.write(toFile: folder + "/a.log", atomically: false, encoding: .utf8)
      return plimsoll("diagnose \(folder)/a.log \(options)")
    }
  }

  static func document(_ text: String, _ options: String = "") throws -> JSON {
    try diagnose(text, options + " --json").json()
  }

  /// The same without reading the table of failures again.
  static func diagnosis(_ text: String, gpu: String? = nil) throws -> JSON {
    let table = try #require(FailureSamplesTests.table)
    let reader = try #require(FailureSamplesTests.read(text))
    var command = Diagnose()
    command.gpu = gpu.map { AcceleratorArgument(name: $0, count: nil) }
    var context = Context.memory(.plain)
    context.environment = { _ in nil }
    let plan = LogPlan.make(reader.report, command, context)
    return DiagnosisJSON(diagnosis: Diagnosis(reader: reader, table: table, plan: plan)).document
  }

  static let engine = "(EngineCore_DP0 pid=12) ERROR 11-02 09:12:30 [core.py:800] "
  static let oom =
    engine + "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.50 GiB. GPU 0 has a total "
    + "capacity of 79.25 GiB of which 500.00 MiB is free.\n"

  /// What a log says, its id, and the first flag with its direction.
  @Test(arguments: [
    (
      "max seq len (8192), (2.00 GiB KV cache is needed, which is larger than the available KV cache memory (1.5 GiB)",
      "", "", ""
    ),
    (
      "ValueError: To serve at least one request with the model's max seq len (8192), 2.00 GiB KV cache is needed, which "
        + "is larger than the available KV cache memory (1.5 GiB). Based on the available memory, the estimated maximum "
        + "model length is 6144.", "kv-maxlen-v1", "--max-model-len", "down"
    ),
    ("ValueError: No available memory for the cache blocks. Try", "kv-none", "--gpu-memory-utilization", "up"),
    (
      "ValueError: Free memory on device cuda:0 (30.12/31.84 GiB) on startup is less than desired GPU memory utilization "
        + "(0.95, 30.25 GiB).", "free-less-than-util", "", ""
    ),
    (
      "ValueError: Free memory on device cuda:0 (2.12/31.84 GiB) on startup is less than desired GPU memory utilization "
        + "(0.95, 30.25 GiB).", "free-less-rocm-tiny", "", ""
    ),
    (
      "Traceback (most recent call last):\n    self.model_runner.capture_model()\n" + oom, "oom-cudagraph-capture",
      "--gpu-memory-utilization", "down"
    ),
    (
      "Traceback (most recent call last):\n    self.model_runner.profile_run()\n" + oom, "oom-profile-run",
      "--max-num-batched-tokens", "down"
    ),
    (
      "Traceback (most recent call last):\n  x.py, line 1, in load_weights\n" + oom, "oom-load-weights",
      "--tensor-parallel-size", "up"
    ),
    (
      "Traceback (most recent call last):\n    engine_core.run_busy_loop()\n" + oom, "oom-runtime",
      "--gpu-memory-utilization", "down"
    ),
    (oom, "oom-torch-generic", "--gpu-memory-utilization", "down"),
    (
      "RuntimeError: CUDA out of memory occurred when warming up sampler with 512 dummy requests.",
      "oom-sampler-warmup",
      "--max-num-seqs", "down"
    ),
    (
      "ValueError: Total number of attention heads (28) must be divisible by tensor parallel size (8).", "tp-heads",
      "--tensor-parallel-size", "down"
    ),
    ("ValueError: LoRA rank 40 is greater than max_lora_rank 16.", "lora-rank", "--max-lora-rank", "up"),
    ("vllm-1 exited with code 137", "host-oom-137", "", ""),
  ])
  func aFailureIsKnownWithItsDirection(log: String, id: String, flag: String, direction: String) throws {
    let answer = try Self.diagnosis(log + "\nRuntimeError: Engine core initialization failed. See root cause above\n")
    if id.isEmpty {
      #expect(answer.text("id") == "engine-init-wrapper")
      #expect(answer.text("verdict") == "unexplained")
      return
    }
    #expect(answer.text("id") == id)
    #expect(answer.text("verdict") == "failure")
    #expect(answer.text("remedies.#0.flag") ?? "" == flag)
    #expect(answer.text("remedies.#0.direction") ?? "" == direction)
  }

  /// What stands above, worked by hand: 0.92 - (1.5 - 500/1024)/79.25 - 0.02 is past 0.05 below, so 0.87; 30.12 of
  /// 31.84 is 0.946; the largest divisor of 28 under 8 is 7; the ranks from 40 on begin with 64.
  @Test(arguments: [
    (
      "non-default args: {'model': 'a/b', 'gpu_memory_utilization': 0.92}\nTraceback (most recent call last):\n"
        + "  self.capture_model()\n" + oom, "--gpu-memory-utilization", "0.87"
    ),
    (
      "Free memory on device (30.12/31.84 GiB) on startup is less than desired GPU memory utilization (0.95, 30.25 GiB)",
      "--gpu-memory-utilization", "0.94"
    ),
    (
      "Free memory on device (22.06/23.56 GiB) on startup is less than\n desired GPU memory utilization (0.95, 22.38 GiB)",
      "--gpu-memory-utilization", "0.93"
    ),
    (
      "Free memory on device (19.77/22.05 GiB) on startup is less than desired GPU memory utilization (0.9, 19.85 GiB)",
      "--gpu-memory-utilization", "0.89"
    ),
    (
      "Total number of attention heads (28) must be divisible by tensor parallel size (8)", "--tensor-parallel-size",
      "7"
    ),
    ("LoRA rank 40 is greater than max_lora_rank 16", "--max-lora-rank", "64"),
    ("max_num_seqs (256) exceeds available Mamba cache blocks (201)", "--max-num-seqs", "201"),
    ("World size (16) is larger than the number of available GPUs (8) in this node", "--tensor-parallel-size", "8"),
    (
      "non-default args: {'model': 'a/b', 'pipeline_parallel_size': 2}\nWorld size (16) is larger than the number of "
        + "available GPUs (8) in this node", "--tensor-parallel-size", "4"
    ),
    (
      "User-specified max_model_len (65536) is greater than the derived max_model_len "
        + "(max_position_embeddings=32768.0 or model_max_length=None in", "--max-model-len", "32768"
    ),
    // 1003520 x 3721 / 4641 = 804,589.
    (
      "non-default args: {'model': 'a/b', 'mm_processor_kwargs': {'max_pixels': 1003520}}\nThe decoder prompt contains "
        + "a(n) image item with length 4641, which exceeds the pre-allocated encoder cache size 3721",
      "--mm-processor-kwargs", #"{"max_pixels":804589}"#
    ),
    (
      "contains a(n) image item with 4641 embedding tokens, which exceeds the pre-allocated encoder cache size 3721",
      "--max-num-batched-tokens", "4641"
    ),
    // 40 requests took 99.3 %: 40 x 90 / 99.3 = 36.2.
    (
      "Running: 40 reqs, Waiting: 25 reqs, Preemptions: 12, GPU KV cache usage: 99.3%,", "--max-num-seqs", "36"
    ),
    // 256 took 41 %, so that 561 would take 90 %; there are 256 + 80.
    ("Running: 256 reqs, Waiting: 80 reqs, GPU KV cache usage: 41.0%,", "--max-num-seqs", "336"),
    ("n_physical_experts=256 must be divisible by ep_size=3", "--eplb-config", #"{"num_redundant_experts":2}"#),
  ])
  func aValueIsWorkedOut(log: String, flag: String, value: String) throws {
    let remedies = try Self.diagnosis(log + "\n").items("remedies")
    #expect(remedies.first { $0.text("flag") == flag }?.text("value") == value)
  }

  @Test(arguments: [
    ("Running: 256 reqs, Waiting: 80 reqs, GPU KV cache usage: 41.0%,", "seat-bound", "up"),
    ("Running: 40 reqs, Waiting: 25 reqs, Preemptions: 12, GPU KV cache usage: 99.3%,", "kv-bound", "down"),
    // As people shorten it.
    ("Running: 40, Waiting: 25, Preemptions: 12, GPU KV cache usage: 99.3%", "kv-bound", "down"),
  ])
  func aLineOfStatisticsSaysWhatIsShort(line: String, bound: String, direction: String) throws {
    let quiet = "INFO 11-02 09:12:30 [loggers.py:1] Running: 1 reqs, Waiting: 0 reqs, GPU KV cache usage: 1.0%,\n"
    let answer = try Self.diagnosis(quiet + line + "\n" + quiet)
    #expect(answer.text("verdict") == "warning")
    #expect(answer.text("load") == bound)
    #expect(answer.text("remedies.#0.flag") == "--max-num-seqs")
    #expect(answer.text("remedies.#0.direction") == direction)
    #expect(try Self.diagnose(quiet).status == 0)
  }

  static let start = """
    (APIServer pid=1) INFO 11-02 09:12:30 [api_server.py:1] vLLM API server version 0.11.0
    (APIServer pid=1) INFO 11-02 09:12:30 [utils.py:1] non-default args: {'model': 'Qwen/QwQ-32B', 'max_model_len': 32768}
    (EngineCore_DP0 pid=2) INFO 11-02 09:12:30 [gpu_model_runner.py:1] Starting to load model Qwen/QwQ-32B...
    (EngineCore_DP0 pid=2) INFO 11-02 09:12:30 [gpu_model_runner.py:1] Model loading took 61.0 GiB and 12.0 seconds
    (EngineCore_DP0 pid=2) INFO 11-02 09:12:30 [gpu_worker.py:1] Available KV cache memory: 8.00 GiB

    """

  @Test func aHealthyLogIsHeldAgainstItsPlan() throws {
    let log = Self.start + "(APIServer pid=1) INFO:     Application startup complete.\n"
    let answer = try Self.document(log, "--gpu h100")
    #expect(answer.text("verdict") == "healthy")
    #expect(answer.text("log.release") == "0.11.0")
    #expect(answer.items("plan.compared").compactMap { $0.text("quantity") } == ["weights_bytes", "available_bytes"])
    // 8 GiB of 256 KiB a token: 64 layers, 8 heads of 128, keys and values in 2 bytes.
    #expect(answer.int("plan.max_model_len_by_memory") == 32768)
    #expect(try Self.diagnose(log).status == 0)
    // 90 % of starts lie from low to high. Weights are known exactly: 32,763,876,352 in 2 bytes are 61.03 GiB, not 61.0;
    // 79.18 x 0.9 - 61.03 = 10.2 GiB are there for activations, buffers and the cache of 8.
    for row in answer.items("plan.compared") {
      let (low, high) = (try #require(row.int("low")), try #require(row.int("high")))
      let observed = try #require(row.int("observed"))
      #expect(low <= high)
      let slack = 10_737_418
      #expect(row.at("inside") == .bool(observed >= low - slack && observed <= high + slack))
    }
    #expect(answer.items("plan.compared").map { $0.at("inside") } == [.bool(false), .bool(true)])
    #expect(try Self.diagnose(log, "--gpu h100").out.contains("outside"))
  }

  /// Nothing failed, and nothing shows that it came up: that is not healthy.
  @Test(arguments: [
    (start, "incomplete", "the KV cache was sized"),
    (
      start + "init engine (profile, create kv cache, warmup model) took 35.55 seconds\n", "healthy", "the engine is up"
    ),
  ])
  func aLogThatEndsBeforeTheEngineIsUpIsNotHealthy(log: String, verdict: String, words: String) throws {
    let answer = try Self.diagnosis(log)
    #expect(answer.text("verdict") == verdict)
    #expect(answer.text("summary")?.contains(words) == true)
  }

  @Test(arguments: [
    ("\u{1F}x", "nothing in this log is known"), ("", "the log is empty"), ("%PDF-1.7", "this is no text"),
    ("llama_model_loader: loaded meta data\n", "a log of llama.cpp"),
  ])
  func whatWasReadIsNamed(log: String, words: String) throws {
    let answer = try Self.diagnose(log)
    #expect(answer.status == 4)
    #expect(answer.out.replacingOccurrences(of: "\n  ", with: " ").contains(words))
  }

  /// What ran out while SGLang captured graphs is not mended by a larger static part.
  @Test(arguments: [
    ("Exception: Capture cuda graph failed: CUDA out of memory. Tried to allocate 448.00 MiB.\n", "down"),
    ("RuntimeError: Not enough memory. Please try to increase --mem-fraction-static.\n", "up"),
  ])
  func theStaticPartOfSGLangGoesTheRightWay(log: String, direction: String) throws {
    let answer = try Self.diagnosis(log)
    #expect(answer.text("id") == "sglang-mem")
    #expect(
      answer.items("remedies").filter { $0.text("flag") == "--mem-fraction-static" }.map { $0.text("direction") } == [
        direction
      ])
  }

  static let card =
    "Free memory on device cuda:0 (78.51/79.18 GiB) on startup. Desired GPU memory utilization is (0.9, 71.2 GiB)\n"

  /// 79.18 GiB are of cards of compute capability 8.0 and of 9.0, whose defaults differ; 139.8 of Hopper alone.
  @Test(arguments: [
    ("", "", "give --gpu"), (card, "", "79.18 GiB may be"),
    (card.replacingOccurrences(of: "79.18", with: "139.80"), "h20-3e", "139.80 GiB is what"),
    (card + "E=8,N=1792,device_name=NVIDIA_A100-SXM4-80GB,dtype=int8_w8a16.json", "a100-80gb-sxm", ""),
    (card + "GPU 0: NVIDIA H100 80GB HBM3\n", "h100-80gb-sxm", ""),
    (card + "|   0  NVIDIA H100 PCIe               On  |   00000000:C7:00.0 Off |\n", "h100-80gb-pcie", ""),
    (card + "Triton attention backend on NVIDIA A100 80GB PCIe (compute capability 8.0)", "a100-80gb-pcie", ""),
  ])
  func theGPUIsThatOfTheLog(lines: String, id: String, note: String) throws {
    let plan = try #require(try Self.diagnosis(Self.start + lines).at("plan"))
    #expect(plan.text("gpu.id") ?? "" == id)
    let said = plan.text("gpu.note") ?? plan.text("reason") ?? ""
    #expect(note.isEmpty ? said.isEmpty : said.contains(note))
  }

  /// A line that starts a server stands for arguments that no line of vLLM prints.
  @Test(arguments: [
    "$ vllm serve Qwen/QwQ-32B --max-model-len 16k -tp 2",
    "+ CUDA_VISIBLE_DEVICES=0,1 vllm serve Qwen/QwQ-32B --tensor-parallel-size 2 \\\n    --max-model-len 16000",
    "user@host:~# python3 -m vllm.entrypoints.openai.api_server --model Qwen/QwQ-32B --max-model-len 16000 -tp 2",
    "docker run --gpus all \\\n  vllm/vllm-openai:v0.33.0 --model Qwen/QwQ-32B \\\n  --max-model-len 16000 -tp=2",
    "vllm-1  | vllm serve Qwen/QwQ-32B \\\nvllm-1  |   -tp 2 --max_model_len=16000",
  ])
  func aLineThatStartsAServerIsRead(line: String) throws {
    let log = line + "\nINFO 11-02 09:12:30 [gpu_worker.py:1] Available KV cache memory: 8.00 GiB\n"
    let plan = try #require(try Self.diagnosis(log, gpu: "h100").at("plan"))
    // 64 layers, 8 heads of 128 over two ranks, keys and values in 2 bytes: 128 KiB a token, 65,536 in 8 GiB, of which
    // a block of 16 stays empty.
    #expect(plan.at("reason") == .null)
    #expect(plan.int("max_model_len_by_memory") == 65520)
  }

  /// A value that is worked out is planned again.
  @Test func aRemedyIsPlannedAgain() throws {
    let log =
      Self.start.replacingOccurrences(of: "32768}", with: "32768, 'gpu_memory_utilization': 0.85}")
      + Self.engine
      + "ValueError: To serve at least one request with the models's max seq len (32768), (8.00 GiB KV cache is "
      + "needed, which is larger than the available KV cache memory (4.00 GiB). Based on the available memory, the "
      + "estimated maximum model length is 16384. Try\n"
    let remedies = try Self.diagnosis(log.replacingOccurrences(of: "8.00 GiB\n", with: "4.00 GiB\n"), gpu: "h100")
      .items("remedies")
    #expect(remedies.first?.text("value") == "16384")
    #expect(remedies.first?.text("planned") == "fits")
    // 32768 tokens of 256 KiB are 8 GiB, 4 more: 4 / 79.18 over 0.85 is 0.9005.
    #expect(remedies.first { $0.text("flag") == "--gpu-memory-utilization" }?.text("value") == "0.91")
  }

  /// 7 divides 28 heads and not Qwen2's 4 KV heads, which the plan of a known model sees.
  @Test func tensorParallelSizesThatVLLMRefusesAreNotAdvised() throws {
    let error = "ValueError: Total number of attention heads (28) must be divisible by tensor parallel size (8).\n"
    let log = "non-default args: {'model': 'Qwen/Qwen2.5-7B-Instruct', 'tensor_parallel_size': 8}\n" + error
    #expect(try Self.diagnosis(log, gpu: "h100").text("remedies.#0.value") == "4")
    #expect(try Self.diagnosis(error).text("remedies.#0.value") == "7")
  }

  /// What a start warned of that came up is no failure of it.
  @Test func aWarningBeforeAServerIsUpIsANote() throws {
    let waiting =
      "INFO 09-27 16:47:50 ray_utils.py:183] Waiting for creating a placement group of specs for 10 seconds.\n"
    #expect(try Self.diagnosis(waiting).text("verdict") == "warning")
    #expect(try Self.diagnosis(waiting + "INFO:     Application startup complete.\n").text("verdict") == "healthy")
  }

  /// By its own estimates the plan would raise the utilization; graph capture ran out, so that it may not say so.
  @Test func aPlanThatTheLogContradictsGivesNoAdvice() throws {
    let log = Self.start + "Traceback (most recent call last):\n  self.capture_model()\n" + Self.oom
    let answer = try Self.document(log, "--gpu h100")
    #expect(answer.text("id") == "oom-cudagraph-capture")
    #expect(answer.at("plan.contradicted") == .bool(true))
    #expect(answer.items("plan.remedies").isEmpty)
    #expect(answer.at("plan.gpu_memory_utilization") == .null)
  }

  @Test(arguments: ["", "hello\n", "\u{0}\u{1}\u{2}"])
  func whatIsNotKnownSaysWhatToSend(log: String) throws {
    let answer = try Self.diagnose(log)
    #expect(answer.status == 4)
    #expect(answer.out.contains("send"))
  }

  @Test func anErrorThatIsNotKnownIsShown() throws {
    let answer = try Self.document(
      Self.start + "(Worker_TP0 pid=1) vllm.OddError: no such thing\nRuntimeError: after\n")
    #expect(answer.text("verdict") == "unexplained")
    #expect(answer.text("evidence.text") == "vllm.OddError: no such thing")
  }

  @Test func aFileThatIsNotThereIsExitStatus4() {
    let answer = plimsoll("diagnose /nowhere/a.log --json")
    #expect(answer.status == 4)
    #expect(answer.out.contains("unreadable-log"))
  }

  @Test func aTokenInTheArgumentsIsNotShown() throws {
    let log = "non-default args: {'model': 'a/b', 'api_key': ['sk-verysecret'], 'hf_token': 'hf_secret'}\n"
    #expect(try !Self.diagnose(log, "--json").out.contains("secret"))
  }

  @Test(arguments: ["", start, oom, "x: LoRA rank 40 is greater than max_lora_rank 16.\n"])
  func everyDocumentHoldsToItsSchema(log: String) throws {
    let schema = try JSONSchema(named: "diagnose")
    #expect(schema.complaints(about: try Self.document(log, "--gpu h100")) == [])
  }

  /// Each failure has a wording of its own or a stage to be known by, a cause, and flags that move one way.
  @Test func theTableIsWhole() throws {
    let table = try FailureTable.load()
    #expect(table.rows.count == 57)
    for row in table.rows {
      let signature = row.signature
      #expect(!signature.patterns.isEmpty || !signature.frames.isEmpty, "\(signature.id)")
      #expect(row.cause.hasSuffix("."), "\(signature.id)")
      #expect(!row.remedies.isEmpty, "\(signature.id)")
      for remedy in row.remedies {
        #expect((remedy.flag == nil) == (remedy.direction == nil), "\(signature.id)")
        #expect(
          remedy.direction.map { ["up", "down", "set", "add", "remove"].contains($0) } ?? true, "\(signature.id)")
      }
    }
  }
}

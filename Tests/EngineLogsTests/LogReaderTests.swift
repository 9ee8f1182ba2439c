import Testing

@testable import EngineLogs

@Suite struct LogReaderTests {
  static let signatures: [FailureSignature] = {
    var need = FailureSignature(id: "need", severity: .failure)
    need.patterns = [LinePattern("max seq len ({maxlen}){~}{need} GiB KV cache is needed")]
    var none = FailureSignature(id: "none", severity: .failure)
    none.patterns = [LinePattern("No available memory for the cache blocks")]
    var memory = FailureSignature(id: "memory", severity: .failure)
    memory.patterns = [LinePattern("OutOfMemoryError: CUDA out of memory")]
    memory.isOutOfMemory = true
    var load = FailureSignature(id: "load", severity: .failure)
    (load.frames, load.follows) = (["load_weights"], .loading)
    var capture = FailureSignature(id: "capture", severity: .failure)
    (capture.frames, capture.follows) = (["capture_model"], .budgeted)
    var wrapper = FailureSignature(id: "wrapper", severity: .wrapper)
    wrapper.patterns = [LinePattern("Engine core initialization failed")]
    return [need, none, memory, load, capture, wrapper]
  }()

  /// Reads a text handed over in parts of some bytes.
  static func read(_ bytes: [UInt8], part: Int = 1 << 16) -> LogReader {
    var reader = LogReader(signatures)
    eachPart(of: bytes, part) { reader.feed($0) }
    reader.finish()
    return reader
  }

  static func ids(_ text: String) -> [String] {
    read(Array(text.utf8)).report.matches.map { signatures[$0.signature].id }
  }

  static let refusal =
    "(EngineCore_DP0 pid=1) ERROR 10-25 13:08:43 [core.py:708] ValueError: For the model's max seq "
    + "len (4096), 7.57 GiB KV cache is needed, there is less"

  @Test(arguments: [1, 7, 100, 65_536])
  func partsOfAnySizeReadTheSame(size: Int) throws {
    let text = "INFO one\n" + String(repeating: "a line of no interest\n", count: 2000) + Self.refusal + "\nlast\n"
    let match = try #require(Self.read(Array(text.utf8), part: size).report.root)
    #expect(match.line == 2002)
    #expect(match.role == "EngineCore_DP0")
    #expect(match["need"] == 7.57)
    #expect(match["maxlen"] == 4096)
  }

  @Test(arguments: [
    "\u{1B}[1;36m(EngineCore_DP0 pid=1)\u{1B}[0;0m ERROR 10-25 13:08:43 [core.py:708] ValueError: ",
    "vllm-1  | ValueError: ",
    "[pod/vllm-0/server] 2025-10-25T13:08:43.1Z ValueError: ", "2025-10-25T13:08:43.1+02:00 stderr F ValueError: ",
    "Oct 25 13:08:43 host vllm[77]: ValueError: ", "{\"log\":\"ValueError: ",
    "ERROR 11-18 18:07:28 engine.py:366] ValueError: ", "[rank3]: ValueError: ", "  | (Worker pid=1) ValueError: ",
    "[2026-03-10T15:07:20Z] ERROR 03-10 08:07:20 [core.py:302] ValueError: ", "(raylet) ValueError: ",
    "{\"asctime\": \"2026-03-10 15:07:20,1\", \"levelname\": \"ERROR\", \"message\": \"ValueError: ",
    "(APIServer pid=1) (Worker_TP0 pid=9) ERROR 10-25 13:08:43.123 [x.py:1] ValueError: ",
  ])
  func whatStandsBeforeAMessageIsLeftOut(prefix: String) throws {
    let report = Self.read(Array((prefix + "No available memory for the cache blocks.\n").utf8)).report
    let match = try #require(report.root)
    #expect(match.text.hasPrefix("ValueError: No available"))
  }

  @Test func aWrappedSentenceIsOne() {
    #expect(Self.ids("max seq len (4096),\n  7.57 GiB KV\n  cache is needed") == ["need"])
    #expect(Self.ids("w | max seq len (4096),\nw | 7.57 GiB KV cache\nw | is needed") == ["need"])
  }

  @Test(arguments: [
    "    raise ValueError(\"No available memory for the cache blocks. \"",
    "    raise ValueError(\n        \"No available memory for the cache blocks. \"",
    "    raise ValueError(f\"No available memory for the cache blocks. \"",
  ])
  func sourceInATracebackIsNoError(source: String) { #expect(Self.ids(source + "\n").isEmpty) }

  @Test func anErrorByItsRepresentationIsOne() {
    #expect(
      Self.ids("ERROR 05-06 06:47:41 [a.py:8] ValueError('No available memory for the cache blocks.')") == ["none"])
  }

  @Test func theEarliestRootWinsAndNoWrapperDoes() {
    let text =
      "RuntimeError: Engine core initialization failed\n" + Self.refusal + "\nValueError: No available memory for "
      + "the cache blocks\n"
    let report = Self.read(Array(text.utf8)).report
    #expect(report.matches.map { Self.signatures[$0.signature].id } == ["wrapper", "need", "none"])
    #expect(report.root.map { Self.signatures[$0.signature].id } == "need")
  }

  @Test(arguments: [
    ("Traceback (most recent call last):\n  File \"m.py\", line 1, in load_weights\n", "load"),
    ("Traceback (most recent call last):\n  self.model_runner.capture_model()\n  load_weights\n", "capture"),
    ("INFO 10-25 13:08:43 [a.py:1] Starting to load model x/y...\n", "load"),
    ("INFO 10-25 13:08:43 [a.py:1] Available KV cache memory: 3.1 GiB\n", "capture"), ("", "memory"),
  ])
  func anErrorOfMemoryIsThatOfItsStage(before: String, id: String) {
    #expect(Self.ids(before + "torch.OutOfMemoryError: CUDA out of memory.\n") == [id])
  }

  @Test func anErrorCountsMoreThanItsWarning() {
    let message = "No available memory for the cache blocks\n"
    let text = "WARNING 10-25 13:08:43 [a.py:1] \(message)ERROR 10-25 13:08:44 [a.py:2] ValueError: \(message)"
    let report = Self.read(Array(text.utf8)).report
    #expect(report.root?.severity == .failure)
    #expect(report.root?.line == 2)
    #expect(report.matches.count == 1)
  }

  @Test func ranksThatPrintTheSameAreOneFailure() {
    let lines = (0..<8).map { "(Worker_TP\($0) pid=1) ValueError: No available memory for the cache blocks\n" }
    #expect(Self.ids(lines.joined()) == ["none"])
  }

  @Test func figuresAreThoseOfTheRankThatBounds() {
    let text = """
      (Worker_TP0 pid=1) INFO 10-25 13:08:43 [r.py:1] Model loading took 14.99 GiB memory and 10.7 seconds
      (Worker_TP1 pid=2) INFO 10-25 13:08:43 [r.py:1] Model loading took 15.01 GiB memory and 10.7 seconds
      (Worker_TP0 pid=1) INFO 10-25 13:08:43 [w.py:1] Available KV cache memory: 55.79 GiB
      (Worker_TP1 pid=2) INFO 10-25 13:08:43 [w.py:1] Available KV cache memory: 55.77 GiB
      INFO 10-25 13:08:43 [k.py:1] GPU KV cache size: 457,024 tokens, Maximum concurrency for 32,768 tokens per request: 13.95x
      INFO 10-25 13:08:43 [w.py:1] Free memory on device (23.21/23.65 GiB) on startup. Desired GPU memory utilization is \
      (0.9, 21.28 GiB). Actual usage is 5.79 GiB for weight, 0.17 GiB for peak activation, 0.02 GiB for non-torch memory, \
      and 0.14 GiB for CUDAGraph memory.
      """
    let report = Self.read(Array(text.utf8)).report
    #expect(report[.weights] == 15.01)
    #expect(report[.available] == 55.77)
    #expect(report[.tokens] == 457_024)
    #expect(report[.concurrency] == 13.95)
    #expect(report[.total] == 23.65)
    #expect(report[.utilization] == 0.9)
    #expect(report[.activation] == 0.17)
    #expect(report[.nonTorch] == 0.02)
    #expect(report.state == .budgeted)
    #expect(report.roles == ["Worker_TP0", "Worker_TP1"])
  }

  @Test func argumentsAreThoseThatPythonPrints() {
    let text =
      "INFO 10-25 13:08:43 [api_server.py:1] vLLM API server version 0.11.0\nINFO 10-25 13:08:43 [u.py:1] "
      + "non-default args: {'model_tag': 'a/b', 'max_model_len': 32768, 'limit_mm_per_prompt': {'image': 1, 'video': 0}, "
      + "'enforce_eager': True, 'chat_template': None}\n"
    let report = Self.read(Array(text.utf8)).report
    #expect(report.release == "0.11.0")
    #expect(report[argument: "model_tag"] == "a/b")
    #expect(report[argument: "limit_mm_per_prompt"] == "{'image': 1, 'video': 0}")
    #expect(report.arguments.map(\.name) == ["model_tag", "max_model_len", "limit_mm_per_prompt", "enforce_eager"])
  }

  @Test func anotherStartInOneLogIsLookedAtAlone() {
    let banner = "INFO 10-25 13:08:43 [api_server.py:1] vLLM API server version 0.11.0\n"
    let failed = banner + "ValueError: No available memory for the cache blocks\n"
    let reader = Self.read(Array((failed + banner + "INFO:     Application startup complete.\n").utf8))
    #expect(reader.report.root == nil)
    #expect(reader.report.state == .serving)
    #expect(reader.earlier.count == 1)
    // A second start that was cut off says less than the first.
    #expect(Self.read(Array((failed + banner).utf8)).report.root != nil)
  }

  /// Since 0.15 vLLM begins with a picture of its name, in colours on a terminal.
  @Test(arguments: ["", "\u{1B}[97m"])
  func aPictureIsABannerToo(colour: String) {
    let banner =
      "(APIServer pid=1) INFO 03-01 10:00:00 [utils.py:302]  ▄▄ ▄█ █     █     █ ▀▄▀ █\(colour)  version \(colour)0.21.0\n"
    let failed = banner + "ValueError: No available memory for the cache blocks\n"
    let reader = Self.read(Array((failed + banner + "INFO:     Application startup complete.\n").utf8))
    #expect(reader.report.release == "0.21.0")
    #expect(reader.report.root == nil)
    #expect(reader.earlier.count == 1)
  }

  /// What releases before 0.6.5 and since 0.26 print in other words.
  @Test func figuresOfOtherReleasesAreRead() {
    let text = """
      Memory profiling results: total_gpu_memory=23.58GiB initial_memory_usage=15.34GiB peak_torch_memory=17.06GiB \
      memory_usage_post_profile=15.35GiB non_torch_memory=0.35GiB kv_cache_size=3.81GiB gpu_memory_utilization=0.90
      INFO 08-20 17:28:08 [gpu_worker.py:793] CUDA graph pool memory: 4.13 GiB (actual), 4.99 GiB (estimated)
      Current kv cache memory in use is 11423138508 bytes.
      """
    let report = Self.read(Array(text.utf8)).report
    #expect(report[.total] == 23.58)
    #expect(report[.nonTorch] == 0.35)
    #expect(report[.available] == 3.81)
    #expect(report[.utilization] == 0.9)
    #expect(report[.graphs] == 4.13)
    #expect(report[.estimatedGraphs] == 4.99)
    // 11,423,138,508 / 1,073,741,824.
    #expect(report[.cacheInUse].map { ($0 * 1000).rounded() } == 10_639)
  }

  @Test(arguments: [true, false])
  func utf16IsRead(isMarked: Bool) {
    var bytes: [UInt8] = isMarked ? [0xFF, 0xFE] : []
    for unit in ("x\n" + Self.refusal).utf16 { bytes += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    for part in [5, 4096] { #expect(Self.read(bytes, part: part).report.root?["need"] == 7.57) }
  }

  @Test func aLogWithoutLineEndsIsRead() {
    let text = String(repeating: "x", count: 300_000) + Self.refusal + String(repeating: "y", count: 300_000)
    #expect(Self.read(Array(text.utf8), part: 4096).report.root?["need"] == 7.57)
  }

  @Test func bytesOfAnyKindAreRead() {
    var random = SystemRandomNumberGenerator()
    let noise = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    #expect(Self.read([0x80] + noise + Array(("\n" + Self.refusal).utf8), part: 999).report.root?["need"] == 7.57)
  }

  /// What ends a process does not say why: a failure that does is the root, before it or after.
  @Test(arguments: [true, false])
  func aHintYields(isFirst: Bool) {
    var killed = FailureSignature(id: "killed", severity: .failure)
    (killed.patterns, killed.hints) = ([LinePattern("oom-kill event")], [LinePattern("Exit Code: 137")])
    func root(_ text: String) -> LogMatch? {
      var reader = LogReader(Self.signatures + [killed])
      Array(text.utf8).withUnsafeBytes { reader.feed($0) }
      reader.finish()
      return reader.report.root
    }
    let (hint, cause) = ("  Exit Code:    137\n", "ValueError: No available memory for the cache blocks\n")
    #expect(root(isFirst ? hint + cause : cause + hint)?.signature == 1)
    #expect(root(hint)?.signature == Self.signatures.count)
    #expect(root(hint + "Detected 1 oom-kill event(s)\n")?.line == 2)
    #expect(root(hint + "INFO:     Application startup complete.\n")?.severity == .note)
  }

  @Test(arguments: [
    ([], LogKind.empty), ([0x1F, 0x8B, 8, 0], .compressed), (Array("%PDF-1.7\n".utf8), .binary),
    ([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0], .binary),
    (Array("[2026-01-01 10:00:00] server_args=ServerArgs(model_path='a/b')\n".utf8), .engine("SGLang")),
    (Array("2026-01-01T10:00:00Z INFO text_generation_launcher: Args\n".utf8), .engine("TGI")),
    (Array("llama_model_loader: loaded meta data with 30 key-value pairs\n".utf8), .engine("llama.cpp")),
    (Array("[TensorRT-LLM][INFO] Engine version 0.16\n".utf8), .engine("TensorRT-LLM")),
    (Array("time=2026-01-01T10:00:00Z level=INFO source=routes.go:1 msg=x\n".utf8), .engine("Ollama")),
  ])
  func whatIsNoLogOfVLLMIsNamed(bytes: [UInt8], kind: LogKind) { #expect(Self.read(bytes).kind == kind) }

  /// vLLM's error of an unknown kind is kept as such.
  @Test func anUnknownErrorIsNamed() {
    let report = Self.read(Array("INFO:  x\n(Worker_TP0 pid=1) vllm.SomeError: odd\nRuntimeError: next\n".utf8)).report
    #expect(report.matches.isEmpty)
    #expect(report.error?.text == "vllm.SomeError: odd")
    #expect(report.error?.line == 2)
  }
}

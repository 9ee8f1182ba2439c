import Plimsoll
import Testing

@Suite struct FlagDefaultsTests {
  /// One line of vLLM's own answers: the record, what was asked, and the batch that vLLM resolved.
  struct Answer: Sendable, CustomTestStringConvertible {
    var record: String
    var device: DeviceTraits
    var line: String
    var model: FlagContext
    var tokens: Int
    var seqs: Int
    var inFlight: Int
    var chunked = true
    var prefixCaching = true
    var isAsync = true
    var testDescription: String { record }
  }

  static let moe = FlagContext.decoder { $0.isMoE = true }
  static let bert = FlagContext.decoder {
    $0.isPooling = true
    $0.isEncoderOnly = true
    $0.context.stated = 8_194
  }
  static let gemma4 = FlagContext.decoder {
    $0.isMoE = true
    $0.isMultimodal = true
    $0.isMultimodalPrefixLM = true
    $0.largestItemTokens = 2_496
    $0.context.stated = 262_144
  }

  @Test(
    "vLLM's answers: batched tokens, sequences and tokens in flight",
    arguments: [
      Answer(
        record: "Qwen--Qwen3-30B-A3B-FP8__tp1__b200", device: .b200, line: "--max-model-len 4096", model: moe,
        tokens: 16_384, seqs: 1_024, inFlight: 32_768),
      Answer(
        record: "Qwen--Qwen3-30B-A3B-FP8__tp1__a100", device: .a100, line: "--max-model-len 4096", model: moe,
        tokens: 2_048, seqs: 256, inFlight: 4_096),
      Answer(
        record: "Qwen--Qwen3-30B-A3B-FP8__tp1__l40s", device: .l40s, line: "", model: moe, tokens: 2_048, seqs: 256,
        inFlight: 4_096),
      Answer(
        record: "01-ai--Yi-1.5-34B-Chat__tp1", device: .h100, line: "--max-model-len 4096", model: .decoder(),
        tokens: 8_192, seqs: 1_024, inFlight: 16_384),
      Answer(
        record: "CohereLabs--c4ai-command-r7b-12-2024__tp1__mbt2048", device: .h100,
        line: "--max-num-batched-tokens 2048", model: .decoder(), tokens: 2_048, seqs: 1_024, inFlight: 4_096),
      Answer(
        record: "CohereLabs--c4ai-command-r7b-12-2024__tp1__noasync", device: .h100, line: "--no-async-scheduling",
        model: .decoder(), tokens: 8_192, seqs: 1_024, inFlight: 8_192, isAsync: false),
      Answer(
        record: "Qwen--Qwen3-235B-A22B__tp8__pp2", device: .h100, line: "-tp 8 -pp 2", model: moe, tokens: 8_192,
        seqs: 1_024, inFlight: 24_576),
      Answer(
        record: "google--gemma-3-27b-it__tp1__pp4", device: .h100, line: "-pp 4", model: .decoder(), tokens: 8_192,
        seqs: 1_024, inFlight: 40_960),
      Answer(
        record: "google--gemma-4-26B-A4B__tp1__l40s", device: .l40s, line: "", model: gemma4, tokens: 2_496, seqs: 256,
        inFlight: 4_992),
      Answer(
        record: "BAAI--bge-reranker-v2-m3__tp1 at 4096", device: .h100, line: "--max-model-len 4096", model: bert,
        tokens: 8_192, seqs: 1_024, inFlight: 8_192, chunked: false, prefixCaching: false, isAsync: false),
      Answer(
        record: "BAAI--bge-reranker-v2-m3__tp1 at 8194", device: .h100, line: "", model: bert, tokens: 8_194,
        seqs: 1_024, inFlight: 8_194, chunked: false, prefixCaching: false, isAsync: false),
      Answer(
        record: "Qwen--Qwen3-Embedding-0.6B__tp1__pooling", device: .h100, line: "--runner pooling", model: .decoder(),
        tokens: 8_192, seqs: 1_024, inFlight: 8_192, isAsync: false),
      Answer(
        record: "Qwen--Qwen3-Next-80B-A3B-Instruct__tp1__noprefix", device: .h100, line: "--no-enable-prefix-caching",
        model: .decoder { $0.isHybrid = true }, tokens: 8_192, seqs: 1_024, inFlight: 16_384, prefixCaching: false),
      // Pooling caches prefixes also where states stand beside attention.
      Answer(
        record: "Jamba of 8 layers__tp1__pooling", device: .h100, line: "--runner pooling",
        model: .decoder { $0.isHybrid = true }, tokens: 8_192, seqs: 1_024, inFlight: 8_192, isAsync: false),
    ])
  func answers(_ answer: Answer) throws {
    let flags = try ServeFlags(line: answer.line).resolved(answer.model, on: answer.device)
    #expect(flags.maxNumBatchedTokens == answer.tokens)
    #expect(flags.maxNumSeqs == answer.seqs)
    #expect(flags.maxInFlightTokens == answer.inFlight)
    #expect(flags.enableChunkedPrefill == answer.chunked)
    #expect(flags.enablePrefixCaching == answer.prefixCaching)
    #expect(flags.asyncScheduling == answer.isAsync)
    #expect(flags.usesV2ModelRunner)
  }

  /// Rows of `get_batch_defaults` and the steps after it, worked by hand.
  @Test(arguments: [
    // The LLM class: 16,384 on large devices, 8,192 on small ones.
    ("", DeviceTraits.h100, EntryPoint.llm, 16_384, 1_024),
    ("", .a100, .llm, 8_192, 256),
    ("", .b200, .llm, 16_384, 1_024),
    // GB10 has the memory of a large device and the defaults of a small one.
    ("", .gb10, .serve, 2_048, 256),
    // Throughput doubles what is not given: 2 × 8,192 and 2 × 1,024.
    ("--performance-mode throughput", .h100, .serve, 16_384, 2_048),
    ("--performance-mode throughput --max-num-seqs 64", .h100, .serve, 16_384, 64),
    // At most one full request a sequence: 4 × 512.
    ("--max-num-seqs 4 --max-model-len 512", .h100, .serve, 2_048, 4),
    // Sequences by default are at most the batched tokens.
    ("--max-num-batched-tokens 100", .h100, .serve, 100, 100),
    // Without chunks a step holds the longest request.
    ("--no-enable-chunked-prefill", .h100, .serve, 40_960, 1_024),
    // Low-latency expert back ends with data parallelism batch 256 tokens, and so as many sequences.
    ("--all2all-backend deepep_low_latency -ep -dp 8", .h100, .serve, 256, 256),
    ("--all2all-backend deepep_low_latency -dp 8", .h100, .serve, 8_192, 1_024),
  ])
  func `defaults follow device, entry point and what is given`(
    line: String, device: DeviceTraits, entryPoint: EntryPoint, tokens: Int, seqs: Int
  ) throws {
    let flags = try ServeFlags(line: line).resolved(.decoder { $0.isMoE = true }, on: device, entryPoint)
    #expect(flags.maxNumBatchedTokens == tokens)
    #expect(flags.maxNumSeqs == seqs)
  }

  @Test(arguments: [
    ("", [String](), true, 2), ("-pp 3", [], true, 4), ("", ["VLLM_USE_V2_MODEL_RUNNER=0"], false, 2),
    // The V1 runner does not schedule ahead over stages.
    ("-pp 3", ["VLLM_USE_V2_MODEL_RUNNER=0"], false, 3),
    ("--enable-dbo", [], false, 2), ("-pp 2 --distributed-executor-backend external_launcher", [], false, 2),
    ("--spec-method suffix", [], false, 1), ("--spec-method eagle3 --spec-tokens 3", [], true, 2),
  ])
  func `batches in flight follow runner, stages and scheduling ahead`(
    line: String, environment: [String], isV2: Bool, batches: Int
  ) throws {
    let flags = try ServeFlags(line: line).resolved(
      .decoder(), on: .h100, .serve, EngineEnvironment(pairs: environment))
    #expect(flags.usesV2ModelRunner == isV2)
    #expect(flags.maxConcurrentBatches == batches)
  }

  @Test func `what nobody gives is vLLM's default`() {
    let flags = ServeFlags().resolved(.decoder())
    #expect(flags.gpuMemoryUtilization == 0.92)
    #expect(flags.blockSize == 16)
    #expect(flags.maxModelLen == 40_960)
    #expect(!flags.fitsMaxModelLen)
    #expect(flags.estimatesCUDAGraphs)
    #expect(flags.cudagraphMode == .fullAndPiecewise)
    #expect(flags.kvCacheDType == .auto)
    #expect(flags.dtype == .bfloat16)
    #expect(!flags.disableHybridKVCacheManager)
  }

  /// `_get_and_verify_max_len`: 4,096 × 2 for linear scaling; yarn, llama3 and longrope state their full length.
  @Test(arguments: [
    ("linear", 2.0, nil, "", 8_192), ("yarn", 4.0, 1_024, "", 4_096), ("llama3", 8.0, nil, "", 4_096),
    ("longrope", 1.0, 2_048, "", 2_048), ("linear", 2.0, nil, "--max-model-len 8k", 8_000),
    ("default", 1.0, nil, "--disable-sliding-window", 1_024), ("default", 1.0, nil, "--max-model-len auto", 4_096),
  ])
  func `the derived length follows the rope type`(
    type: String, factor: Double, original: Int?, line: String, length: Int
  ) throws {
    let model = FlagContext.decoder {
      $0.context = ContextLength(
        key: "max_position_embeddings", stated: 4_096, ropeType: type, ropeFactor: factor,
        originalMaxPositionEmbeddings: original)
      $0.slidingWindow = 1_024
    }
    #expect(try ServeFlags(line: line).resolved(model).maxModelLen == length)
  }

  @Test(arguments: [(DType.float32, false, DType.bfloat16), (.float32, true, .float16), (.float16, false, .float16)])
  func `a float32 checkpoint is run in half the width`(stored: DType, isPooling: Bool, dtype: DType) {
    let model = FlagContext.decoder {
      $0.dtype = stored
      $0.isPooling = isPooling
    }
    #expect(ServeFlags().resolved(model).dtype == dtype)
  }

  @Test func `absurd numbers do not end the program`() throws {
    // A command line admits none of these; a caller of the library may set them.
    var absurd = ServeFlags()
    absurd.maxNumBatchedTokens = 9_000_000_000_000_000_000
    absurd.maxNumSeqs = 9_000_000_000_000_000_000
    absurd.pipelineParallelSize = 9_000_000_000_000_000_000
    #expect(absurd.resolved(.decoder()).maxInFlightTokens == .max)
    let negative = try ServeFlags(line: "--max-num-seqs -5 --block-size 0 -tp 0 --max-model-len -7").resolved(
      .decoder())
    #expect(negative.maxNumSeqs == 1 && negative.blockSize == 1 && negative.tensorParallelSize == 1)
  }

  /// vLLM asks whether the driver's lower-case name holds `a100`.
  @Test(arguments: [
    ("A100-SXM4-80GB", true), ("NVIDIA A100X", true), ("A800-SXM4-80GB", false), ("H100 PCIe", false),
  ])
  func `an A100 is known by the driver's name`(name: String, isA100: Bool) {
    let device = Device(
      id: "some", name: name, vendor: .nvidia, backend: .cuda, architecture: "", marketedGB: 80,
      totalMemory: MemoryFigure(bytes: nil, evidence: .unverified, source: ""), specificationSource: "")
    let traits = DeviceTraits(device)
    #expect(traits.nameContainsA100 == isA100)
    // 80 × 10⁹ bytes are 74.5 GiB: large, but for the name.
    #expect(ServeFlags().resolved(.decoder(), on: traits).maxNumSeqs == (isA100 ? 256 : 1_024))
  }
}

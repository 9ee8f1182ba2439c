import Plimsoll
import Testing

/// `_set_cudagraph_sizes` of vLLM 0.33.0, worked by hand.
@Suite struct FlagCaptureSizeTests {
  /// 1, 2, 4, then 8…248 by 8 (31 sizes) and 256… by 16, up to min(2 × sequences, 512; 1,024 on SM10x; tokens).
  @Test(arguments: [
    ("--max-num-seqs 16", DeviceTraits.h100, 7, 32),  // 1 2 4 8 16 24 32
    ("--max-num-seqs 64", .h100, 19, 128),  // 3 + 16
    ("--max-num-seqs 128", .h100, 35, 256),  // 3 + 31 + 256
    ("--max-num-seqs 256", .h100, 51, 512),  // 3 + 31 + 17
    ("", .h100, 51, 512),
    ("", .b200, 83, 1_024),  // 3 + 31 + 49
    ("--max-num-seqs 100", .h100, 29, 200),  // 3 + 25, and 100, the widest decode batch
    ("--max-num-seqs 10 --max-num-batched-tokens 13", .h100, 6, 13),  // 1 2 4 8, 10 decoding, 13 batched
    ("--max-num-batched-tokens 300", .h100, 38, 300),  // 3 + 31 + 256 272 288, and 300 batched
    ("--max-num-seqs 8 --performance-mode interactivity", .h100, 16, 16),  // 1 to 16
    ("--performance-mode interactivity", .h100, 76, 512),  // 1 to 32, 40…248 (27), 256…512 (17)
    ("--max-cudagraph-capture-size 64", .h100, 11, 64),  // 3 + 8
    ("--cudagraph-capture-sizes 16 1 8 16", .h100, 3, 16),
    ("--cudagraph-capture-sizes 1 9000", .h100, 1, 1),  // beyond the batched tokens
    ("--spec-method eagle3 --spec-tokens 3 --max-num-seqs 4", .h100, 7, 32),
    ("--enforce-eager", .h100, 0, 0), ("-O 0", .h100, 0, 0), ("-cc.cudagraph_mode=NONE", .h100, 0, 0),
  ])
  func `counts and the largest size`(line: String, device: DeviceTraits, count: Int, largest: Int) throws {
    // `-cc.key=value` is one word on a command line; the reader of words splits it.
    let flags = try ServeFlags(line: line.split(separator: "=").joined(separator: " ")).resolved(.decoder(), on: device)
    #expect(flags.cudagraphCaptureSizes.count == count, "\(flags.cudagraphCaptureSizes)")
    #expect(flags.maxCudagraphCaptureSize == largest)
  }

  /// Three drafted tokens make four a request; 4 requests: cap 4 × 4 × 2 = 32. Grid 1 2 4 8 16 24 32; decode batches of
  /// 1, 2 and 4 requests are 4, 8 and 16, so 1 2 4 8 16 24 32 in all. With 5 requests: cap 40, and 5 × 4 = 20 joins.
  @Test func `drafted tokens add multiples of the query length`() throws {
    let flags = try ServeFlags(line: "--spec-method eagle3 --spec-tokens 3 --max-num-seqs 5").resolved(.decoder())
    #expect(flags.cudagraphCaptureSizes == [1, 2, 4, 8, 16, 20, 24, 32, 40])
  }

  @Test func `the model's class can raise the ceiling, and a flag overrules it`() throws {
    let gptOSS = FlagContext.decoder { $0.cudagraphCaptureSize = 1_024 }
    #expect(ServeFlags().resolved(gptOSS).cudagraphCaptureSizes.count == 83)
    #expect(try ServeFlags(line: "--max-cudagraph-capture-size 64").resolved(gptOSS).maxCudagraphCaptureSize == 64)
  }

  /// Batches of decodes, up to S · (k + 1) tokens, are captured whole (`initialize_cudagraph_keys`,
  /// v1/cudagraph_dispatcher.py); with `FULL` all are.
  @Test(arguments: [
    ("--max-num-seqs 256", 35),  // 3 + 31, and 256
    ("--max-num-seqs 16", 5),  // 1 2 4 8 16
    ("--spec-method eagle3 --spec-tokens 3 --max-num-seqs 4", 3),  // of 1 2 4 8 16 24 32 those from 4 to 16
    ("-cc.cudagraph_mode full --max-num-seqs 16", 7), ("-cc.cudagraph_mode piecewise", 0), ("--enforce-eager", 0),
  ])
  func `how many are captured whole`(line: String, count: Int) throws {
    #expect(try ServeFlags(line: line).resolved(.decoder()).numFullGraphs == count)
  }

  @Test(arguments: [
    ("", CUDAGraphMode.fullAndPiecewise), ("-O 1", .piecewise), ("-O 3", .fullAndPiecewise),
    // Not compiled piecewise: what needs it falls away.
    ("-cc.mode 0", .fullDecodeOnly), ("-cc.mode NONE", .fullDecodeOnly), ("-cc.mode 1", .none),
    ("-cc.cudagraph_mode full", .full), ("--runner pooling", .piecewise), ("--enforce-eager -O 3", .none),
  ])
  func `which graphs are captured`(line: String, mode: CUDAGraphMode) throws {
    #expect(try ServeFlags(line: line).resolved(.decoder()).cudagraphMode == mode)
  }
}

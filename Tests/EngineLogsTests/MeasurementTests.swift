import Testing

@testable import EngineLogs

/// What a reader without failures takes of logs: every start, whether kernels were compiled, and rarer lines.
@Suite struct MeasurementTests {
  static func read(_ text: String) -> LogReader {
    var reader = LogReader([])
    reader.partsStarts = true
    Array(text.utf8).withUnsafeBytes { reader.feed($0) }
    reader.finish()
    return reader
  }

  @Test(
    "A server's banner, and an engine after another's cache, begin a start",
    arguments: [
      "INFO vLLM API server version 0.33.0\n", "INFO Initializing a V1 LLM engine (v0.33.0) with config: model='m'\n",
    ])
  func starts(line: String) {
    let start = line + "INFO Model loading took 2.00 GiB\nINFO Available KV cache memory: 10.00 GiB\n"
    let reader = Self.read(start + start.replacing("10.00", with: "9.00"))
    #expect(reader.earlier.map { $0[.available] } == [10])
    #expect(reader.report[.available] == 9)
  }

  @Test("The engine of a server is no start of its own, and ranks of one start are one")
  func ranks() {
    let reader = Self.read(
      "INFO vLLM API server version 0.33.0\nINFO Initializing a V1 LLM engine (v0.33.0) with config: model='m'\n"
        + "(Worker_TP0 pid=1) INFO Available KV cache memory: 10.00 GiB\n"
        + "(Worker_TP1 pid=2) INFO Available KV cache memory: 9.90 GiB\n")
    #expect(reader.earlier.isEmpty)
    #expect(reader.report[.available] == 9.9)
  }

  @Test(
    "Kernels that one rank compiled make a first start",
    arguments: [
      ("INFO Compiling a graph for compile range (1, 8192) takes 4.01 s", true),
      ("INFO Directly load the compiled graph(s) for dynamic shape from the cache, took 1.2 s", false),
      ("INFO Directly load the compiled graph(s) for a\nINFO Compiling a graph for general shape takes 30.1 s", true),
      ("INFO Model loading took 2.00 GiB", nil),
    ] as [(String, Bool?)])
  func compiled(text: String, isFirst: Bool?) {
    #expect(Self.read(text).report.compiled == isFirst)
  }

  /// The lines of vLLM 0.33.0 `v1/worker/gpu_worker.py` and `utils/mem_utils.py`, at the level of debugging.
  @Test("Snapshots and both amounts of graphs are read")
  func figures() {
    let report = Self.read(
      "DEBUG worker init memory snapshot: torch_peak=0.0GiB, torch_allocated=0.0GiB, free_memory=78.57GiB, "
        + "total_memory=79.18GiB, cuda_memory=0.61GiB\nINFO CUDA graph pool memory: 0.44 GiB (actual), 0.52 GiB "
        + "(estimated), difference: 0.08 GiB (18.2%).\n"
    ).report
    #expect(report[.free] == 78.57)
    #expect(report[.total] == 79.18)
    #expect(report[.graphs] == 0.44)
    #expect(report[.estimatedGraphs] == 0.52)
  }
}

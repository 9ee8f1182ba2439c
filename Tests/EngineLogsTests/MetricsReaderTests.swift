import Plimsoll
import Testing

@testable import EngineLogs

/// Pages of metrics as `prometheus_client` writes them, with figures of our own.
@Suite struct MetricsReaderTests {
  static func read(_ bytes: [UInt8], part: Int = 1 << 16) -> MetricsReader {
    var reader = MetricsReader()
    eachPart(of: bytes, part) { reader.feed($0) }
    reader.finish()
    return reader
  }

  static func read(_ text: String) -> MetricsReader { read(Array(text.utf8)) }

  /// The forms of one sample (Prometheus' text format 0.0.4; OpenMetrics 1.0): its value, or that it is none.
  @Test(arguments: [
    (#"vllm:num_requests_running{engine="0",model_name="m"} 3.0"#, 3.0),
    (#"vllm:num_requests_running 3"#, 3),
    (#"vllm:num_requests_running{} 3"#, 3),
    (#"  vllm:num_requests_running { engine = "0" , } 3 1700000000000"#, 3),
    ("vllm:num_requests_running{engine=\"0\"}\t3", 3),
    (#"vllm:num_requests_running{engine="0"} 3 1.7e9 # {trace_id="a b"} 0.67 1.7e9"#, 3),
    (#"vllm:num_requests_running{model_name="a\"b\\c\n,} 9"} 3"#, 3),
    ("vllm:num_requests_running{engine=\"0\"} 3\r", 3),
    ("ray_vllm_num_requests_running{engine=\"0\",ReplicaId=\"r\"} 3", 3), ("ray_vllm:num_requests_running 3", 3),
    ("vllm:num_requests_running{engine=\"0\" 3", nil), ("vllm:num_requests_running{engine=0} 3", nil),
    ("vllm:num_requests_running{engine=\"0\"}", nil), ("vllm:num_requests_running three", nil),
    ("vllm:num_requests_running 0x3", nil), ("# vllm:num_requests_running 3", nil),
    ("vllm:num_requests_running_created 3", nil), ("other:num_requests_running 3", nil),
  ])
  func aSampleIsReadInAllItsForms(line: String, value: Double?) {
    #expect(Self.read(line + "\n").engines.first?[.running] == value)
  }

  @Test("what is no number is left out and counted", arguments: ["NaN", "+Inf", "-Inf", "-1"])
  func odd(value: String) {
    let reader = Self.read("vllm:num_requests_running 4\nvllm:num_requests_waiting \(value)\n")
    #expect(reader.engines.first?[.running] == 4)
    #expect(reader.engines.first?[.waiting] == nil)
    #expect(reader.oddValues == 1)
  }

  @Test("a share above 1 is none")
  func share() {
    #expect(Self.read("vllm:kv_cache_usage_perc 41\n").engines.first?.cacheUse == nil)
  }

  @Test("a series that stands twice counts once, with its last value; series that differ in a label are added")
  func duplicates() {
    let reader = Self.read(
      """
      vllm:request_success_total{engine="0",finished_reason="stop"} 5
      vllm:request_success_total{finished_reason="stop",engine="0"} 7
      vllm:request_success_total{engine="0",finished_reason="length"} 2
      """)
    #expect(reader.engines.first?[.finished] == 9)
    #expect(reader.repeated == 1)
  }

  /// 0.9.2 to 0.11 tell the same under both names (v1/metrics/loggers.py).
  @Test("releases that tell the use of the cache twice are not taken for twice as full")
  func bothNames() {
    let reader = Self.read("vllm:gpu_cache_usage_perc 0.4\nvllm:kv_cache_usage_perc 0.4\n")
    #expect(reader.engines.first?.cacheUse == 0.4)
    #expect(Self.read("vllm:gpu_cache_usage_perc 0.3\n").engines.first?.cacheUse == 0.3)
  }

  @Test("engines are told apart by model, number and the server that a collector adds")
  func engines() {
    let reader = Self.read(
      """
      vllm:num_requests_running{engine="0",model_name="a",pod="x"} 1
      vllm:num_requests_running{engine="1",model_name="a",pod="x"} 2
      vllm:num_requests_running{engine="0",model_name="a",pod="y"} 3
      vllm:cache_config_info{engine="1",num_gpu_blocks="70",pod="x"} 1
      vllm:cache_config_info{num_gpu_blocks="80",pod="y"} 1
      """)
    #expect(reader.engines.map { $0[.running] } == [1, 2, 3])
    #expect(reader.engines.map { $0.configured("num_gpu_blocks") } == [nil, 70, 80])
  }

  @Test("Python's None is no number of blocks")
  func none() {
    let reader = Self.read("vllm:num_requests_running 1\nvllm:cache_config_info{num_gpu_blocks=\"None\"} 1\n")
    #expect(reader.engines.first?.cacheConfig["num_gpu_blocks"] == "None")
    #expect(reader.engines.first?.configured("num_gpu_blocks") == nil)
  }

  @Test(arguments: [1, 3, 64, 4096])
  func partsOfAnySizeReadTheSame(size: Int) {
    let text = "# HELP x y\nvllm:num_requests_running{engine=\"0\"} 12\nvllm:num_requests_waiting{engine=\"0\"} 5"
    let engine = Self.read(Array(text.utf8), part: size).engines.first
    #expect(engine?[.running] == 12)
    #expect(engine?[.waiting] == 5)
  }

  @Test("a line without end and bytes of any kind are passed over in constant memory")
  func noise() {
    var bytes = [UInt8](repeating: 0x61, count: 1 << 20)
    bytes += Array("\nvllm:num_requests_running 1\n".utf8)
    bytes += (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let reader = Self.read(bytes)
    #expect(reader.engines.first?[.running] == 1)
  }

  @Test("control characters of a label, which a terminal would obey, are not kept")
  func controls() {
    let reader = Self.read("vllm:num_requests_running{model_name=\"a\u{1B}[2Jb\"} 1\n")
    #expect(reader.engines.first?.model == "a?[2Jb")
  }

  @Test(arguments: [
    ("<!DOCTYPE html><html>", MetricsReader.Kind.html), ("\u{1F}\u{8B}", .other), ("", .empty), ("\n \n", .empty),
    ("hello world", .other), ("process_open_fds 3\n", .metrics),
    ("INFO Engine 000: Running: 1 reqs, Waiting: 0 reqs, GPU KV cache usage: 0.1%", .log),
  ])
  func kinds(text: String, kind: MetricsReader.Kind) { #expect(Self.read(text).kind == kind) }

  @Test func gzipIsKnown() { #expect(Self.read([0x1F, 0x8B, 8, 0, 0]).kind == .compressed) }

  /// The line as 0.8.5, 0.11.2 and 0.33.0 print it (v1/metrics/loggers.py `LoggingStatLogger.log`).
  @Test func linesOfStatisticsAreReadInTheWordingsOfReleases() throws {
    let old = try #require(
      EngineSample(
        statistics: Array(
          ("INFO 05-01 10:00:00 [loggers.py:111] Engine 001: Avg prompt throughput: 5,200.5 tokens/s, "
            + "Avg generation throughput: 310.0 tokens/s, Running: 256 reqs, Waiting: 80 reqs, "
            + "GPU KV cache usage: 41.0%, Prefix cache hit rate: 12.5%").utf8)))
    #expect(old.engine == "1")
    #expect((old[.running], old[.waiting]) == (256, 80))
    #expect(old.cacheUse == 0.41)
    // 5,200.5 a second over ten seconds.
    #expect(old[.promptTokens] == 52_005)
    let new = try #require(
      EngineSample(
        statistics: Array(
          ("(APIServer pid=1) INFO 10-01 10:00:00 [loggers.py:310] Engine 000: Avg prompt throughput: 1.0 tokens/s, "
            + "Avg generation throughput: 2.0 tokens/s, Running: 40 reqs, Waiting: 25 reqs, Deferred: 3 reqs, "
            + "Preemptions: 12, GPU KV cache usage: 99.3%").utf8)))
    #expect((new[.waiting], new.deferred, new[.preemptions]) == (25, 3, 12))
    #expect(EngineSample(statistics: Array("Running: many reqs, GPU KV cache usage: full".utf8)) == nil)
  }
}

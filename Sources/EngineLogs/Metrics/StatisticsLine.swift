import Plimsoll

extension EngineSample {
  /// Seconds that a line of statistics covers (`VLLM_LOG_STATS_INTERVAL`, vllm/envs.py).
  package static let statisticsInterval = 10.0

  /// The line that a server writes of itself every ten seconds; nil for any other.
  ///
  ///     INFO … Engine 000: Avg prompt throughput: 5200.1 tokens/s, Avg generation throughput: 310.4 tokens/s,
  ///     Running: 40 reqs, Waiting: 25 reqs, Preemptions: 12, GPU KV cache usage: 99.3%, Prefix cache hit rate: 12.1%
  ///
  /// Source: v1/metrics/loggers.py `LoggingStatLogger.log`, 0.8.5 to 0.33.0; preemptions since 0.11.2, where there were
  /// any, and deferred requests since 0.20.
  init?(statistics line: [UInt8]) {
    func number(after words: StaticString) -> Double? {
      let bytes = UnsafeBufferPointer(start: words.utf8Start, count: words.utf8CodeUnitCount)
      guard let first = bytes.first, line.count > bytes.count else { return nil }
      var place = 0
      while let next = line[place..<(line.count - bytes.count)].firstIndex(of: first) {
        if line[next...].starts(with: bytes) {
          let start = next + bytes.count
          let end = Ascii.numberEnd(line, from: start)
          return Double(String(decoding: line[start..<end].filter { $0 != UInt8(ascii: ",") }, as: UTF8.self))
        }
        place = next + 1
      }
      return nil
    }
    guard let running = number(after: "Running: "), let use = number(after: "KV cache usage: "), use <= 100 else {
      return nil
    }
    self.init()
    self[.running] = running
    self[.waiting] = number(after: "Waiting: ")
    deferred = number(after: "Deferred: ")
    self[.cacheUse] = use / 100
    // The line is without them where there were none.
    self[.preemptions] = number(after: "Preemptions: ") ?? 0
    self[.promptTokens] = number(after: "prompt throughput: ").map { $0 * Self.statisticsInterval }
    self[.generationTokens] = number(after: "generation throughput: ").map { $0 * Self.statisticsInterval }
    if let rate = number(after: ", Prefix cache hit rate: ") {
      self[.prefixQueries] = 100
      self[.prefixHits] = rate
    }
    // "2 Engines Aggregated: Avg prompt throughput: …" (AggregatedLoggingStatLogger, since 0.11.1).
    let words = Array(" Engines Aggregated: ".utf8)
    if let end = line.indices.first(where: { line[$0] == words[0] && line[$0...].starts(with: words) }) {
      var start = end
      while start > 0, Ascii.isDigit(line[start - 1]) { start -= 1 }
      engines = Int(String(decoding: line[start..<end], as: UTF8.self)).map { max(1, min($0, 4096)) } ?? 1
    }
    if let number = number(after: "Engine "), number >= 0, number < 1e6 { engine = String(Int(number)) }
    covers = Self.statisticsInterval
  }
}

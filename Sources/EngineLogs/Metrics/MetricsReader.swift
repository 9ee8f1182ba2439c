import Plimsoll

/// Reads a page of metrics, or the lines of statistics in a log, as it comes; of any length, in constant memory.
package struct MetricsReader {
  /// The engines in the order in which they are met.
  package private(set) var engines: [EngineSample] = []
  /// Lines that are neither a metric nor a comment, in what is a page of metrics.
  package private(set) var brokenLines = 0
  /// Values of metrics that are read and are none: NaN, an infinity, below zero, a share above 1.
  package private(set) var oddValues = 0
  /// Series that stand on the page twice; the last counts.
  package private(set) var repeated = 0
  /// Metrics of whatever program.
  package private(set) var metricCount = 0
  /// Lines of statistics of a log.
  package private(set) var statisticCount = 0
  package private(set) var byteCount = 0
  private var start: [UInt8] = []
  private var line: [UInt8] = []
  private var isTooLong = false
  private var seen: [String: Double] = [:]
  private var infos: [(engine: String?, place: String, fields: [String: String])] = []

  /// The longest line that is taken apart: `cache_config_info` is some 2,000 long.
  private static let longest = 1 << 16
  /// The most engines, and series, that a page may have.
  private static let most = 4096

  package init() {}

  package mutating func feed(_ part: UnsafeRawBufferPointer) {
    byteCount += part.count
    if start.count < 64 { start += part.prefix(64 - start.count) }
    var rest = part[...]
    while let end = rest.firstIndex(of: Ascii.newline) {
      if !isTooLong, line.count + rest[..<end].count <= Self.longest {
        line += rest[..<end]
        take()
      }
      line.removeAll(keepingCapacity: true)
      isTooLong = false
      rest = rest[(end + 1)...]
    }
    if line.count + rest.count <= Self.longest { line += rest } else { isTooLong = true }
  }

  /// Takes what is left when the page has ended, and puts together what belongs to one engine.
  package mutating func finish() {
    if !isTooLong { take() }
    line = []
    for info in infos {
      for place in engines.indices
      where (info.engine ?? engines[place].engine) == engines[place].engine && info.place == engines[place].place {
        engines[place].cacheConfig = info.fields
      }
    }
    for place in engines.indices { engines[place].steps.sort { $0.most < $1.most } }
  }

  /// What was read, where it is no page of metrics.
  package enum Kind: Equatable { case metrics, log, html, compressed, empty, other }

  package var kind: Kind {
    if statisticCount > 0 { return .log }
    if metricCount > 0 { return .metrics }
    if start.starts(with: [0x1F, 0x8B]) { return .compressed }
    guard let first = start.first(where: { $0 > Ascii.space }) else { return .empty }
    return first == UInt8(ascii: "<") ? .html : .other
  }

  private mutating func take() {
    if line.last == 0x0D { line.removeLast() }
    guard let first = line.first, first != UInt8(ascii: "#") else { return }
    if let sample = EngineSample(statistics: line) {
      statisticCount += 1
      note(sample)
    } else if let metric = ExpositionLine(line) {
      metricCount += 1
      note(metric)
    } else if line.contains(where: { $0 > Ascii.space }) {
      brokenLines += 1
    }
  }

  private mutating func note(_ sample: EngineSample) {
    if let place = engines.firstIndex(where: { $0.engine == sample.engine }) {
      engines[place] = sample
    } else if engines.count < Self.most {
      engines.append(sample)
    }
  }
}

extension MetricsReader {
  /// What a histogram puts behind its name.
  private enum Part { case value, bucket, sum, count }

  private mutating func note(_ line: ExpositionLine) {
    guard let (metric, part) = Self.metric(line.name), part != .bucket || metric == .stepTokens else { return }
    let place = ["instance", "pod", "ReplicaId"].compactMap { label in line[label].map { label + "=" + $0 } }
      .joined(separator: " ")
    if metric == .cacheConfig {
      guard infos.count < Self.most else { return }
      var fields: [String: String] = [:]
      for label in line.labels { fields[label.name] = label.value }
      let engine = line["engine"].flatMap { $0.isEmpty ? nil : $0 }
      infos.removeAll { $0.engine == engine && $0.place == place }
      infos.append((engine, place, fields))
      return
    }
    let isShare = metric == .cacheUse || metric == .olderCacheUse
    guard line.value.isFinite, line.value >= 0, !isShare || line.value <= 1 else {
      oddValues += 1
      return
    }
    guard seen.count < 64 * Self.most else { return }
    let engine = engineNumber(line["engine"] ?? "0", line["model_name"], place)
    guard let engine else { return }
    let series = line.name + line.labels.map { $0.name + "=" + $0.value }.sorted().joined(separator: "\n")
    var value = line.value
    if let before = seen.updateValue(value, forKey: series) {
      // The last of two that are the same series counts, as in Prometheus.
      repeated += 1
      guard part != .bucket else { return }
      value -= before
    }
    switch (metric, part) {
    case (.stepTokens, .bucket):
      let most = line["le"].flatMap { Double($0) } ?? .infinity
      engines[engine].steps.append((most, value))
    case (.waitingByReason, _):
      if line["reason"] == "deferred" { engines[engine].deferred = (engines[engine].deferred ?? 0) + value }
    case (.sleepState, _):
      if line["sleep_state"] == "awake" { engines[engine].isAsleep = line.value == 0 }
    case (_, .count): engines[engine].addCount(metric, value)
    default: engines[engine].add(metric, value)
    }
  }

  private mutating func engineNumber(_ engine: String, _ model: String?, _ place: String) -> Int? {
    if let known = engines.firstIndex(where: { $0.engine == engine && $0.model == model && $0.place == place }) {
      return known
    }
    guard engines.count < Self.most else { return nil }
    var new = EngineSample()
    (new.engine, new.model, new.place) = (engine, model, place)
    engines.append(new)
    return engines.count - 1
  }

  /// The metric of a name on the wire: `vllm:prompt_tokens_total`, `ray_vllm_prompt_tokens_total` of Ray.
  private static func metric(_ name: String) -> (EngineMetric, Part)? {
    var rest = name[...]
    if rest.hasPrefix("ray_") { rest = rest.dropFirst(4) }
    guard rest.hasPrefix("vllm:") || rest.hasPrefix("vllm_") else { return nil }
    rest = rest.dropFirst(5)
    var part = Part.value
    for (suffix, kind) in [("_bucket", Part.bucket), ("_sum", .sum), ("_count", .count)] where rest.hasSuffix(suffix) {
      rest = rest.dropLast(suffix.utf8.count)
      part = kind
    }
    if part == .value, rest.hasSuffix("_total") { rest = rest.dropLast(6) }
    return EngineMetric(name: String(rest)).map { ($0, part) }
  }
}

/// The names under which a release tells its metrics, where releases differ.
///
/// Source: v1/metrics/loggers.py `PrometheusStatLogger`, release by release. Counters get `_total` on the wire from
/// `prometheus_client`, whether or not their name in the source has it.
public struct MetricNames: Hashable, Sendable {
  /// The share of the KV cache's blocks in use, 0 to 1; `gpu_cache_usage_perc` before 0.9.2.
  public var cacheUse = EngineMetric.cacheUse
  /// Whether `num_requests_waiting_by_reason` parts those that wait for room from those put off, as since 0.20.
  public var tellsWhyWaiting = true

  public init() {}
}

/// What a server tells of an engine, under whatever name its release has for it.
///
/// Source: v1/metrics/loggers.py and v1/spec_decode/metrics.py, 0.8.5 to 0.33.0.
public enum EngineMetric: Int, CaseIterable, Hashable, Sendable {
  case running, waiting, waitingByReason, cacheUse, olderCacheUse, preemptions, promptTokens, generationTokens
  case finished, prefixQueries, olderPrefixQueries, prefixHits, olderPrefixHits, draftedTokens, acceptedTokens
  case promptLength, outputLength, stepTokens, firstToken, queueTime, sleepState, cacheConfig

  /// The most tokens of the last bucket but that without end of `stepTokens`, whose buckets are powers of two.
  ///
  /// Source: v1/metrics/loggers.py, the buckets of `vllm:iteration_tokens_total`, 0.8.5 to 0.33.0.
  public static let largestStepBucket = 1 << 14

  /// Its name in the source, without `vllm:`, and without what a kind of metric puts behind it.
  public var name: String {
    switch self {
    case .running: "num_requests_running"
    case .waiting: "num_requests_waiting"
    case .waitingByReason: "num_requests_waiting_by_reason"
    case .cacheUse: "kv_cache_usage_perc"
    // Both names through 0.11.
    case .olderCacheUse: "gpu_cache_usage_perc"
    case .preemptions: "num_preemptions"
    case .promptTokens: "prompt_tokens"
    case .generationTokens: "generation_tokens"
    case .finished: "request_success"
    case .prefixQueries: "prefix_cache_queries"
    case .olderPrefixQueries: "gpu_prefix_cache_queries"
    case .prefixHits: "prefix_cache_hits"
    case .olderPrefixHits: "gpu_prefix_cache_hits"
    case .draftedTokens: "spec_decode_num_draft_tokens"
    case .acceptedTokens: "spec_decode_num_accepted_tokens"
    case .promptLength: "request_prompt_tokens"
    case .outputLength: "request_generation_tokens"
    // A histogram, in spite of its name.
    case .stepTokens: "iteration_tokens_total"
    case .firstToken: "time_to_first_token_seconds"
    case .queueTime: "request_queue_time_seconds"
    case .sleepState: "engine_sleep_state"
    case .cacheConfig: "cache_config_info"
    }
  }

  /// Its name on the wire: counters end in `_total`.
  public var series: String { "vllm:" + name + (isCounter ? "_total" : "") }

  /// The metric of a ``name``.
  public init?(name: String) {
    guard let metric = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = metric
  }

  /// Whether it only ever grows while an engine lives.
  public var isCounter: Bool {
    switch self {
    case .preemptions, .promptTokens, .generationTokens, .finished, .prefixQueries, .olderPrefixQueries, .prefixHits,
      .olderPrefixHits, .draftedTokens, .acceptedTokens:
      true
    default: false
    }
  }
}

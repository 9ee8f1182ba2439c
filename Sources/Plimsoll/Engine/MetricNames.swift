/// The names under which a release tells its metrics, where releases differ.
///
/// Source: v1/metrics/loggers.py `PrometheusStatLogger`, release by release. Counters get `_total` on the wire from
/// `prometheus_client`, whether or not their name in the source has it.
public struct MetricNames: Hashable, Sendable {
  /// The share of the KV cache's blocks in use, 0 to 1; `gpu_cache_usage_perc` before 0.9.2.
  public var cacheUse = "vllm:kv_cache_usage_perc"
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

  /// The metric of a name without `vllm:`, and without what a kind of metric puts behind it.
  public init?(name: String) {
    switch name {
    case "num_requests_running": self = .running
    case "num_requests_waiting": self = .waiting
    case "num_requests_waiting_by_reason": self = .waitingByReason
    case "kv_cache_usage_perc": self = .cacheUse
    // Both names through 0.11.
    case "gpu_cache_usage_perc": self = .olderCacheUse
    case "num_preemptions": self = .preemptions
    case "prompt_tokens": self = .promptTokens
    case "generation_tokens": self = .generationTokens
    case "request_success": self = .finished
    case "prefix_cache_queries": self = .prefixQueries
    case "gpu_prefix_cache_queries": self = .olderPrefixQueries
    case "prefix_cache_hits": self = .prefixHits
    case "gpu_prefix_cache_hits": self = .olderPrefixHits
    case "spec_decode_num_draft_tokens": self = .draftedTokens
    case "spec_decode_num_accepted_tokens": self = .acceptedTokens
    case "request_prompt_tokens": self = .promptLength
    case "request_generation_tokens": self = .outputLength
    // A histogram, in spite of its name.
    case "iteration_tokens", "iteration_tokens_total": self = .stepTokens
    case "time_to_first_token_seconds": self = .firstToken
    case "request_queue_time_seconds": self = .queueTime
    case "engine_sleep_state": self = .sleepState
    case "cache_config_info": self = .cacheConfig
    default: return nil
    }
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

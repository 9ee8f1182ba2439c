/// A page of metrics as `prometheus_client` writes the metrics of v1/metrics/loggers.py, with figures of our own.
struct Scrape {
  var running = 40.0
  var waiting = 25.0
  var deferred = 0.0
  var use = 0.993
  var preemptions = 12.0
  var generated = 300_000.0
  var blocks = 28_004
  var tokens = 448_064
  var utilization = 0.92

  /// As 0.8.5 does: the cache under its older names, and an engine that does not know its blocks.
  var oldest: String {
    page(prefix: "gpu_", waiting: waiting, steps: (1024, 30))
      + "# TYPE vllm:gpu_cache_usage_perc gauge\nvllm:gpu_cache_usage_perc{\(Self.labels)} \(use)\n" + """
        # TYPE vllm:cache_config_info gauge
        vllm:cache_config_info{block_size="16",cache_dtype="auto",enable_prefix_caching="True",gpu_memory_utilization="0.9",num_gpu_blocks="None",num_gpu_blocks_override="None",swap_space="4"} 1.0
        """ + "\n"
  }

  var newest: String {
    page(prefix: "", waiting: waiting + deferred, steps: (512, 0)) + """
      # TYPE vllm:num_requests_waiting_by_reason gauge
      vllm:num_requests_waiting_by_reason{\(Self.labels),reason="capacity"} \(waiting)
      vllm:num_requests_waiting_by_reason{\(Self.labels),reason="deferred"} \(deferred)
      # TYPE vllm:engine_sleep_state gauge
      vllm:engine_sleep_state{\(Self.labels),sleep_state="awake"} 1.0
      vllm:engine_sleep_state{\(Self.labels),sleep_state="weights_offloaded"} 0.0
      vllm:engine_sleep_state{\(Self.labels),sleep_state="discard_all"} 0.0
      # TYPE vllm:kv_cache_usage_perc gauge
      vllm:kv_cache_usage_perc{\(Self.labels)} \(use)
      # TYPE vllm:cache_config_info gauge
      vllm:cache_config_info{block_size="16",cache_dtype="auto",enable_prefix_caching="True",engine="0",gpu_memory_utilization="\(utilization)",kv_cache_max_concurrency="3.418",kv_cache_memory_bytes="None",kv_cache_size_tokens="\(tokens)",num_gpu_blocks="\(blocks)",num_gpu_blocks_override="None"} 1.0
      """ + "\n"
  }

  private static let labels = #"engine="0",model_name="org/model""#

  /// What all releases tell alike.
  ///
  /// - Parameters:
  ///   - prefix: Of the names of the prefix cache.
  ///   - steps: A hundred steps, of which so many took no more than those tokens, and none more than twice as many.
  private func page(prefix: String, waiting: Double, steps: (tokens: Int, count: Int)) -> String {
    let labels = Self.labels
    let buckets = [8, 512, 1024, 2048, 4096, 8192].map { most in
      "vllm:iteration_tokens_total_bucket{engine=\"0\",le=\"\(most).0\",model_name=\"org/model\"} "
        + (most > steps.tokens ? "100.0" : "\(steps.count).0")
    }
    return """
      # TYPE vllm:num_requests_running gauge
      vllm:num_requests_running{\(labels)} \(running)
      # TYPE vllm:num_requests_waiting gauge
      vllm:num_requests_waiting{\(labels)} \(waiting)
      # TYPE vllm:\(prefix)prefix_cache_queries_total counter
      vllm:\(prefix)prefix_cache_queries_total{\(labels)} 200000.0
      # TYPE vllm:\(prefix)prefix_cache_hits_total counter
      vllm:\(prefix)prefix_cache_hits_total{\(labels)} 50000.0
      # TYPE vllm:num_preemptions_total counter
      vllm:num_preemptions_total{\(labels)} \(preemptions)
      # TYPE vllm:prompt_tokens_total counter
      vllm:prompt_tokens_total{\(labels)} 1.2e+06
      # TYPE vllm:generation_tokens_total counter
      vllm:generation_tokens_total{\(labels)} \(generated)
      # TYPE vllm:request_success_total counter
      vllm:request_success_total{engine="0",finished_reason="stop",model_name="org/model"} 900.0
      vllm:request_success_total{engine="0",finished_reason="length",model_name="org/model"} 100.0
      vllm:request_success_total{engine="0",finished_reason="abort",model_name="org/model"} 0.0
      # TYPE vllm:iteration_tokens_total histogram
      \(buckets.joined(separator: "\n"))
      vllm:iteration_tokens_total_bucket{engine="0",le="+Inf",model_name="org/model"} 100.0
      vllm:iteration_tokens_total_count{\(labels)} 100.0
      vllm:iteration_tokens_total_sum{\(labels)} 90000.0
      # TYPE vllm:request_prompt_tokens histogram
      vllm:request_prompt_tokens_count{\(labels)} 1000.0
      vllm:request_prompt_tokens_sum{\(labels)} 1.2e+06
      # TYPE vllm:time_to_first_token_seconds histogram
      vllm:time_to_first_token_seconds_count{\(labels)} 1000.0
      vllm:time_to_first_token_seconds_sum{\(labels)} 250.0
      # TYPE process_open_fds gauge
      process_open_fds 72.0
      """ + "\n"
  }
}

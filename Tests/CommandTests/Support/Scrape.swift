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
    """
    # TYPE vllm:num_requests_running gauge
    vllm:num_requests_running{engine="0",model_name="org/model"} \(running)
    # TYPE vllm:num_requests_waiting gauge
    vllm:num_requests_waiting{engine="0",model_name="org/model"} \(waiting)
    # TYPE vllm:gpu_cache_usage_perc gauge
    vllm:gpu_cache_usage_perc{engine="0",model_name="org/model"} \(use)
    # TYPE vllm:gpu_prefix_cache_queries_total counter
    vllm:gpu_prefix_cache_queries_total{engine="0",model_name="org/model"} 200000.0
    # TYPE vllm:gpu_prefix_cache_hits_total counter
    vllm:gpu_prefix_cache_hits_total{engine="0",model_name="org/model"} 50000.0
    # TYPE vllm:num_preemptions_total counter
    vllm:num_preemptions_total{engine="0",model_name="org/model"} \(preemptions)
    # TYPE vllm:prompt_tokens_total counter
    vllm:prompt_tokens_total{engine="0",model_name="org/model"} 1.2e+06
    # TYPE vllm:generation_tokens_total counter
    vllm:generation_tokens_total{engine="0",model_name="org/model"} 300000.0
    # TYPE vllm:request_success_total counter
    vllm:request_success_total{engine="0",finished_reason="stop",model_name="org/model"} 900.0
    vllm:request_success_total{engine="0",finished_reason="length",model_name="org/model"} 100.0
    vllm:request_success_total{engine="0",finished_reason="abort",model_name="org/model"} 0.0
    # TYPE vllm:iteration_tokens_total histogram
    vllm:iteration_tokens_total_bucket{engine="0",le="8.0",model_name="org/model"} 30.0
    vllm:iteration_tokens_total_bucket{engine="0",le="1024.0",model_name="org/model"} 30.0
    vllm:iteration_tokens_total_bucket{engine="0",le="2048.0",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_bucket{engine="0",le="4096.0",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_bucket{engine="0",le="8192.0",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_bucket{engine="0",le="+Inf",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_count{engine="0",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_sum{engine="0",model_name="org/model"} 105240.0
    # TYPE vllm:request_prompt_tokens histogram
    vllm:request_prompt_tokens_count{engine="0",model_name="org/model"} 1000.0
    vllm:request_prompt_tokens_sum{engine="0",model_name="org/model"} 1.2e+06
    # TYPE vllm:time_to_first_token_seconds histogram
    vllm:time_to_first_token_seconds_count{engine="0",model_name="org/model"} 1000.0
    vllm:time_to_first_token_seconds_sum{engine="0",model_name="org/model"} 250.0
    # TYPE vllm:cache_config_info gauge
    vllm:cache_config_info{block_size="16",cache_dtype="auto",enable_prefix_caching="True",gpu_memory_utilization="0.9",num_gpu_blocks="None",num_gpu_blocks_override="None",swap_space="4"} 1.0
    # TYPE process_open_fds gauge
    process_open_fds 72.0
    """ + "\n"
  }

  var newest: String {
    """
    # TYPE vllm:num_requests_running gauge
    vllm:num_requests_running{engine="0",model_name="org/model"} \(running)
    # TYPE vllm:num_requests_waiting gauge
    vllm:num_requests_waiting{engine="0",model_name="org/model"} \(waiting + deferred)
    # TYPE vllm:num_requests_waiting_by_reason gauge
    vllm:num_requests_waiting_by_reason{engine="0",model_name="org/model",reason="capacity"} \(waiting)
    vllm:num_requests_waiting_by_reason{engine="0",model_name="org/model",reason="deferred"} \(deferred)
    # TYPE vllm:engine_sleep_state gauge
    vllm:engine_sleep_state{engine="0",model_name="org/model",sleep_state="awake"} 1.0
    vllm:engine_sleep_state{engine="0",model_name="org/model",sleep_state="weights_offloaded"} 0.0
    vllm:engine_sleep_state{engine="0",model_name="org/model",sleep_state="discard_all"} 0.0
    # TYPE vllm:kv_cache_usage_perc gauge
    vllm:kv_cache_usage_perc{engine="0",model_name="org/model"} \(use)
    # TYPE vllm:prefix_cache_queries_total counter
    vllm:prefix_cache_queries_total{engine="0",model_name="org/model"} 200000.0
    # TYPE vllm:prefix_cache_hits_total counter
    vllm:prefix_cache_hits_total{engine="0",model_name="org/model"} 50000.0
    # TYPE vllm:num_preemptions_total counter
    vllm:num_preemptions_total{engine="0",model_name="org/model"} \(preemptions)
    # TYPE vllm:prompt_tokens_total counter
    vllm:prompt_tokens_total{engine="0",model_name="org/model"} 1.2e+06
    # TYPE vllm:generation_tokens_total counter
    vllm:generation_tokens_total{engine="0",model_name="org/model"} \(generated)
    # TYPE vllm:request_success_total counter
    vllm:request_success_total{engine="0",finished_reason="stop",model_name="org/model"} 900.0
    vllm:request_success_total{engine="0",finished_reason="length",model_name="org/model"} 100.0
    vllm:request_success_total{engine="0",finished_reason="abort",model_name="org/model"} 0.0
    # TYPE vllm:iteration_tokens_total histogram
    vllm:iteration_tokens_total_bucket{engine="0",le="8.0",model_name="org/model"} 0.0
    vllm:iteration_tokens_total_bucket{engine="0",le="1024.0",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_bucket{engine="0",le="2048.0",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_bucket{engine="0",le="4096.0",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_bucket{engine="0",le="8192.0",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_bucket{engine="0",le="+Inf",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_count{engine="0",model_name="org/model"} 100.0
    vllm:iteration_tokens_total_sum{engine="0",model_name="org/model"} 90000.0
    # TYPE vllm:request_prompt_tokens histogram
    vllm:request_prompt_tokens_count{engine="0",model_name="org/model"} 1000.0
    vllm:request_prompt_tokens_sum{engine="0",model_name="org/model"} 1.2e+06
    # TYPE vllm:time_to_first_token_seconds histogram
    vllm:time_to_first_token_seconds_count{engine="0",model_name="org/model"} 1000.0
    vllm:time_to_first_token_seconds_sum{engine="0",model_name="org/model"} 250.0
    # TYPE vllm:cache_config_info gauge
    vllm:cache_config_info{block_size="16",cache_dtype="auto",enable_prefix_caching="True",engine="0",gpu_memory_utilization="\(utilization)",kv_cache_max_concurrency="3.418",kv_cache_memory_bytes="None",kv_cache_size_tokens="\(tokens)",num_gpu_blocks="\(blocks)",num_gpu_blocks_override="None"} 1.0
    # TYPE process_open_fds gauge
    process_open_fds 72.0
    """ + "\n"
  }
}

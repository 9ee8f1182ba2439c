/// A file for `promtool test rules`: servers with one fault each, and the alerts that have to fire then, and no other.
enum AlertCases {
  private struct Case {
    var name: String
    var running = 200
    var waiting = 0
    var deferred = 0
    var use = 0.6
    var preemptionsPerMinute = 0
    var promptTokens = 1200
    /// What every step took: over 4,096 tokens, or a few.
    var fullSteps = false
    var otherUtilization = false
    var minutes = 30
    var isGone = false
    var fires: [String] = []
  }

  /// Of 448,064 tokens, 1,024 seats and steps of 8,192.
  private static let cases = [
    Case(name: "quiet", minutes: 150),
    Case(name: "full and nobody waits", use: 0.99),
    Case(name: "preempts", use: 0.9, preemptionsPerMinute: 2, fires: ["VLLMPreempts"]),
    Case(name: "cache full", running: 40, waiting: 25, use: 0.97, fires: ["VLLMCacheFull"]),
    // A fifth of the tokens is 89,613.
    Case(name: "long prompts", waiting: 3, use: 0.8, promptTokens: 100_000, fires: ["VLLMCacheFull"]),
    Case(name: "shorter prompts", waiting: 3, use: 0.8, promptTokens: 80_000),
    Case(name: "seats taken", running: 1024, waiting: 80, use: 0.41, fires: ["VLLMSeatsTaken"]),
    Case(name: "seats taken, most of the cache", running: 1024, waiting: 80, use: 0.9, fires: ["VLLMSeatsTaken"]),
    Case(name: "queue", running: 30, waiting: 12, use: 0.5, fires: ["VLLMStepsFull"]),
    Case(name: "full steps", running: 30, waiting: 2, use: 0.5, fullSteps: true, fires: ["VLLMStepsFull"]),
    Case(name: "short queue", running: 30, waiting: 2, use: 0.5),
    Case(name: "long queue", running: 1024, waiting: 1100, fires: ["VLLMNeedsReplica", "VLLMSeatsTaken"]),
    Case(name: "other flag", otherUtilization: true, fires: ["VLLMNotAsPlanned"]),
    Case(name: "idle", running: 3, use: 0.05, minutes: 150, fires: ["VLLMOversized"]),
    Case(name: "idle cache, full seats", running: 1024, waiting: 9, use: 0.2, minutes: 150, fires: ["VLLMSeatsTaken"]),
    Case(name: "gone", isGone: true, fires: ["VLLMGone"]),
  ]

  /// - Parameter release: Whose names the metrics have.
  static func file(_ release: String) -> String {
    var text = "rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n"
    var all = cases
    if release == "0.33.0" { all.append(Case(name: "put off", running: 30, deferred: 80)) }
    for one in all {
      text += "  - name: \(one.name)\n    interval: 1m\n    input_series:\n"
      for (series, values) in one.isGone
        ? [("up", "1")] : self.series(one, "0", release) + self.series(Case(name: ""), "1", release)
      {
        text += "      - {series: '\(series)', values: '\(values)x200'}\n"
      }
      text += "    promql_expr_test:\n      - expr: count by (alertname) (ALERTS{alertstate=\"firing\"})\n"
      text += "        eval_time: \(one.minutes)m\n        exp_samples:\(one.fires.isEmpty ? " []" : "")\n"
      for alert in one.fires { text += "          - {labels: '{alertname=\"\(alert)\"}', value: 1}\n" }
    }
    return text
  }

  private static func series(_ one: Case, _ engine: String, _ release: String) -> [(String, String)] {
    let labels = "model_name=\"m\",engine=\"\(engine)\",instance=\"a:8000\",job=\"vllm\""
    func named(_ name: String, _ more: String = "") -> String { "vllm:\(name){\(labels)\(more)}" }
    let planned = release == "0.33.0" ? "0.92" : "0.9"
    var series = [
      (named("num_requests_running"), "\(one.running)"),
      (named("num_requests_waiting"), "\(one.waiting + one.deferred)"),
      (named(release == "0.8.5" ? "gpu_cache_usage_perc" : "kv_cache_usage_perc"), "\(one.use)"),
      (named("num_preemptions_total"), "0+\(one.preemptionsPerMinute)"),
      (named("generation_tokens_total"), "0+6000"), (named("request_prompt_tokens_count"), "0+10"),
      (named("request_prompt_tokens_sum"), "0+\(one.promptTokens * 10)"),
      (named("iteration_tokens_total_bucket", ",le=\"64\""), one.fullSteps ? "0" : "0+60"),
      (named("iteration_tokens_total_bucket", ",le=\"4096\""), one.fullSteps ? "0" : "0+60"),
      (named("iteration_tokens_total_bucket", ",le=\"8192\""), "0+60"),
      (named("iteration_tokens_total_bucket", ",le=\"+Inf\""), "0+60"),
      (named("cache_config_info", ",gpu_memory_utilization=\"\(one.otherUtilization ? "0.8" : planned)\""), "1"),
    ]
    if release == "0.33.0" {
      series.append((named("num_requests_waiting_by_reason", ",reason=\"capacity\""), "\(one.waiting)"))
      series.append((named("num_requests_waiting_by_reason", ",reason=\"deferred\""), "\(one.deferred)"))
    }
    return series
  }
}

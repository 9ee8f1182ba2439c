import CommandLineKit
import EngineLogs
import ModelFiles
import Plimsoll

/// The lines that `watch` draws, as alerts of Prometheus: for a release's names of metrics, and a plan's figures.
struct PrometheusRules {
  var metrics: MetricNames
  var plan: SavedPlan?

  private struct Alert {
    var name: String
    var expression: String
    var lasts: String
    var severity: String
    var summary: String
    var advice: String
  }

  /// A file of rules.
  var text: String {
    var text = "groups:\n  - name: plimsoll\n    rules:\n"
    for alert in alerts {
      text += "      - alert: \(alert.name)\n        expr: |-\n"
      for line in alert.expression.split(separator: "\n") { text += "          \(line)\n" }
      text += "        for: \(alert.lasts)\n        labels:\n          severity: \(alert.severity)\n"
      text += "        annotations:\n          summary: \(Self.quoted(alert.summary))\n"
      text += "          description: \(Self.quoted(alert.advice))\n"
    }
    return text
  }

  /// A text of JSON is one of YAML.
  private static func quoted(_ text: String) -> String { JSON.string(text).serialized(pretty: false) }

  private static let who = "{{ $labels.model_name }} engine {{ $labels.engine }}"

  /// Requests that wait for room. Those that are put off wait for something else.
  private var waiting: String {
    metrics.tellsWhyWaiting
      ? EngineMetric.waitingByReason.series + "{reason=\"capacity\"}" : EngineMetric.waiting.series
  }
  private var and: String { metrics.tellsWhyWaiting ? "and ignoring (reason)" : "and" }
  private var use: String { metrics.cacheUse.series }
  private var model: String { plan.map { " (planned: \($0.model) on \($0.count) x \($0.device))" } ?? "" }

  private func mean(_ metric: EngineMetric) -> String {
    "rate(\(metric.series)_sum[5m]) / rate(\(metric.series)_count[5m])"
  }

  private var alerts: [Alert] {
    let full = LoadLimits.fullCache.fixed(2)
    let roomy = LoadLimits.roomyCache.fixed(2)
    var more = "Set --kv-cache-dtype fp8, "
    // In whole hundredths, as a person sets it.
    let most = plan.map { Int(min($0.mostUtilization ?? 0, 1) * 100 + 1e-9) } ?? 100
    if Double(most) > (plan?.utilization ?? 0) * 100 + 0.5 {
      let limit = plan == nil ? "" : " up to " + (Double(most) / 100).fixed(2)
      more = "Raise --gpu-memory-utilization\(limit), set --kv-cache-dtype fp8, "
    }
    var isFull = "\(use) > \(full)"
    if let tokens = plan?.tokens {
      // A prompt has to fit whole.
      isFull =
        "(\n  \(isFull)\n  or \(use) >= \(roomy)\n"
        + "  and (1 - \(use)) * \(tokens) < \(mean(.promptLength))\n)"
    }
    var alerts = [
      Alert(
        name: "VLLMPreempts", expression: "rate(\(EngineMetric.preemptions.series)[5m]) > 0", lasts: "10m",
        severity: "warning", summary: Self.who + " loses cache of running requests" + model,
        advice: more + "lower --max-num-seqs, or add a replica."),
      Alert(
        name: "VLLMCacheFull", expression: "\(isFull)\n\(and) \(waiting) > 0", lasts: "5m", severity: "warning",
        summary: Self.who + " has requests waiting for KV cache" + model, advice: more + "or add a replica."),
    ]
    if let plan {
      alerts += planned(plan, full)
    } else {
      alerts.append(
        Alert(
          name: "VLLMQueueBesideRoom", expression: "\(use) < \(roomy)\n\(and) \(waiting) > 0", lasts: "5m",
          severity: "warning", summary: Self.who + " has requests waiting while its KV cache has room",
          advice: "Raise --max-num-seqs or --max-num-batched-tokens; a plan tells which of the two."))
    }
    return alerts + common
  }

  /// What is said against a plan's figures.
  private func planned(_ plan: SavedPlan, _ full: String) -> [Alert] {
    let running = EngineMetric.running.series
    let seats = plan.mostSeats.map { $0 > plan.seats ? ", at most \($0)." : ", which takes more memory." } ?? "."
    var queue = "\(waiting) >= \(LoadLimits.queue.fixed(0))"
    if let edge = Self.fullStep(plan.stepTokens) {
      // Half of the steps are in the bucket that the longest one is in.
      let same = "(job, instance, model_name, engine)"
      queue =
        "(\n  \(queue)\n  or \(waiting) > 0\n  and on \(same)\n  histogram_quantile(0.5, sum by "
        + "(le, job, instance, model_name, engine) (rate(\(EngineMetric.stepTokens.series)_bucket[5m]))) \(edge)\n)"
    }
    var alerts = [
      Alert(
        name: "VLLMSeatsTaken",
        expression: "\(running) >= \(plan.seats)\nand \(use) <= \(full)\n\(and) \(waiting) > 0",
        lasts: "5m", severity: "warning", summary: Self.who + " has all \(plan.seats) seats taken" + model,
        advice: "Raise --max-num-seqs\(seats)"),
      Alert(
        name: "VLLMStepsFull",
        expression: "\(queue)\n\(and) \(use) <= \(full)\n\(and) \(running) < \(plan.seats)",
        lasts: "10m", severity: "warning", summary: Self.who + " has prompts waiting for full steps" + model,
        advice: "Raise --max-num-batched-tokens above \(plan.stepTokens), or add a replica."),
      Alert(
        name: "VLLMNeedsReplica", expression: "\(waiting) >= \(max(Int(LoadLimits.queue), plan.seats))", lasts: "5m",
        severity: "critical", summary: Self.who + " has a queue as long as all its seats" + model,
        advice: "Add a replica."),
    ]
    // What the engine was told: the share, or the bytes.
    let bytes = plan.flags["kv_cache_memory_bytes"]?.amount
    let (label, value) =
      bytes.map { ("kv_cache_memory_bytes", $0.fixed(0)) } ?? ("gpu_memory_utilization", "\(plan.utilization)")
    let flag = "--" + label.map { $0 == "_" ? "-" : String($0) }.joined()
    alerts.append(
      Alert(
        name: "VLLMNotAsPlanned",
        expression: "\(EngineMetric.cacheConfig.series){\(label)!=\"\(value)\",\(label)!=\"\"}", lasts: "5m",
        severity: "warning",
        summary: "engine {{ $labels.engine }} was started with another \(flag) than planned" + model,
        advice: "Start it with \(flag) \(value), or plan it as it runs."))
    return alerts
  }

  /// Above which median a step is full: the lower end of the bucket that the most tokens are in. The median is never above the
  /// last bucket; nil where none is near enough.
  static func fullStep(_ most: Int) -> String? {
    guard most > 1 else { return nil }
    let edge = 1 << (Int.bitWidth - 1 - (most - 1).leadingZeroBitCount)
    let last = EngineMetric.largestStepBucket
    return edge < last ? "> \(edge)" : edge == last ? ">= \(edge)" : nil
  }

  private var common: [Alert] {
    [
      Alert(
        name: "VLLMOversized",
        expression: "max_over_time(\(use)[1h]) < \(LoadLimits.idleCache.fixed(2))\n"
          + "and rate(\(EngineMetric.generationTokens.series)[1h]) > 0\n\(and) avg_over_time(\(waiting)[1h]) < 1",
        lasts: "1h", severity: "info", summary: Self.who + " has more KV cache than its load takes",
        advice: "Run fewer replicas, take a smaller GPU, or allow longer requests."),
      Alert(
        name: "VLLMGone", expression: "absent(\(EngineMetric.running.series))", lasts: "5m", severity: "critical",
        summary: "no engine of vLLM tells its metrics",
        advice: "See whether the server is up, and its log: plimsoll diagnose."),
    ]
  }
}

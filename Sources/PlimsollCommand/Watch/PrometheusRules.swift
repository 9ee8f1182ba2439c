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

  private var alerts: [Alert] {
    let use = metrics.cacheUse
    // Requests that are put off wait for no room.
    let (waiting, joined) =
      metrics.tellsWhyWaiting
      ? ("vllm:num_requests_waiting_by_reason{reason=\"capacity\"}", "and ignoring (reason)")
      : ("vllm:num_requests_waiting", "and")
    let full = LoadLimits.fullCache.fixed(2)
    let roomy = LoadLimits.roomyCache.fixed(2)
    let model = plan.map { " (planned: \($0.model) on \($0.count) x \($0.device))" } ?? ""
    let most = plan?.mostUtilization.map { " up to " + (($0 * 100).rounded(.down) / 100).fixed(2) } ?? ""
    let more = "Raise --gpu-memory-utilization\(most), set --kv-cache-dtype fp8, "
    var alerts = [
      Alert(
        name: "VLLMPreempts", expression: "rate(vllm:num_preemptions_total[5m]) > 0", lasts: "10m",
        severity: "warning", summary: Self.who + " loses cache of running requests" + model,
        advice: more + "lower --max-num-seqs, or add a replica."),
      Alert(
        name: "VLLMCacheFull", expression: "\(use) > \(full)\n\(joined) \(waiting) > 0", lasts: "5m",
        severity: "warning", summary: Self.who + " has requests waiting for KV cache" + model,
        advice: more + "or add a replica."),
    ]
    guard let plan else {
      alerts.append(
        Alert(
          name: "VLLMQueueBesideRoom", expression: "\(use) < \(roomy)\n\(joined) \(waiting) > 0", lasts: "5m",
          severity: "warning", summary: Self.who + " has requests waiting while its KV cache has room",
          advice: "Raise --max-num-seqs or --max-num-batched-tokens; a plan tells which of the two."))
      return alerts + common
    }
    let seats = plan.mostSeats.map { ", at most \($0)" } ?? ""
    alerts += [
      Alert(
        name: "VLLMSeatsTaken",
        expression: "vllm:num_requests_running >= \(plan.seats)\nand \(use) < \(roomy)\n\(joined) \(waiting) > 0",
        lasts: "5m", severity: "warning", summary: Self.who + " has all \(plan.seats) seats taken" + model,
        advice: "Raise --max-num-seqs\(seats)."),
      Alert(
        name: "VLLMStepsFull",
        expression:
          "\(waiting) >= \(LoadLimits.queue.fixed(0))\nand on (job, instance, model_name, engine)\n"
          + "histogram_quantile(0.5, sum by (le, job, instance, model_name, engine) "
          + "(rate(vllm:iteration_tokens_total_bucket[5m]))) > \(plan.stepTokens / 2)\n"
          + "and on (job, instance, model_name, engine)\n\(use) < \(roomy)\n"
          + "and on (job, instance, model_name, engine)\nvllm:num_requests_running < \(plan.seats)",
        lasts: "10m", severity: "warning", summary: Self.who + " has prompts waiting for full steps" + model,
        advice: "Raise --max-num-batched-tokens above \(plan.stepTokens), or add a replica."),
      Alert(
        name: "VLLMNeedsReplica", expression: "\(waiting) >= \(max(Int(LoadLimits.queue), plan.seats))", lasts: "5m",
        severity: "critical", summary: Self.who + " has a queue as long as all its seats" + model,
        advice: "Add a replica."),
    ]
    if plan.flags["kv_cache_memory_bytes"]?.amount == nil {
      let runs = "gpu_memory_utilization!=\"\(plan.utilization)\",gpu_memory_utilization!=\"\""
      alerts.append(
        Alert(
          name: "VLLMNotAsPlanned", expression: "vllm:cache_config_info{\(runs)}", lasts: "5m", severity: "warning",
          summary: "engine {{ $labels.engine }} was started with another --gpu-memory-utilization than planned" + model,
          advice: "Start it with --gpu-memory-utilization \(plan.utilization), or plan it as it runs."))
    }
    return alerts + common
  }

  private var common: [Alert] {
    [
      Alert(
        name: "VLLMOversized",
        expression: "max_over_time(\(metrics.cacheUse)[1h]) < \(LoadLimits.idleCache.fixed(2))\n"
          + "and rate(vllm:generation_tokens_total[1h]) > 0",
        lasts: "1h", severity: "info", summary: Self.who + " has more KV cache than its load takes",
        advice: "Run fewer replicas, take a smaller GPU, or allow longer requests."),
      Alert(
        name: "VLLMGone", expression: "absent(vllm:num_requests_running)", lasts: "5m", severity: "critical",
        summary: "no engine of vLLM tells its metrics",
        advice: "See whether the server is up, and its log: plimsoll diagnose."),
    ]
  }
}

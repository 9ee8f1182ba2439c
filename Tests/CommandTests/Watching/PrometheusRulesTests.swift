import Foundation
import ModelFiles
import Testing

@testable import PlimsollCommand

private let hasPromtool = (try? shell("command -v promtool").status) == 0
private let hasYAML = (try? shell("python3 -c 'import yaml'").status) == 0

/// `plimsoll watch --format prometheus-rules`.
@Suite struct PrometheusRulesTests {
  private func rules(_ words: String, plan release: String? = nil) throws -> String {
    let answer = try WatchTests.watch(
      "", release: release ?? "0.33.0", (release == nil ? "" : "--plan $plan ") + "--format prometheus-rules " + words)
    #expect(answer.status == 0, "\(answer.err)")
    return answer.out
  }

  @Test(
    "a release's own names of metrics are asked for",
    arguments: [
      ("0.8.5", "vllm:gpu_cache_usage_perc", "vllm:num_requests_waiting > 0"),
      ("0.9.2", "vllm:kv_cache_usage_perc", "vllm:num_requests_waiting > 0"),
      ("0.19.1", "vllm:kv_cache_usage_perc", "vllm:num_requests_waiting > 0"),
      ("0.33.0", "vllm:kv_cache_usage_perc", #"vllm:num_requests_waiting_by_reason{reason="capacity"} > 0"#),
    ])
  func names(release: String, use: String, waiting: String) throws {
    for text in [try rules("--vllm \(release)"), try rules("", plan: release)] {
      #expect(text.contains(use + " > 0.95") && text.contains(waiting))
      #expect(text.contains("gpu_cache_usage_perc") == (release == "0.8.5"))
    }
  }

  @Test("thresholds are the plan's")
  func thresholds() throws {
    let text = try rules("", plan: "0.33.0")
    // The defaults of an H100: 1,024 seats and steps of 8,192 tokens, of which a full one takes more than 4,096.
    #expect(text.contains("vllm:num_requests_running >= 1024"))
    #expect(text.contains("))) > 4096"))
    #expect(text.contains(#"gpu_memory_utilization!="0.92""#))
  }

  @Test("they are YAML with the keys of an alert", .enabled(if: hasYAML, "PyYAML is needed"))
  func yaml() throws {
    try withFolder { folder in
      for (number, text) in [try rules(""), try rules("", plan: "0.33.0")].enumerated() {
        try text.write(toFile: folder + "/\(number).yaml", atomically: false, encoding: .utf8)
        let read = try shell(
          "python3 -c 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))' < \(folder)/\(number).yaml"
        )
        let alerts = try JSON.parse(read.out).items("groups.#0.rules")
        #expect(alerts.count == [5, 8][number])
        for alert in alerts {
          #expect(Set(alert.keys) == ["alert", "expr", "for", "labels", "annotations"])
          #expect(alert.text("labels.severity") != nil && alert.text("annotations.summary") != nil)
          let expression = alert.text("expr") ?? ""
          #expect(expression.filter { $0 == "(" }.count == expression.filter { $0 == ")" }.count)
        }
      }
    }
  }

  /// The buckets of v1/metrics/loggers.py: powers of two up to 16,384, behind which the median is not told.
  @Test(
    "a full step is one in the bucket of the longest",
    arguments: [
      (2048, "> 1024"), (8192, "> 4096"), (10_240, "> 8192"), (16_384, "> 8192"), (32_768, ">= 16384"), (65_536, nil),
      (1, nil),
    ])
  func fullStep(most: Int, edge: String?) { #expect(PrometheusRules.fullStep(most) == edge) }

  /// Prometheus' own `promtool test rules`: each alert with a series that has to fire it, and a quiet one.
  @Test(
    "each alert fires where it has to, and on nothing else", .enabled(if: hasPromtool, "promtool is needed"),
    arguments: ["0.8.5", "0.33.0"])
  func promtool(release: String) throws {
    try withFolder { folder in
      try rules("", plan: release).write(toFile: folder + "/rules.yaml", atomically: false, encoding: .utf8)
      try AlertCases.file(release).write(toFile: folder + "/test.yaml", atomically: false, encoding: .utf8)
      let answer = try shell("cd \(folder) && promtool check rules rules.yaml && promtool test rules test.yaml")
      #expect(answer.status == 0, "\(answer.out) \(answer.err)")
    }
  }
}

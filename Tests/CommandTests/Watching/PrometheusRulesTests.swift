import Foundation
import ModelFiles
import Testing

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
    #expect(text.contains("> 4096"))
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
}

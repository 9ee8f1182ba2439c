import Plimsoll

/// Flags that vLLM 0.33.0 does not have: mistyped ones, and those that other releases had.
package enum UnknownFlag {
  /// The error of a name that is no flag of vLLM, with the flag that took its place or the nearest ones.
  ///
  /// - Parameter more: Nearest names from elsewhere, after those of vLLM.
  package static func error(_ name: String, more: [String] = []) -> LineError {
    let written = name.hasPrefix("--") ? String(name.prefix { $0 != "." }.map { $0 == "_" ? "-" : $0 }) : name
    if written == "--omni" {
      return LineError("not-vllm", "--omni hands the line to vLLM-Omni, whose memory is not modelled")
    }
    if written == "--help" || written == "-h" || written == "--version" {
      return LineError("not-a-serve-line", "\(written) in the line makes vLLM print and serve nothing; take it out")
    }
    if let advice = advice(for: written) {
      return LineError("dropped-option", "vLLM 0.33.0 has no flag '\(written)': \(advice)")
    }
    let suggestions = Array((ServeFlags.suggestions(for: written) + more).prefix(2))
    return LineError("unknown-option", "unknown option '\(name)'", suggestions: suggestions)
  }

  /// Whether an earlier release had a flag of that name.
  static func wasDropped(_ name: String) -> Bool { advice(for: name) != nil }

  /// What to write in place of a flag that earlier releases had.
  package static func advice(for name: String) -> String? { dropped.first { $0.name == name }?.advice }

  /// Flags of earlier releases, and what to write now.
  ///
  /// Source: the argument parsers of releases 0.8.5 to 0.33.0.
  private static let dropped: [(name: String, advice: String)] = [
    ("--swap-space", "it went in 0.18.0, with the swapping of KV blocks; take it out"),
    ("--task", "--runner pooling takes its place, with --convert embed or classify for a generative model"),
    ("--num-scheduler-steps", "it belonged to the V0 engine, which went in 0.11.0; take it out"),
    ("--multi-step-stream-outputs", "it belonged to the V0 engine, which went in 0.11.0; take it out"),
    ("--use-v2-block-manager", "it belonged to the V0 engine, which went in 0.11.0; take it out"),
    ("--num-lookahead-slots", "it belonged to the V0 engine, which went in 0.11.0; take it out"),
    ("--preemption-mode", "it belonged to the V0 engine, which went in 0.11.0; take it out"),
    ("--max-seq-len-to-capture", "--cudagraph-capture-sizes and --max-cudagraph-capture-size take its place"),
    ("--cuda-graph-sizes", "--cudagraph-capture-sizes takes its place"),
    ("--speculative-model", "--speculative-config takes its place, or --spec-model"),
    ("--num-speculative-tokens", "--speculative-config takes its place, or --spec-tokens"),
    ("--rope-scaling", "--hf-overrides with rope_parameters takes its place"),
    ("--rope-theta", "--hf-overrides with rope_parameters takes its place"),
    ("--guided-decoding-backend", "--structured-outputs-config.backend takes its place"),
    ("--enable-reasoning", "--reasoning-parser alone is enough; take it out"),
    ("--device", "the platform is found by itself; take it out"),
  ]
}

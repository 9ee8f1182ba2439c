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
    if let advice = RetiredFlags.advice(for: written) {
      return LineError("dropped-option", "vLLM \(EngineRelease.newest.name) has no flag '\(written)': \(advice)")
    }
    let suggestions = Array((ServeFlags.suggestions(for: written) + more).prefix(2))
    return LineError("unknown-option", "unknown option '\(name)'", suggestions: suggestions)
  }

  /// Whether an earlier release had a flag of that name.
  static func wasDropped(_ name: String) -> Bool { RetiredFlags.advice(for: name) != nil }
}

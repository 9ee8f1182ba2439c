import CommandLineKit
import Plimsoll

/// The options of `recommend` that `fit` does not have.
struct RecommendOptions {
  var goal = Goal.balanced
  var allow: [AllowArgument] = []
  var guarantee: GuaranteeArgument?
  var ladder = false
  var prefixReserve: Int?
  var promptLogprobs = false

  static var section: Section<RecommendOptions> {
    Section(
      "What matters",
      [
        .option("--goal", to: \.goal, help: "What decides among configurations that fit."),
        .option(
          "--allow", appendingTo: \.allow,
          help: "What may change output or speed and be chosen all the same, with commas: fp8-kv, eager."),
        .option(
          "--guarantee", to: \.guarantee, help: "full-length: every sequence can reach max-model-len at once."),
        .flag("--ladder", to: \.ladder, help: "Also three rungs, from careful to bold, and what to watch on each."),
        .option(
          "--prefix-reserve", to: \.prefixReserve, value: "N",
          help: "Tokens of the KV cache to keep for prefixes of requests that have ended."),
        .flag(
          "--prompt-logprobs", to: \.promptLogprobs,
          help: "Requests ask for prompt_logprobs, whose logits need memory that vLLM does not plan for."),
      ])
  }

  func check() throws(UsageError) {
    if let axis = allow.flatMap(\.axes).first(where: { $0 != .fp8KV && $0 != .eager }) {
      throw UsageError(
        code: "bad-value",
        message: "--allow: \(axis.rawValue) is not chosen here; 'plimsoll solve --allow \(axis.rawValue)' tables it")
    }
    if let prefixReserve, !(0...1 << 40).contains(prefixReserve) {
      throw UsageError(code: "bad-value", message: "--prefix-reserve: a number of tokens is needed")
    }
  }
}

import CommandLineKit
import Plimsoll

/// The options that state a workload.
struct WorkloadOptions {
  var lengths: LengthArgument?
  var promptTokens: LengthArgument?
  var outputTokens: LengthArgument?
  var sharedPrefix: Int?
  var concurrency: Int?

  static var section: Section<WorkloadOptions> {
    Section(
      "The workload",
      [
        .option(
          "--lengths", to: \.lengths,
          help: "Tokens of whole requests: p50=1200,p95=6000, or one number. Nothing is assumed without."),
        .option("--prompt-tokens", to: \.promptTokens, help: "Tokens of prompts: a number, or quantiles."),
        .option("--output-tokens", to: \.outputTokens, help: "Tokens of answers: a number, or quantiles."),
        .option(
          "--shared-prefix", to: \.sharedPrefix, value: "N", help: "Tokens that all prompts begin with, in common."),
        .option("--concurrency", to: \.concurrency, value: "N", help: "Requests that are to run at once."),
      ])
  }

  /// The workload that they state; nil where they state no lengths.
  func workload() throws(UsageError) -> Workload? {
    func wrong(_ code: String, _ message: String) -> UsageError { UsageError(code: code, message: message) }
    if let concurrency, !(1...1_000_000_000).contains(concurrency) {
      throw wrong("bad-value", "--concurrency: a number of requests from 1 on is needed")
    }
    if let sharedPrefix, sharedPrefix < 0 { throw wrong("bad-value", "--shared-prefix: tokens are not negative") }
    let lengths: Workload.Lengths
    switch (self.lengths, promptTokens, outputTokens) {
    case (let whole?, nil, nil): lengths = .whole(whole.distribution)
    case (nil, let prompt?, let answer?):
      lengths = .divided(prompt: prompt.distribution, answer: answer.distribution)
    case (nil, nil, nil):
      guard sharedPrefix == nil else {
        throw wrong(
          "half-workload",
          "--shared-prefix: how long requests are is not said; add --prompt-tokens and "
            + "--output-tokens, or --lengths")
      }
      return nil
    case (nil, _, nil): throw wrong("half-workload", "--prompt-tokens needs --output-tokens beside it")
    case (nil, nil, _): throw wrong("half-workload", "--output-tokens needs --prompt-tokens beside it")
    default:
      throw wrong("two-workloads", "--lengths are of whole requests: leave out --prompt-tokens and --output-tokens")
    }
    let workload = Workload(lengths, sharedPrefix: sharedPrefix ?? 0, concurrency: concurrency)
    if let sharedPrefix, Double(sharedPrefix) > workload.longestPrefix {
      throw wrong("bad-value", "--shared-prefix: \(sharedPrefix) tokens are more than most prompts have")
    }
    return workload
  }
}

extension Workload {
  /// What half of all prompts have, at the most.
  fileprivate var longestPrefix: Double {
    switch lengths {
    case .whole(let tokens): tokens.median
    case .divided(let prompt, _): prompt.median
    }
  }
}

/// A number of tokens, or quantiles of a distribution.
struct LengthArgument: CommandValue {
  static var placeholder: String { "N|pQ=N,..." }
  var distribution: LengthDistribution

  init(word: String) throws(ValueError) {
    do {
      distribution = try LengthDistribution(text: word)
    } catch {
      throw ValueError(error.message)
    }
  }
}

import Catalog
import CommandLineKit
import Plimsoll

/// The options of `solve` beside those of `fit`.
struct SolveOptions {
  var goal = Goal.balanced
  var top = 10
  var all = false
  var csv = false
  var allow: [AllowArgument] = []
  var prices: [PriceArgument] = []
  var tight = false
  var guarantee: GuaranteeArgument?
  var allModels = false
  var allGPUs = false

  static var sections: [Section<SolveOptions>] {
    [
      Section(
        "What to look for",
        [
          .option("--goal", to: \.goal, help: "What matters most; without it a balance of them."),
          .option(
            "--allow", appendingTo: \.allow,
            help: "What may change output or speed, with commas: fp8-kv, quantization, eager, offload, dcp."),
          .option(
            "--price", appendingTo: \.prices, help: "What a GPU costs an hour, in your money: h100-80gb-sxm=2.49."),
          .option(
            "--guarantee", to: \.guarantee,
            help: "full-length: every sequence of max-num-seqs can reach max-model-len at once."),
          .flag("--tight", to: \.tight, help: "Also what starts by the best estimate only."),
          .flag("--all-models", to: \.allModels, help: "Every built-in model, at default flags."),
          .flag("--all-gpus", to: \.allGPUs, help: "Every built-in GPU whose memory is known."),
        ]),
      Section(
        "How much of it",
        [
          .option("--top", to: \.top, value: "N", help: "How many of the best are shown; 10 without it."),
          .flag("--all", to: \.all, help: "Every valid configuration, in the order in which they are tried."),
          .flag("--csv", to: \.csv, help: "Comma-separated values on standard output."),
        ]),
    ]
  }
}

extension Goal: CommandValue {}

/// `--guarantee`: what must hold of every answer.
enum GuaranteeArgument: String, CaseIterable, CommandValue {
  case fullLength = "full-length"
}

/// Axes that stay with the engine's default unless they are freed.
struct AllowArgument: CommandValue {
  enum Axis: String, CaseIterable {
    case fp8KV = "fp8-kv"
    case quantization, eager, offload, dcp
  }

  static var placeholder: String { "AXIS,..." }
  static var choices: [String] { Axis.allCases.map(\.rawValue) }
  var axes: [Axis] = []

  init(word: String) throws(ValueError) {
    for part in word.split(separator: ",", omittingEmptySubsequences: false) {
      guard let axis = Axis(rawValue: String(part)) else { throw ValueError.noneOf(Self.choices, String(part)) }
      axes.append(axis)
    }
  }
}

/// `GPU=X`: what one costs an hour.
struct PriceArgument: CommandValue {
  static var placeholder: String { "GPU=X" }
  var gpu: String
  var price: Double

  init(word: String) throws(ValueError) {
    guard let equals = word.lastIndex(of: "="), equals > word.startIndex else {
      throw ValueError("'\(word)' is not GPU=X, such as h100-80gb-sxm=2.49", code: "bad-price")
    }
    gpu = String(word[..<equals])
    let amount = String(word[word.index(after: equals)...])
    guard let price = Double(amount), price.isFinite, price > 0, price < 1e9 else {
      throw ValueError("'\(amount)' is not a price an hour above 0", code: "bad-price")
    }
    self.price = price
  }
}

import CommandLineKit
import Plimsoll

/// A figure that a plan predicts and a start prints.
enum Quantity: String, CaseIterable {
  case weights, activation
  case cudaGraphs = "cuda_graphs"
  /// The KV memory of a rank, from model, GPU and flags alone.
  case kvMemory = "kv_memory"
  /// The tokens of it.
  case kvTokens = "kv_tokens"
  /// The tokens of the KV memory that was printed: block arithmetic alone.
  case kvArithmetic = "kv_arithmetic"
  /// The bytes that a request of max-model-len needs.
  case kvNeeded = "kv_needed"
  case blockSize = "block_size"

  /// The word for it among the `tests` of a record.
  var test: String {
    switch self {
    case .cudaGraphs: "cudagraph"
    case .kvMemory, .kvTokens: "end_to_end"
    default: rawValue
    }
  }

  var isBytes: Bool {
    switch self {
    case .weights, .activation, .cudaGraphs, .kvMemory, .kvNeeded: true
    case .kvTokens, .kvArithmetic, .blockSize: false
    }
  }

  func shown(_ amount: Int) -> String { isBytes ? Bytes(amount).gibText : amount.grouped }
}

/// `QUANTITY=PCT` or `PCT`: the most that a median error may be.
struct MaxErrorArgument: CommandValue {
  static var placeholder: String { "[QUANTITY=]PCT" }
  /// Nil for every quantity that no other limit names.
  var quantity: Quantity?
  var percent: Double

  init(word: String) throws(ValueError) {
    var number = Substring(word)
    if let equals = word.firstIndex(of: "=") {
      let name = String(word[..<equals])
      guard let named = Quantity(rawValue: name) else {
        throw ValueError.noneOf(Quantity.allCases.map(\.rawValue), name)
      }
      quantity = named
      number = word[word.index(after: equals)...]
    }
    if number.hasSuffix("%") { number.removeLast() }
    guard let percent = Double(number), percent.isFinite, percent >= 0 else {
      throw ValueError("'\(word)' is neither PCT nor QUANTITY=PCT, with a number of percent from 0 on")
    }
    self.percent = percent
  }

  /// A sentence for each quantity past its limit: the last that names it, else the last that names none.
  static func missed(_ limits: [MaxErrorArgument], _ report: ValidationReport) -> [String] {
    Quantity.allCases.compactMap { quantity in
      guard
        let limit = limits.last(where: { $0.quantity == quantity }) ?? limits.last(where: { $0.quantity == nil }),
        let median = report.figures(quantity).median, median > limit.percent
      else { return nil }
      return "\(quantity.rawValue): the median error of \(Number.text(median, 2)) % is past --max-error "
        + "\(Number.text(limit.percent, 2)) %"
    }
  }
}

import ModelFiles
import Plimsoll

/// What came of a record: its figures compared, or why they are not.
struct RecordResult {
  var id: String
  var model: String?
  var skip: Skip?
  var comparisons: [Comparison] = []
  var verdict: VerdictComparison?

  init(id: String) { self.id = id }

  var isCompared: Bool { !comparisons.isEmpty || verdict != nil }

  /// Keeps a figure that was predicted, printed, and is one that the record can test.
  mutating func note(
    _ quantity: Quantity, _ predicted: Int?, _ observed: Double?, _ record: StartRecord, _ interval: Estimate? = nil
  ) {
    guard record.tests(quantity.test), let predicted, let observed, observed < 1e15 else { return }
    // A printed figure is rounded: by a ten thousandth it may lie outside.
    let isInside = interval.map {
      Double($0.low.count) <= observed * 1.0001 && observed * 0.9999 <= Double($0.high.count)
    }
    comparisons.append(
      Comparison(quantity: quantity, predicted: predicted, observed: observed, isInsideInterval: isInside))
  }

  var document: JSON {
    var object = JSONObject()
    object["id"] = .string(id)
    if let skip { object["skipped"] = .string(skip.reason) }
    var quantities = JSONObject()
    for comparison in comparisons { quantities[comparison.quantity.rawValue] = comparison.document }
    if let verdict { quantities["verdict"] = verdict.document }
    object["quantities"] = .object(quantities)
    return .object(object)
  }
}

/// A figure that was predicted beside the one that was printed.
struct Comparison {
  var quantity: Quantity
  var predicted: Int
  /// Above 0.
  var observed: Double
  /// Whether the printed figure lies in the interval of the predicted one; nil for a figure without one.
  var isInsideInterval: Bool?

  /// Predicted over observed, less 1.
  var error: Double { Double(predicted) / observed - 1 }

  /// The printed figure in whole bytes or tokens.
  var observedAmount: Int { Int(observed + 0.5) }

  var document: JSON {
    ["predicted": .integer(predicted), "observed": .integer(observedAmount), "error": .number(error)]
  }
}

/// A verdict beside what the start came to.
struct VerdictComparison {
  var predicted: Verdict
  /// `started`, `refused`, `oom`.
  var observed: String

  enum Mistake: String {
    case falseFit = "false_fit"
    case falseRefusal = "false_refusal"
  }

  /// Nil where they agree.
  var mistake: Mistake? {
    let said = predicted == .fits || predicted == .tight
    guard said != (observed == "started") else { return nil }
    return said ? .falseFit : .falseRefusal
  }

  var document: JSON {
    [
      "predicted": .string(predicted.rawValue), "observed": .string(observed),
      "error": .optional(mistake?.rawValue),
    ]
  }
}

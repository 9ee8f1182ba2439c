/// One quantity of a plan: its value, how it follows from others, and where the engine decides it.
///
/// Values are those of the plan. A formula is over the symbols of the children, so that putting their values in their
/// places gives the value again: `⌈total · u⌉` of 84,975,927,951 and 0.92 is 78,177,853,715.
public struct Derivation: Hashable, Sendable {
  /// The name by which other formulas call it: letters, digits and underscores.
  public var symbol: String
  /// What it is, in words.
  public var name: String
  public var value: Value
  /// How it follows from the children; nil where it is given, read or fitted.
  public var formula: String?
  public var children: [Derivation]
  public var source: Source?
  /// What a reader should know beside.
  public var note: String?
  /// The interval and the reason to believe a memory term.
  public var estimate: Estimate?

  /// A figure of a plan.
  public enum Value: Hashable, Sendable {
    case bytes(Bytes)
    case tokens(Int)
    case count(Int)
    case ratio(Double)
    /// How a check or the whole came out: `passes`, `tight`, `fails`, a verdict.
    case outcome(String)
  }

  /// Where vLLM decides it.
  public struct Source: Hashable, Sendable {
    /// File and function below the package: `v1/worker/utils.py request_memory`.
    public var place: String
    /// The release that it was read in.
    public var release: String
  }

  init(
    _ symbol: String, _ name: String, _ value: Value, _ formula: String? = nil, _ children: [Derivation] = [],
    source: Source? = nil, note: String? = nil, estimate: Estimate? = nil
  ) {
    self.symbol = symbol
    self.name = name
    self.value = value
    self.formula = formula
    self.children = children
    self.source = source
    self.note = note
    self.estimate = estimate
  }
}

extension Derivation {
  /// A memory term by its best estimate.
  init(
    _ symbol: String, _ name: String, _ estimate: Estimate, _ formula: String? = nil, _ children: [Derivation] = [],
    source: Source? = nil, note: String? = nil
  ) {
    self.init(symbol, name, .bytes(estimate.best), formula, children, source: source, note: note, estimate: estimate)
  }

  static func count(_ symbol: String, _ name: String, _ number: Int) -> Derivation {
    Derivation(symbol, name, .count(number))
  }

  static func bytes(_ symbol: String, _ name: String, _ bytes: Bytes) -> Derivation {
    Derivation(symbol, name, .bytes(bytes))
  }

  /// The value alone, for a formula whose reader has seen how it follows.
  var again: Derivation { Derivation(symbol, name, value) }

  /// Whether it is no more than a number that formulas need.
  public var isInput: Bool { formula == nil && children.isEmpty && source == nil && note == nil && estimate == nil }

  /// The formula with the children's values in place of their symbols; bytes and counts in full.
  ///
  /// - Parameter grouped: Whether thousands are set apart.
  public func numbers(grouped: Bool) -> String? {
    guard let formula else { return nil }
    var text = ""
    var word = ""
    func end() {
      text += children.first { $0.symbol == word }?.value.number(grouped: grouped) ?? word
      word = ""
    }
    for character in formula {
      if character.isASCII, character.isLetter || character.isNumber || character == "_" {
        word.append(character)
      } else {
        end()
        text.append(character)
      }
    }
    end()
    return text
  }
}

extension Derivation.Value {
  /// The value as arithmetic has it, without a unit.
  public func number(grouped: Bool) -> String {
    func whole(_ number: Int) -> String {
      let text = grouped ? Deployment.grouped(number) : String(number)
      return number < 0 ? "(\(text))" : text
    }
    switch self {
    case .bytes(let bytes): return whole(bytes.count)
    case .tokens(let number), .count(let number): return whole(number)
    case .ratio(let ratio): return "\(ratio)"
    case .outcome(let text): return text
    }
  }
}

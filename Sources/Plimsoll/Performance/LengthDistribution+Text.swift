extension LengthDistribution {
  /// The most tokens of a length that is read; no model takes a thousandth of it.
  static let longest = 1 << 40

  /// One length, such as `1200` or `32k`, or quantiles of a lognormal distribution, such as `p50=1200,p95=6000`.
  ///
  /// Lengths are written as vLLM's own `--max-model-len` is.
  public init(text: String) throws(LengthTextError) {
    guard text.utf8.contains(UInt8(ascii: "=")) else {
      self.init(always: try Self.tokens(text))
      return
    }
    var quantiles: [(share: Double, tokens: Double)] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, let name = sides.first, let value = sides.last, name.first == "p" || name.first == "P",
        let percent = Double(String(name.dropFirst())), percent > 0, percent < 100
      else { throw .quantile(String(part)) }
      quantiles.append((percent / 100, Double(try Self.tokens(String(value)))))
    }
    guard quantiles.count > 1 else { throw .tooFew(text) }
    guard let distribution = LengthDistribution(quantiles: quantiles) else { throw .disordered(text) }
    self = distribution
  }

  private static func tokens(_ text: String) throws(LengthTextError) -> Int {
    guard let number = try? FlagNumber.readableInteger(text, flag: ""), (1...longest).contains(number) else {
      throw .tokens(text)
    }
    return number
  }
}

/// Why words are no lengths of requests.
public enum LengthTextError: Error, Hashable, Sendable {
  case tokens(String)
  case quantile(String)
  case tooFew(String)
  case disordered(String)

  /// One sentence that names the word and what would be valid.
  public var message: String {
    switch self {
    case .tokens(let word): "'\(word)' is no number of tokens, such as 1200 or 32k"
    case .quantile(let word): "'\(word)' is no quantile, such as p50=1200"
    case .tooFew(let word): "'\(word)' is one quantile, and a distribution takes two, such as p50=1200,p95=6000"
    case .disordered(let word): "'\(word)' goes backwards: a larger share of requests has no smaller length"
    }
  }
}

extension LengthDistribution {
  /// The lengths in words: `1,200` or `1,200 (half), 6,000 (95 %)`.
  public var text: String {
    let half = Deployment.grouped(Int(median.rounded()))
    guard spread > 0 else { return half }
    return half + " (half) to " + Deployment.grouped(quantile(0.95)) + " (95 %)"
  }

  /// The length that so large a share of requests does not pass.
  public func quantile(_ share: Double) -> Int {
    spread > 0 ? Int((median * Exponential.exp(spread * Exponential.normalQuantile(share))).rounded()) : Int(median)
  }

  /// The mean length.
  public var mean: Double { median * Exponential.exp(spread * spread / 2) }
}

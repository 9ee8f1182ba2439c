/// What requests a server is to take, as its user states it. Nothing of it is ever guessed.
public struct Workload: Hashable, Sendable {
  public var lengths: Lengths
  /// Tokens at the beginning of every prompt that are the same in all: kept once where prefixes are cached.
  public var sharedPrefix: Int
  /// Requests that are to run at once, over all engines.
  public var concurrency: Int?

  /// What is said of lengths.
  public enum Lengths: Hashable, Sendable {
    /// Whole requests, prompt and answer together; how they divide is not said.
    case whole(LengthDistribution)
    /// Prompts and answers, which do not depend on each other.
    case divided(prompt: LengthDistribution, answer: LengthDistribution)
  }

  public init(_ lengths: Lengths, sharedPrefix: Int = 0, concurrency: Int? = nil) {
    self.lengths = lengths
    self.sharedPrefix = sharedPrefix
    self.concurrency = concurrency
  }
}

extension Workload {
  /// The tokens that a running request holds, over requests and over the time that each runs.
  public struct Held: Hashable, Sendable {
    public var mean: Double
    public var deviation: Double
  }

  /// The tokens that a running request holds, of the requests that `maxModelLen` admits; nil where it admits none.
  ///
  /// An answer of O tokens keeps its request running for O steps, over which it grows from the prompt I to I + O. So
  /// requests count by the length of their answers: mean E[O·(I + O/2)]/E[O], second moment
  /// E[O·(I² + I·O + O²/3)]/E[O]. Of whole requests nothing is known of that: each is counted with all its tokens for
  /// as long as it runs, and long ones as often as short ones.
  public func held(maxModelLen: Int) -> Held? {
    let limit = Double(maxModelLen)
    let (mean, square): (Double, Double)
    switch lengths {
    case .whole(let tokens):
      mean = tokens.moment(1, upTo: limit)
      square = tokens.moment(2, upTo: limit)
    case .divided(let prompt, let answer):
      let (in1, in2) = (prompt.moment(1, upTo: limit), prompt.moment(2, upTo: limit))
      let (out1, out2, out3) = (
        answer.moment(1, upTo: limit), answer.moment(2, upTo: limit), answer.moment(3, upTo: limit)
      )
      guard in1 > 0, out1 > 0 else { return nil }
      mean = in1 + out2 / (2 * out1)
      square = in2 + in1 * out2 / out1 + out3 / (3 * out1)
    }
    guard mean > 0 else { return nil }
    return Held(mean: min(mean, limit), deviation: max(0, square - mean * mean).squareRoot())
  }

  /// The share of requests that are longer than `maxModelLen`, which vLLM refuses or cuts short: of those whose lengths
  /// are told apart, the more of prompts and answers.
  public func share(beyond maxModelLen: Int) -> Double {
    let limit = Double(maxModelLen)
    switch lengths {
    case .whole(let tokens): return tokens.share(above: limit)
    case .divided(let prompt, let answer):
      // A prompt that leaves room for its answer: exact where both are of one length.
      let longest = max(prompt.share(above: limit - answer.median), answer.share(above: limit - prompt.median))
      return longest
    }
  }

  /// Tokens of a typical request, prompt and answer.
  public var typical: Int {
    switch lengths {
    case .whole(let tokens): Int(tokens.median.rounded())
    case .divided(let prompt, let answer): Int((prompt.median + answer.median).rounded())
    }
  }
}

/// How a figure about a device is known.
public enum Evidence: String, Hashable, Sendable, CaseIterable {
  /// A log or a tool printed it for this device.
  case seen
  /// It was seen for another device with the same memory; the source says which.
  case inferred
  /// Nobody saw it, or only general knowledge has it.
  case unverified
}

/// The memory that real starts showed, from the lowest to the highest.
public struct ObservedRange: Hashable, Sendable {
  /// The least that was seen.
  public var low: Bytes
  /// The most that was seen.
  public var high: Bytes

  public init(low: Bytes, high: Bytes) {
    self.low = low
    self.high = high
  }
}

/// An amount of memory that was read off a device, with the reason to believe it.
public struct MemoryFigure: Hashable, Sendable {
  /// The amount to plan with, the median of what was printed; nil where it is not known.
  public var bytes: Bytes?
  /// How the amount is known.
  public var evidence: Evidence
  /// What was printed: the drivers of a card differ by up to 0.3 GiB. Nil where no print is at hand.
  public var observed: ObservedRange?
  /// How many texts printed it, each site counted once; 0 where nobody counted, and the amount is taken as it is.
  public var prints: Int
  /// Where the figure was read, and how precisely.
  public var source: String

  public init(bytes: Bytes?, evidence: Evidence, observed: ObservedRange? = nil, prints: Int = 0, source: String) {
    self.bytes = bytes
    self.evidence = evidence
    self.observed = observed
    self.prints = prints
    self.source = source
  }

  /// The amount from the least to the most that was printed.
  ///
  /// One or two prints do not show what other drivers leave: such a card may have as much less, and as much more, as
  /// the card whose prints fall furthest below their median, of all that were printed three times or more.
  public func estimate(on backend: Backend) -> Estimate? {
    guard let bytes else { return nil }
    let margin = (1...2).contains(prints) ? backend.totalMargin : .zero
    let low = min(observed?.low ?? bytes, bytes - margin)
    let high = max(observed?.high ?? bytes, bytes + margin)
    return Estimate(low: low, best: bytes, high: high, worst: low, basis: margin > .zero ? .fitted : .measured)
  }
}

extension Backend {
  /// How far below its median a card's total was printed, at most: 0.16 GiB on NVIDIA's (RTX 6000 Ada), 0.29 GiB on
  /// AMD's (MI300X as a virtual function).
  public var totalMargin: Bytes { self == .rocm ? .mib(297) : .mib(164) }
}

/// A range that was measured, and where.
public struct MeasuredRange: Hashable, Sendable {
  /// The amounts that were measured.
  public var range: ObservedRange
  /// Where they were measured.
  public var source: String

  public init(range: ObservedRange, source: String) {
    self.range = range
    self.source = source
  }
}

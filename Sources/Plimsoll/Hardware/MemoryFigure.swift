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
  /// The amount to plan with; nil where it is not known.
  public var bytes: Bytes?
  /// How the amount is known.
  public var evidence: Evidence
  /// What was printed: the drivers of a card differ by up to 0.3 GiB. Nil where no print is at hand.
  public var observed: ObservedRange?
  /// Where the figure was read, and how precisely.
  public var source: String

  public init(bytes: Bytes?, evidence: Evidence, observed: ObservedRange? = nil, source: String) {
    self.bytes = bytes
    self.evidence = evidence
    self.observed = observed
    self.source = source
  }
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

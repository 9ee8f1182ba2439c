/// An amount of memory, exact to the byte.
///
/// Sums and whole multiples keep the unit; a ratio of two amounts is a plain number.
///
///     let page = Bytes.kib(64)
///     let blocks = Bytes.gib(31) / page  // 507_904
public struct Bytes: Hashable, Sendable {
  /// The number of bytes.
  public var count: Int
  public init(_ count: Int) { self.count = count }

  /// So many times 2^10 bytes.
  public static func kib(_ number: Int) -> Bytes { Bytes(number << 10) }
  /// So many times 2^20 bytes.
  public static func mib(_ number: Int) -> Bytes { Bytes(number << 20) }
  /// So many times 2^30 bytes.
  public static func gib(_ number: Int) -> Bytes { Bytes(number << 30) }

  /// This amount in GiB, for reading and for vLLM's floating point settings; never for exact arithmetic.
  public var gib: Double { Double(count) / 1_073_741_824 }
  /// So many GiB, as logs and settings write them, to the nearest byte.
  package init(gib: Double) { self.init(Int((gib * 1_073_741_824).rounded())) }
}

extension Bytes: AdditiveArithmetic, Comparable {
  /// Nothing.
  public static let zero = Bytes(0)
  public static func + (lhs: Bytes, rhs: Bytes) -> Bytes { Bytes(lhs.count + rhs.count) }
  public static func - (lhs: Bytes, rhs: Bytes) -> Bytes { Bytes(lhs.count - rhs.count) }
  public static func < (lhs: Bytes, rhs: Bytes) -> Bool { lhs.count < rhs.count }
}

extension Bytes {
  public static func * (amount: Bytes, times: Int) -> Bytes { Bytes(amount.count * times) }

  /// How many times `rhs` goes into `lhs`, whole.
  public static func / (lhs: Bytes, rhs: Bytes) -> Int { lhs.count / rhs.count }

  /// The least multiple of `unit` that holds this amount.
  public func roundedUp(toMultipleOf unit: Bytes) -> Bytes { Bytes(count.roundedUp(toMultipleOf: unit.count)) }
}

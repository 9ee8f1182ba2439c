/// How much memory moves in a second; data sheets count in powers of ten.
public struct Bandwidth: Hashable, Sendable, Comparable {
  /// The bytes that move in a second.
  public var perSecond: Bytes

  public init(perSecond: Bytes) { self.perSecond = perSecond }

  /// Gigabytes (10^9 bytes) a second, the unit of data sheets.
  public static func gigabytes(_ number: Double) -> Bandwidth {
    Bandwidth(perSecond: Bytes(Int(number * 1_000_000_000)))
  }

  public static func < (lhs: Bandwidth, rhs: Bandwidth) -> Bool { lhs.perSecond < rhs.perSecond }
}

/// The dense peak rates of a device, in 10^12 operations a second; nil where there are none or none is known.
public struct PeakRates: Hashable, Sendable {
  /// With 16-bit floats of five exponent bits.
  public var fp16: Double?
  /// With 16-bit floats of eight exponent bits.
  public var bf16: Double?
  /// With 8-bit floats.
  public var fp8: Double?
  /// With 8-bit integers.
  public var int8: Double?
  /// With 4-bit floats.
  public var fp4: Double?

  public init(
    fp16: Double? = nil, bf16: Double? = nil, fp8: Double? = nil, int8: Double? = nil, fp4: Double? = nil
  ) {
    self.fp16 = fp16
    self.bf16 = bf16
    self.fp8 = fp8
    self.int8 = int8
    self.fp4 = fp4
  }
}

/// How a device reaches its neighbours.
public struct Interconnect: Hashable, Sendable {
  /// The bandwidth of NVLink, Infinity Fabric and their like, both directions together; zero without such a link.
  public var link: Bandwidth?
  /// The generation of PCI Express.
  public var pcieGeneration: Int?
  /// The lanes of PCIe.
  public var pcieLanes: Int?
  /// The most devices that the link joins.
  public var scaleUpDomain: Int?
  /// What a number cannot say of the domain.
  public var scaleUpNote: String?

  public init(
    link: Bandwidth? = nil, pcieGeneration: Int? = nil, pcieLanes: Int? = nil, scaleUpDomain: Int? = nil,
    scaleUpNote: String? = nil
  ) {
    self.link = link
    self.pcieGeneration = pcieGeneration
    self.pcieLanes = pcieLanes
    self.scaleUpDomain = scaleUpDomain
    self.scaleUpNote = scaleUpNote
  }
}

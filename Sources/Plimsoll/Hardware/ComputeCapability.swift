/// A generation of NVIDIA GPUs, as CUDA numbers it: 8.0 is A100, 8.9 Ada, 9.0 Hopper, 10.0 Blackwell.
public struct ComputeCapability: Hashable, Sendable, Comparable {
  public var major: Int
  public var minor: Int

  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  public static func < (lhs: Self, rhs: Self) -> Bool {
    lhs.major == rhs.major ? lhs.minor < rhs.minor : lhs.major < rhs.major
  }

  /// As the field writes it: `9.0`.
  public var text: String { "\(major).\(minor)" }
}

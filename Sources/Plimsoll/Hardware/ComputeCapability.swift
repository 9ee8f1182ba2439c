/// NVIDIA's version number of a GPU's instruction set, such as 9.0 for Hopper.
public struct ComputeCapability: Hashable, Sendable {
  /// The generation: 9 for Hopper.
  public var major: Int
  /// The variant within the generation.
  public var minor: Int

  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads the form that nvidia-smi prints, `12.1`; nil where the text is none.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]), major >= 0, minor >= 0 else {
      return nil
    }
    self.init(major, minor)
  }

  /// The form that nvidia-smi prints.
  public var text: String { String(major) + "." + String(minor) }
}

extension ComputeCapability: Comparable {
  public static func < (lhs: ComputeCapability, rhs: ComputeCapability) -> Bool {
    (lhs.major, lhs.minor) < (rhs.major, rhs.minor)
  }
}

/// The part of a GPU that NVIDIA's Multi-Instance GPU hands out as a device of its own.
public struct MIGSlice: Hashable, Sendable {
  /// The preset of the whole GPU.
  public var parent: String
  /// The name of the profile, `3g.40gb`.
  public var profile: String
  /// How many such slices one GPU yields.
  public var instances: Int
  /// Its streaming multiprocessors; nil where not known.
  public var multiprocessors: Int?

  public init(parent: String, profile: String, instances: Int, multiprocessors: Int? = nil) {
    self.parent = parent
    self.profile = profile
    self.instances = instances
    self.multiprocessors = multiprocessors
  }
}

extension MIGSlice {
  /// The profile that a word is, `1g.10gb` or `mig-1g.10gb`, in small letters; nil for any other word.
  package static func profile(in word: Substring) -> String? {
    let small = word.lowercased()
    let name = small.hasPrefix("mig-") ? small.dropFirst(4) : small[...]
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].last == "g", Int(parts[0].dropLast()) != nil, parts[1].hasSuffix("gb"),
      Int(parts[1].dropLast(2)) != nil
    else { return nil }
    return String(name)
  }
}

/// The share of a GPU that a hypervisor hands out under NVIDIA's vGPU: `A100D-40C`, `NVIDIA A10-24Q`, `GRID T4-16Q`.
package enum VirtualGPU {
  /// Whether a name is one: it ends in the frame buffer's GB and the letter of a series (A, B, C or Q).
  package static func names(_ name: String) -> Bool {
    let small = name.lowercased()
    guard let dash = small.lastIndex(of: "-"), dash > small.startIndex, let series = small.last, "abcq".contains(series)
    else { return false }
    let size = small[small.index(after: dash)...].dropLast()
    return Int(size) != nil && small[..<dash].utf8.contains { (0x30...0x39).contains($0) }
  }
}

import Plimsoll

/// A name that only begins, or only ends, the names of accelerators.
struct GPUShortName {
  private let name: [UInt8]
  /// `1g.10gb` and `mig-1g.10gb` name a slice without its GPU.
  private let profile: String

  init(_ name: PresetName) {
    self.name = Array(name.key.utf8)
    profile = name.key.hasPrefix("mig-") ? String(name.key.dropFirst("mig-".count)) : name.key
  }

  /// Words that say whose it is or what it is for, which people leave out.
  private static let brands = [
    "amd-", "intel-", "tesla-", "quadro-", "geforce-", "instinct-", "radeon-", "rtx-", "pro-",
  ].map { Array($0.utf8) }

  /// The presets that the name may mean, by number.
  func candidates(in index: PresetIndex) -> [Int] {
    // A model has a number in its name; `pcie` or `server` alone is no name.
    guard name.contains(where: { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return [] }
    let profiles = index.ids.map(Self.profile)
    // The slices of a GPU are not what its name means.
    var found = index.numbers(where: begins).filter { profiles[$0] == nil }
    for (number, profile) in profiles.enumerated() where profile == self.profile { found.insert(number) }
    return found.sorted()
  }

  /// Whether the name is the first whole words of a longer one, brands left out.
  private func begins(_ key: PresetIndex.Key) -> Bool {
    var rest = key
    while true {
      if rest.starts(with: name), rest.count == name.count || rest[rest.startIndex + name.count] == UInt8(ascii: "-") {
        return true
      }
      guard let brand = Self.brands.first(where: { rest.starts(with: $0) }) else { return false }
      rest = rest.dropFirst(brand.count)
    }
  }

  /// The profile in the id of a slice.
  private static func profile(of id: String) -> String? {
    guard let dash = id.utf8.lastIndex(of: UInt8(ascii: "-")), id[..<dash].hasSuffix("-mig") else { return nil }
    return String(id[id.utf8.index(after: dash)...])
  }
}

extension Device {
  /// Whether a plan comes out alike on both: one compute capability, and memory within half a GiB.
  func isInterchangeable(with other: Device) -> Bool {
    guard computeCapability == other.computeCapability, gfx == other.gfx, vendor == other.vendor else { return false }
    if let mine = totalMemory.bytes ?? nvmlTotal, let theirs = other.totalMemory.bytes ?? other.nvmlTotal {
      return max(mine, theirs) - min(mine, theirs) <= Bytes.mib(512)
    }
    return marketedGB == other.marketedGB
  }
}

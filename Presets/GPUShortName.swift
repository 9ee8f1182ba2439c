import Plimsoll

/// A name that only begins, or only ends, the names of accelerators.
struct GPUShortName {
  private let name: String
  /// `1g.10gb` and `mig-1g.10gb` name a slice without its GPU.
  private let profile: String

  init(_ name: PresetName) {
    self.name = name.key
    profile = name.key.hasPrefix("mig-") ? String(name.key.dropFirst("mig-".count)) : name.key
  }

  /// Words that say whose it is or what it is for, which people leave out.
  private static let brands = [
    "amd-", "intel-", "tesla-", "quadro-", "geforce-", "instinct-", "radeon-", "rtx-", "pro-",
  ]

  /// The presets that the name may mean, by number.
  func candidates(in index: PresetIndex) -> [Int] {
    // A model has a number in its name; `pcie` or `server` alone is no name.
    guard name.utf8.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return [] }
    let ids = index.ids
    var found: Set<Int> = []
    for (key, entry) in index.entries where begins(key) { found.formUnion(entry.numbers) }
    // The slices of a GPU are not what its name means.
    found = found.filter { Self.profile(of: ids[$0]) == nil }
    for (number, id) in ids.enumerated() where Self.profile(of: id) == profile[...] { found.insert(number) }
    return found.sorted()
  }

  /// Whether the name is the first whole words of a longer one, brands left out.
  private func begins(_ key: String) -> Bool {
    var rest = key[...]
    while true {
      if rest == name[...] || rest.hasPrefix(name + "-") { return true }
      guard let brand = Self.brands.first(where: { rest.hasPrefix($0) }) else { return false }
      rest = rest.dropFirst(brand.count)
    }
  }

  /// The profile in the id of a slice.
  private static func profile(of id: String) -> Substring? {
    guard let dash = id.lastIndex(of: "-") else { return nil }
    return id[..<dash].hasSuffix("-mig") ? id[id.index(after: dash)...] : nil
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

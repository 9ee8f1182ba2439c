/// Names as 64-bit numbers, by which tensors of a checkpoint are told apart without a text for each.
///
/// Two of a million names share a number once in 40 million checkpoints; then one is taken for a repetition.
enum NameHash {
  static func of(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64 {
    let bytes = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: name))
    var hash = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
    var place = 0
    while place + 8 <= bytes.count {
      hash = mixed(hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    var rest: UInt64 = 0
    while place < bytes.count {
      rest = rest << 8 | UInt64(bytes[place])
      place += 1
    }
    return mixed(hash ^ rest)
  }

  static func mixed(_ value: UInt64) -> UInt64 {
    var value = value &* 0xBF58_476D_1CE4_E5B9
    value ^= value >> 29
    value = value &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 32)
  }
}

/// A set of such numbers.
struct NameSet: Sendable {
  private var slots: [UInt64] = []
  private(set) var count = 0

  /// Puts a number in; false where it is there already.
  mutating func insert(_ hash: UInt64) -> Bool {
    // An empty slot is 0, so that no name may be.
    let hash = hash == 0 ? 1 : hash
    if 2 * (count + 1) > slots.count { grow() }
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place] != 0 {
      if slots[place] == hash { return false }
      place = (place + 1) & (slots.count - 1)
    }
    slots[place] = hash
    count += 1
    return true
  }

  func contains(_ hash: UInt64) -> Bool {
    guard !slots.isEmpty else { return false }
    let hash = hash == 0 ? 1 : hash
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place] != 0 {
      if slots[place] == hash { return true }
      place = (place + 1) & (slots.count - 1)
    }
    return false
  }

  mutating func removeAll() {
    for place in slots.indices { slots[place] = 0 }
    count = 0
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: max(1024, 2 * old.count))
    count = 0
    for hash in old where hash != 0 { _ = insert(hash) }
  }
}

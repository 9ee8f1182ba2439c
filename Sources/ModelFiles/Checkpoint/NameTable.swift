/// Names as 64-bit numbers, by which tensors of a checkpoint are told apart without a text for each.
///
/// Two of a million names share a number once in 40 million checkpoints; then one is taken for a repetition.
enum NameHash {
  static func of(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let bytes = UnsafeRawBufferPointer(name)
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

/// A small number for each of many hashes.
struct NameTable: Sendable {
  private var slots: [(hash: UInt64, value: UInt32)] = []
  private(set) var count = 0

  /// The number of a hash that is there already; else nil, and from now on it has this one.
  mutating func insert(_ hash: UInt64, _ value: UInt32) -> UInt32? {
    if 2 * (count + 1) > slots.count { grow() }
    // An empty slot has 0, so that no name may.
    let hash = hash == 0 ? 1 : hash
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place].hash != 0 {
      if slots[place].hash == hash { return slots[place].value }
      place = (place + 1) & (slots.count - 1)
    }
    slots[place] = (hash, value)
    count += 1
    return nil
  }

  /// The number of a hash; nil where it is not there.
  func value(of hash: UInt64) -> UInt32? {
    guard count > 0 else { return nil }
    let hash = hash == 0 ? 1 : hash
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place].hash != 0 {
      if slots[place].hash == hash { return slots[place].value }
      place = (place + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func grow() {
    let old = slots
    slots = [(hash: UInt64, value: UInt32)](repeating: (0, 0), count: max(1024, 4 * old.count))
    count = 0
    for slot in old where slot.hash != 0 { _ = insert(slot.hash, slot.value) }
  }
}

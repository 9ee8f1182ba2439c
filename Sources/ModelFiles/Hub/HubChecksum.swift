/// A sum that tells whether bytes are the ones that were written; it withstands damage and no intent.
struct HubChecksum: Hashable, Sendable {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var state = value ^ UInt64(bytes.count)
    var place = 0
    // Eight bytes at a time: a snapshot of 12 MB is checked in a few milliseconds.
    while place + 8 <= bytes.count {
      state = (state ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
      state ^= state >> 32
      place += 8
    }
    for byte in bytes[place...] { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    value = state ^ state >> 29
  }

  var text: String { String(value, radix: 16) }
}

/// Text in UTF-16 made into bytes that can be searched: what is past ASCII becomes `?`.
struct UTF16Text {
  private let isBigEndian: Bool
  private var pending: UInt8?

  /// Nil for a text that does not begin as UTF-16 does, with a byte order mark or with two letters of ASCII.
  init?(_ start: UnsafeRawBufferPointer) {
    guard start.count >= 4 else { return nil }
    switch (start[0], start[1]) {
    case (0xFF, 0xFE): isBigEndian = false
    case (0xFE, 0xFF): isBigEndian = true
    default:
      if start[0] != 0, start[1] == 0, start[2] != 0, start[3] == 0 {
        isBigEndian = false
      } else if start[0] == 0, start[1] != 0, start[2] == 0, start[3] != 0 {
        isBigEndian = true
      } else {
        return nil
      }
    }
  }

  mutating func append(_ part: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    for byte in part {
      guard let first = pending else {
        pending = byte
        continue
      }
      pending = nil
      let (low, high) = isBigEndian ? (byte, first) : (first, byte)
      bytes.append(high == 0 && low < 0x80 ? low : UInt8(ascii: "?"))
    }
  }
}

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
    var place = 0
    if let first = pending, let byte = part.first {
      bytes.append(letter(first, byte))
      (pending, place) = (nil, 1)
    }
    let pairs = (part.count - place) / 2
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: pairs))
    bytes.withUnsafeMutableBufferPointer { bytes in
      for index in 0..<pairs { bytes[start + index] = letter(part[place + 2 * index], part[place + 2 * index + 1]) }
    }
    place += 2 * pairs
    if place < part.count { pending = part[place] }
  }

  private func letter(_ first: UInt8, _ second: UInt8) -> UInt8 {
    let (low, high) = isBigEndian ? (second, first) : (first, second)
    return high == 0 && low < 0x80 ? low : UInt8(ascii: "?")
  }
}

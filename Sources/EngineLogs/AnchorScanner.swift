/// Finds the places of many short texts in one pass that skips most bytes.
///
/// Sun Wu and Udi Manber, "A fast algorithm for multi-pattern searching", 1994: of a window of `shortest` bytes the
/// last three say how far it may move on.
struct AnchorScanner {
  /// The least that a text may have.
  static let shortest = 6
  private static let block = 3
  private static let slots = 1 << 15

  /// The texts, one after the other, and where each begins; the last place is their end.
  private var texts: [UInt8] = []
  private var starts: [Int] = [0]
  /// How far the window may move on, by the hash of its last three bytes.
  private var shifts: [UInt8]
  /// By the hash at which the window may not move, the number of a text and that of the next with that hash, plus 1.
  private var heads: [UInt16]
  private var chain: [UInt16]

  /// - Parameter texts: Each of `shortest` bytes or more; shorter ones are never found.
  init(_ texts: [[UInt8]]) {
    shifts = [UInt8](repeating: UInt8(Self.shortest - Self.block + 1), count: Self.slots)
    heads = [UInt16](repeating: 0, count: Self.slots)
    chain = [UInt16](repeating: 0, count: texts.count)
    for text in texts {
      self.texts += text
      starts.append(self.texts.count)
    }
    // Backwards, so that the texts of a hash are met in their order.
    for (number, text) in texts.enumerated().reversed() where text.count >= Self.shortest {
      for end in Self.block...Self.shortest {
        let slot = Self.hash(text[end - 3], text[end - 2], text[end - 1])
        shifts[slot] = min(shifts[slot], UInt8(Self.shortest - end))
        if end == Self.shortest { (chain[number], heads[slot]) = (heads[slot], UInt16(number + 1)) }
      }
    }
  }

  private static func hash(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int {
    (Int(first) &<< 10 ^ Int(second) &<< 5 ^ Int(third)) & (slots - 1)
  }

  /// Calls `hit` for each text that begins in a range of the bytes, in the order of their places.
  ///
  /// - Parameter isSpent: For each text whether nobody asks for it any more.
  func scan(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isSpent: [Bool],
    hit: (_ text: Int, _ place: Int) -> Void
  ) {
    guard let base = bytes.baseAddress else { return }
    shifts.withUnsafeBufferPointer { shifts in
      var end = range.lowerBound &+ Self.shortest
      let last = min(bytes.count, range.upperBound &+ Self.shortest &- 1)
      while end <= last {
        let slot = Self.hash(base[end &- 3], base[end &- 2], base[end &- 1])
        let shift = Int(shifts[slot])
        if shift > 0 {
          end &+= shift
          continue
        }
        let place = end &- Self.shortest
        var number = Int(heads[slot]) - 1
        while number >= 0 {
          if !isSpent[number], stands(number, bytes, at: place) { hit(number, place) }
          number = Int(chain[number]) - 1
        }
        end &+= 1
      }
    }
  }

  private func stands(_ number: Int, _ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
    let (start, end) = (starts[number], starts[number + 1])
    guard place + end - start <= bytes.count else { return false }
    for index in start..<end where bytes[place + index - start] != texts[index] { return false }
    return true
  }
}

extension LogMatch {
  /// How much a line of statistics tells: preemptions, a full cache before a queue, a queue before an empty cache.
  var stress: Double {
    func number(_ name: String) -> Double { captures.first { $0.name == name }?.number ?? 0 }
    return Self.stress(preempted: number("pre"), waiting: number("wait"), use: number("kv"))
  }

  /// The same of a line that is not taken apart, of which a server prints thousands.
  static func stress(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Double {
    func number(_ word: StaticString) -> Double { Self.number(after: word, in: bytes, range) }
    return stress(preempted: number("Preemptions: "), waiting: number("Waiting: "), use: number("cache usage: "))
  }

  private static func stress(preempted: Double, waiting: Double, use: Double) -> Double {
    if preempted > 0 { return 4000 + min(preempted, 999) }
    if use > 95, waiting > 0 { return 3000 + use }
    if use < 60, waiting > 0 { return 2000 + min(waiting, 999) }
    return use
  }

  /// The number that follows a word; 0 where the word or a number is not there.
  private static func number(
    after word: StaticString, in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> Double {
    word.withUTF8Buffer { word in
      var place = range.lowerBound
      let last = range.upperBound - word.count
      while place < last {
        var length = 0
        while length < word.count, bytes[place + length] == word[length] { length += 1 }
        if length == word.count { break }
        place += 1
      }
      guard place < last else { return 0 }
      place += word.count
      var (value, unit) = (0.0, 0.0)
      while place < range.upperBound {
        let byte = bytes[place]
        if Ascii.isDigit(byte) {
          value = value * 10 + Double(byte &- 0x30)
          unit *= 10
        } else if byte == UInt8(ascii: "."), unit == 0 {
          unit = 1
        } else {
          break
        }
        place += 1
      }
      return value / max(1, unit)
    }
  }
}

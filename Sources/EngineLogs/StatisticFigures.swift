import Plimsoll

/// What a server's line of statistics says of its load, read from the bytes: a server prints thousands of them.
struct StatisticFigures: Hashable {
  private(set) var running = 0.0
  private(set) var waiting = 0.0
  private(set) var preempted = 0.0
  /// The cache in use, in per cent.
  private(set) var use = 0.0

  /// Reads on from `Running: `, up to the use of the cache, which is the last; nil where that does not come.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) {
    var place = start
    let last = min(bytes.count, start + 400)
    while place < last {
      let (first, second) = (bytes[place], place + 1 < last ? bytes[place + 1] : 0)
      while place < last, bytes[place] != UInt8(ascii: ":"), bytes[place] >= Ascii.space { place += 1 }
      guard place + 2 < last, bytes[place] >= Ascii.space else { return nil }
      let isUsage = bytes[place - 1] == UInt8(ascii: "e") && bytes[place - 2] == UInt8(ascii: "g")
      place += 2
      let value = Self.number(bytes, &place, last)
      switch (first, second) {
      case (UInt8(ascii: "R"), _): running = value
      case (UInt8(ascii: "W"), _): waiting = value
      case (UInt8(ascii: "P"), UInt8(ascii: "r")): preempted = value
      default:
        // `GPU KV cache usage`, and that of other devices.
        guard isUsage else { break }
        use = value
        return
      }
      while place < last, bytes[place] != UInt8(ascii: ","), bytes[place] >= Ascii.space { place += 1 }
      guard place < last, bytes[place] == UInt8(ascii: ",") else { return nil }
      place += 2
    }
    return nil
  }

  private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int, _ last: Int) -> Double {
    var (value, unit) = (0.0, 0.0)
    while place < last {
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

  /// What holds the engine back by this line alone.
  var verdict: LoadVerdict {
    var sample = EngineSample()
    sample[.running] = running
    sample[.waiting] = waiting
    sample[.preemptions] = preempted
    sample[.cacheUse] = use / 100
    sample.covers = EngineSample.statisticsInterval
    return LoadLimits().verdict(EngineLoad(sample), busiest: nil)
  }
}

/// Of the lines of statistics of a log the one that tells most.
struct TellingStatistic {
  private(set) var figures: StatisticFigures
  private var verdict: LoadVerdict
  /// The last that told less and was not seen to at once: a server at its limit repeats itself.
  private var passed: StatisticFigures?

  init(_ figures: StatisticFigures) { (self.figures, verdict) = (figures, figures.verdict) }

  /// Takes a line's figures in place of its own where they tell more: preemptions, what is short, the fuller cache.
  mutating func take(_ next: StatisticFigures) -> Bool {
    if next.preempted > 0 || figures.preempted > 0 {
      guard next.preempted > figures.preempted else { return false }
    } else if next.waiting == 0 {
      guard !verdict.isCrossed, next.use > figures.use else { return false }
    } else {
      if next == passed || next == figures { return false }
      let other = next.verdict
      let (own, new) = (Self.rank(verdict), Self.rank(other))
      let tellsMore = new == 2 || new == 1 ? next.waiting > figures.waiting : next.use > figures.use
      guard new > own || new == own && tellsMore else {
        passed = next
        return false
      }
    }
    self = Self(next)
    return true
  }

  private static func rank(_ verdict: LoadVerdict) -> Int {
    switch verdict {
    case .kvBound: 3
    case .seatBound: 2
    case .prefillBound: 1
    default: 0
    }
  }
}

extension LogMatch {
  /// What holds the engine back that wrote this line of statistics; nil for any other line.
  package func verdict(_ limits: LoadLimits) -> LoadVerdict? {
    EngineSample(statistics: Array(text.utf8)).map { limits.verdict(EngineLoad($0), busiest: nil) }
  }
}

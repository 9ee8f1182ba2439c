extension JSONReader {
  /// Reads a number, its sign or first digit at the current position.
  mutating func number() throws(JSONError) -> JSON {
    let start = position
    let isNegative = skip(Ascii.minus)
    if isNegative, position < count, bytes[position] == Ascii.upperI {
      return try literal("Infinity", .number(-.infinity))
    }
    let firstDigit = position
    try digits()
    if position - firstDigit > 1, bytes[firstDigit] == Ascii.zero {
      position = firstDigit
      throw error(.leadingZero)
    }
    var isWhole = true
    let lastDigit = position
    if skip(Ascii.point) {
      isWhole = false
      try digits()
    }
    if position < count, bytes[position] | 0x20 == Ascii.e {
      isWhole = false
      position += 1
      if !skip(Ascii.plus) { _ = skip(Ascii.minus) }
      try digits()
    }
    if isWhole {
      if let value = integer(firstDigit..<lastDigit, isNegative: isNegative) { return .integer(value) }
      return .bigInteger(String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self))
    }
    // The grammar was checked above, since `Double` also takes hexadecimal, "inf" and "nan".
    let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    guard let value = Double(text) else { throw unexpected(.digit) }
    return .number(value)
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while position < count, Ascii.zero...Ascii.nine ~= bytes[position] { position += 1 }
    guard position > start else { throw unexpected(.digit) }
  }

  /// The value of a row of digits, or nil when it does not fit 64 bits.
  private func integer(_ range: Range<Int>, isNegative: Bool) -> Int? {
    // Counted downwards, since the least Int has no positive counterpart.
    var value = 0
    for place in range {
      let (tens, tensOverflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = tens.subtractingReportingOverflow(Int(bytes[place] - Ascii.zero))
      if tensOverflow || sumOverflow { return nil }
      value = sum
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }
}

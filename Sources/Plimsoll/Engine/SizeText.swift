extension Bytes {
  /// The amount that a size with a unit says, such as `80GiB`, `1.5 GB` or Kubernetes' `40Gi`; nil if it is none.
  ///
  /// Units mean what they say: KB is 1,000 bytes, KiB and Ki 1,024, and a bare `G` is Kubernetes' 10^9. (vLLM's own
  /// `--kv-cache-memory-bytes` reads `G` as 2^30; that flag asks `FlagNumber` first.) A fraction of a byte is cut.
  public init?(sizeText: String) {
    let text = FlagNumber.trim(sizeText)
    let letters = text.suffix(while: { $0.isLetter })
    guard !letters.isEmpty, let unit = Bytes.unit(named: letters) else { return nil }
    let digits = FlagNumber.trim(text.dropLast(letters.count))
    guard let parts = FlagNumber.decimal(digits) else { return nil }
    let (whole, overflow) = parts.whole.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    var fraction = 0
    if let written = parts.fraction {
      // Nine digits are below a byte for every unit but TiB, where they are below a KiB.
      guard let value = Int(written.prefix(9)) else { return nil }
      var scale = 1
      for _ in written.prefix(9) { scale *= 10 }
      let product = value.multipliedFullWidth(by: unit)
      fraction = scale.dividingFullWidth(product).quotient
    }
    let (sum, carry) = whole.addingReportingOverflow(fraction)
    guard !carry else { return nil }
    self.init(sum)
  }

  private static func unit(named name: Substring) -> Int? {
    switch name.lowercased() {
    case "b": 1
    case "k", "kb": 1_000
    case "m", "mb": 1_000_000
    case "g", "gb": 1_000_000_000
    case "t", "tb": 1_000_000_000_000
    case "ki", "kib": 1 << 10
    case "mi", "mib": 1 << 20
    case "gi", "gib": 1 << 30
    case "ti", "tib": 1 << 40
    default: nil
    }
  }
}

extension String {
  fileprivate func suffix(while predicate: (Character) -> Bool) -> Substring {
    var start = endIndex
    while start > startIndex, predicate(self[index(before: start)]) { start = index(before: start) }
    return self[start...]
  }
}

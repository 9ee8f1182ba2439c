extension Bytes {
  /// This amount in GiB with two decimals, as vLLM's logs print it: `61.04 GiB`.
  public var gibText: String { Self.fixed(gib, 2) + " GiB" }

  /// This amount in the largest binary unit that keeps a whole part, three figures: `256 KiB`, `14.2 GiB`.
  public var text: String {
    var value = Double(count)
    var unit = 0
    while value.magnitude >= 1024, unit < 4 {
      value /= 1024
      unit += 1
    }
    guard unit > 0 else { return "\(count) B" }
    let isWhole = value == Double(Int(value))
    let decimals = isWhole || value.magnitude >= 99.95 ? 0 : value.magnitude >= 9.995 ? 1 : 2
    return Self.fixed(value, decimals) + " " + ["B", "KiB", "MiB", "GiB", "TiB"][unit]
  }

  /// A number with so many decimals (at most 3), rounded half away from zero.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = [1, 10, 100, 1000][min(3, decimals)]
    let scaled = Int(value.magnitude * Double(scale) + 0.5)
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(scaled) }
    return sign + String(scaled / scale) + "." + String(scaled % scale + scale).dropFirst()
  }
}

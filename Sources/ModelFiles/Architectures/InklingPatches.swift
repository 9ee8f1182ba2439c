/// How Inkling's image encoder folds a patch step by step into one vector (`models/inkling/common/towers.py
/// plan_out_scales`).
struct InklingPatches {
  var frames: Int
  var patch: Int
  var channels: Int

  /// What is folded together so far, and into how many channels.
  struct Scale {
    var size: Int
    var channels: Int
  }

  /// The scales before the first layer and after each: of all that the factors of the patch allow, those whose sizes
  /// grow most evenly by ratio.
  func scales(layers: Int) -> [Scale] {
    var all = [Scale(size: 1, channels: channels)]
    var side = 1
    for factor in Self.factors(patch).reversed() {
      side *= factor
      all.append(scale(side * side))
    }
    var depth = 1
    for factor in Self.factors(frames).reversed() {
      depth *= factor
      all.append(scale(side * side * depth))
    }
    let step = Self.logarithm(patch * patch * frames * channels) / Double(layers)
    let logarithms = all.map { Self.logarithm($0.size) }
    func cost(_ row: Int, _ column: Int) -> Double { abs(step * Double(row) - logarithms[column]) }
    var chosen: [Int]
    if layers >= all.count {
      chosen = (0...layers).map { row in
        all.indices.min { cost(row, $0) < cost(row, $1) } ?? 0
      }
    } else {
      chosen =
        Self.combinations(of: all.count, taking: layers + 1).min { first, second in
          func sum(_ columns: [Int]) -> Double { columns.enumerated().reduce(0) { $0 + cost($1.offset, $1.element) } }
          return sum(first) < sum(second)
        } ?? []
    }
    guard chosen.count >= 2 else { return [] }
    (chosen[0], chosen[chosen.count - 1]) = (0, all.count - 1)
    return chosen.map { all[$0] }
  }

  private func scale(_ size: Int) -> Scale { Scale(size: size, channels: (size * channels + 63) / 64 * 64) }

  /// Prime factors, the smallest first.
  private static func factors(_ number: Int) -> [Int] {
    var (rest, factor, found) = (number, 2, [Int]())
    while factor * factor <= rest {
      while rest % factor == 0 {
        found.append(factor)
        rest /= factor
      }
      factor += 1
    }
    return rest > 1 ? found + [rest] : found
  }

  /// The natural logarithm of a number above 0, by halves and a series.
  private static func logarithm(_ number: Int) -> Double {
    var (rest, halvings) = (Double(number), 0.0)
    while rest > 1.5 {
      rest /= 2
      halvings += 1
    }
    let ratio = (rest - 1) / (rest + 1)
    var (power, sum) = (ratio, 0.0)
    for odd in stride(from: 1.0, to: 60, by: 2) {
      sum += power / odd
      power *= ratio * ratio
    }
    return 2 * sum + halvings * 0.693_147_180_559_945_3
  }

  /// Rising choices, in the order of the first that differs.
  private static func combinations(of count: Int, taking size: Int) -> [[Int]] {
    guard size > 0 else { return [[]] }
    guard size <= count else { return [] }
    return (0...(count - size)).flatMap { first in
      combinations(of: count - first - 1, taking: size - 1).map { [first] + $0.map { $0 + first + 1 } }
    }
  }
}

/// The candidates that a misspelt word may stand for, nearest first, three at most.
///
/// A candidate is near when a third of the word's letters at most are wrong, or when the word begins it.
/// Leading dashes and the case of letters do not count.
package func nearest(to word: String, among candidates: [String]) -> [String] {
  let typed = letters(word)
  guard !typed.isEmpty, typed.count <= 100 else { return [] }
  let limit = typed.count < 3 ? 0 : max(1, typed.count / 3)
  var ranked: [(name: String, distance: Int)] = []
  for candidate in candidates {
    let wanted = letters(candidate)
    let distance = abs(wanted.count - typed.count) > limit ? limit + 1 : editDistance(typed, wanted)
    if distance <= limit {
      ranked.append((candidate, distance))
    } else if typed.count >= 3, wanted.starts(with: typed) {
      ranked.append((candidate, limit + 1))
    }
  }
  guard let best = ranked.map(\.distance).min() else { return [] }
  return Array(ranked.filter { $0.distance == best }.map(\.name).prefix(3))
}

private func letters(_ word: String) -> [UInt8] { Array(word.asciiLowercased.utf8.drop { $0 == UInt8(ascii: "-") }) }

/// How many letters must be added, dropped, changed or swapped with a neighbour to make one word the other.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var before: [Int] = []
  var last = Array(0...b.count)
  var row = last
  for i in a.indices {
    row[0] = i + 1
    for j in b.indices {
      row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], before[j - 1] + 1) }
    }
    (before, last) = (last, row)
  }
  return last[b.count]
}

extension String {
  /// Letters A to Z made small; nothing else changes.
  package var asciiLowercased: String {
    String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}

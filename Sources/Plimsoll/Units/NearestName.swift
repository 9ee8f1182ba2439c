/// Which known names a mistyped one may stand for.
package enum NearestName {
  /// The names within a third of the written one's length in edits, nearest first, at most `limit`.
  package static func nearest(to written: String, among names: [String], limit: Int = 1) -> [String] {
    let target = Array(written.lowercased().utf8)
    let reach = max(2, target.count / 3)
    var found = [(distance: Int, order: Int)]()
    for (order, name) in names.enumerated() {
      let candidate = Array(name.lowercased().utf8)
      guard abs(candidate.count - target.count) <= reach else { continue }
      let distance = edits(target, candidate)
      if distance <= reach { found.append((distance, order)) }
    }
    return found.ordered { $0.distance < $1.distance }.prefix(limit).map { names[$0.order] }
  }

  /// How many letters must change to make one word the other: insertions, deletions, replacements and swaps of neighbours (optimal string
  /// alignment).
  package static func edits(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      row.reserveCapacity(b.count + 1)
      for j in 1...b.count {
        var best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, beforeLast[j - 2] + 1) }
        row.append(best)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}

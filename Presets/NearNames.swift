extension PresetIndex {
  /// The ids of the presets whose names are nearest to a misspelt one, at most three, the nearest first.
  func suggestions(for name: PresetName) -> [String] {
    let word = Array(name.key.utf8)
    // A third of the letters may be wrong; more of them make another word.
    let limit = max(1, word.count / 3)
    var nearest: [Int: Int] = [:]
    for (key, entry) in entries {
      let distance = editDistance(word, Array(key.utf8), limit: limit)
      guard distance <= limit else { continue }
      for number in entry.numbers { nearest[number] = min(distance, nearest[number] ?? distance) }
    }
    let ids = self.ids
    return nearest.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(3).map { ids[$0.key] }
  }
}

/// How many letters must be added, dropped, changed or swapped with a neighbour to make one word the other;
/// more than `limit` where the lengths alone say so.
private func editDistance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int {
  if abs(a.count - b.count) > limit { return limit + 1 }
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

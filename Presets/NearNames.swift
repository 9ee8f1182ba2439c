import Plimsoll

extension PresetIndex {
  /// The ids of the presets whose names are nearest to a misspelt one, at most three, the nearest first.
  func suggestions(for name: PresetName) -> [String] {
    let word = Array(name.key.utf8)
    // A third of the letters may be wrong; more of them make another word.
    let limit = max(1, word.count / 3)
    var nearest: [Int: Int] = [:]
    for (key, entry) in entries {
      let letters = Array(key.utf8)
      guard abs(letters.count - word.count) <= limit else { continue }
      let distance = NearestName.edits(word, letters)
      guard distance <= limit else { continue }
      for number in entry.numbers { nearest[number] = min(distance, nearest[number] ?? distance) }
    }
    let ids = self.ids
    return Array(nearest).ordered { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(3).map { ids[$0.key] }
  }
}

package import ModelFiles

extension Catalog {
  /// The ids of a kind, in the order of their files. Parses no preset.
  package static func ids(_ kind: PresetKind) -> [String] { PresetIndex(kind: kind).ids }

  /// The file of the one preset that goes by a name: an id or alias of it, or the part of its id after the slash.
  ///
  /// Capitals do not matter, and `_`, spaces and `-` are one.
  package static func presetJSON(kind: PresetKind, name: String) throws(LookupError) -> JSON {
    let index = PresetIndex(kind: kind)
    return try index.parsed(try index.number(named: name))
  }
}

extension PresetIndex {
  /// The one preset that goes by a name.
  func number(named name: String) throws(LookupError) -> Int {
    let key = PresetName(name)
    guard let entry = entry(key), let number = entry.numbers.first else {
      throw .unknown(kind: kind, name: name, suggestions: suggestions(for: key))
    }
    guard entry.numbers.count == 1 else {
      throw .ambiguous(kind: kind, name: name, candidates: ids(of: entry.numbers))
    }
    return number
  }

  /// The file of a number, parsed.
  func parsed(_ number: Int) throws(LookupError) -> JSON {
    do {
      return try JSON.parse(json(number))
    } catch {
      throw .unreadable(kind: kind, id: ids[number], reason: error.message)
    }
  }
}

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

  /// The file of a number, parsed; a model's config with what it takes from another preset, and names written out.
  func parsed(_ number: Int) throws(LookupError) -> JSON {
    let json: JSON
    do {
      json = try JSON.parse(self.json(number))
    } catch {
      throw .unreadable(kind: kind, id: ids[number], reason: error.message)
    }
    guard kind == .models, case .object(var preset) = json else { return json }
    if case .string(let other)? = preset["config_of"] {
      guard let base = entry(PresetName(other))?.numbers.first, base != number,
        case .object(var config)? = try parsed(base)["config"]
      else { throw .unreadable(kind: kind, id: ids[number], reason: "config_of names no preset: " + other) }
      if case .object(let own)? = preset["config"] {
        for member in own.members { config[member.key] = member.value }
      }
      preset["config_of"] = nil
      preset["config"] = .object(config)
    }
    if case .object(var config)? = preset["config"] {
      for key in ["quantization_config", "compression_config"] { config[key] = config[key].map(NameRange.writtenOut) }
      if case .object(var text)? = config["text_config"], let inner = text["quantization_config"] {
        text["quantization_config"] = NameRange.writtenOut(inner)
        config["text_config"] = .object(text)
      }
      preset["config"] = .object(config)
    }
    preset["hf_quant_config"] = preset["hf_quant_config"].map(NameRange.writtenOut)
    return .object(preset)
  }
}

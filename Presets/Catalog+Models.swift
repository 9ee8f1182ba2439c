import ModelFiles

extension Catalog {
  /// The ids of the models, sorted. Parses no preset.
  package static var modelIDs: [String] { ids(.models) }

  /// The model that goes by a name: a hub id, the part of one after the slash, or a listed alias.
  ///
  /// Parses that one preset and no other.
  package static func model(named name: String) throws(LookupError) -> ModelPreset {
    let index = PresetIndex(kind: .models)
    return try index.model(try index.number(named: name))
  }

  /// Every model, in the order of the ids.
  package static func models() throws(LookupError) -> [ModelPreset] {
    let index = PresetIndex(kind: .models)
    var models: [ModelPreset] = []
    for number in index.ids.indices { models.append(try index.model(number)) }
    return models
  }

  /// Every model, those that came out last first, those of an unknown month last of all.
  package static func modelsNewestFirst() throws(LookupError) -> [ModelPreset] {
    // The order of the ids settles what one month leaves open: the sort is stable.
    try models().sorted { ($0.released ?? "") > ($1.released ?? "") }
  }
}

extension PresetIndex {
  /// The model of a number.
  func model(_ number: Int) throws(LookupError) -> ModelPreset {
    let json = try parsed(number)
    do {
      return try ModelPreset(preset: ConfigObject(json))
    } catch {
      throw .unreadable(kind: kind, id: ids[number], reason: error.message)
    }
  }
}

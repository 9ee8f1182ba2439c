package import ModelFiles

/// A model of `Presets/models`: what of its config.json memory depends on, and where that is from.
package struct ModelPreset: Hashable, Sendable {
  /// The hub id, such as `Qwen/QwQ-32B`.
  package var id: String
  /// Names it goes by beside the id and the part of the id after the slash.
  package var aliases: [String]
  /// The parameters of the checkpoint without multi-token prediction, scales and copies of tied weights.
  ///
  /// An encoder's are among them. nil where no exact count was at hand to prove the shape with.
  package var parameters: Int?
  /// What the count is, or why there is none.
  package var parametersNote: String
  /// The month in which it came out, as `2025-03`; of a copy in other numbers the month of the model.
  package var released: String?
  /// Where the facts of ``config`` are from, and of what kind they are.
  package var source: String
  /// Keys of the config that were not seen in the published file; `shape` stands for all of them.
  package var unverified: [String]
  /// The keys of config.json that are read, in its own form: `ArchitectureTable.shape(of:)` takes it.
  package var config: JSON
  /// What hf_quant_config.json beside it says, where the checkpoint has that file.
  package var quantization: JSON?

  package init(
    id: String, aliases: [String] = [], parameters: Int?, parametersNote: String, released: String? = nil,
    source: String, unverified: [String] = [], config: JSON, quantization: JSON? = nil
  ) {
    self.id = id
    self.aliases = aliases
    self.parameters = parameters
    self.parametersNote = parametersNote
    self.released = released
    self.source = source
    self.unverified = unverified
    self.config = config
    self.quantization = quantization
  }
}

extension ModelPreset {
  init(preset: ConfigObject) throws(ConfigError) {
    self.init(
      id: try preset.string("id"),
      aliases: try preset.strings("aliases", default: []),
      parameters: try preset.optionalInt("parameters", in: 1...1 << 50),
      parametersNote: try preset.string("parameters_note"),
      released: try preset.optionalString("released"),
      source: try preset.string("source"),
      unverified: try preset.strings("unverified", default: []),
      config: .object(try preset.object("config").members),
      quantization: preset.members["hf_quant_config"]
    )
  }
}

extension ModelPreset {
  /// The class of vLLM's registry that the config names.
  package var architecture: String {
    if case .array(let names)? = config["architectures"], case .string(let name)? = names.first { return name }
    return ""
  }

  /// Who published it: the part of the id before its slash.
  package var publisher: String { String(id.prefix { $0 != "/" }) }

  /// How the checkpoint is stored: its method of quantization, else its type.
  package var storage: String {
    for place in [config, config["text_config"] ?? .null] {
      if case .string(let method)? = place["quantization_config"]?["quant_method"] { return method }
    }
    if case .string(let algorithm)? = quantization?["quantization"]?["quant_algo"] { return "modelopt " + algorithm }
    for place in [config, config["text_config"] ?? .null] {
      if case .string(let type)? = place["dtype"] { return type }
    }
    return "not stated"
  }
}

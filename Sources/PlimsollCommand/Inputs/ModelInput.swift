import Catalog
import CommandLineKit
import ModelFiles
import Plimsoll

/// The model that was named, read.
struct ModelInput {
  var id: String
  /// What `vllm serve` has to be given: the hub id, or the folder.
  var servedName: String
  var source: Source
  var shape: ModelShape
  /// The checkpoint's parameter count, where it is known, else the config's.
  var parameters: Int
  /// The config.json with its overrides, and the checkpoint's hf_quant_config.json.
  var config: JSON
  var quantization: JSON?
  /// What is known of the weights themselves.
  @Boxed var checkpoint: CheckpointInput?
  /// The revision that was named, which `vllm serve` has to be given too.
  var revision: String?
  /// The preprocessor_config.json of a model that does not lie on this machine.
  var preprocessorConfig: JSON?
  /// Where it is from, and what went wrong beside.
  var notes: [Finding] = []

  enum Source: String { case preset, hub, folder, config, safetensors }

  /// - Throws: ``InputFailure`` (exit status 4) for what is not there, cannot be read, or is not modelled.
  static func read(
    _ name: String, overrides: [JSONSetting], quantizedAtLoad: String? = nil, whatIf: WhatIfQuantization? = nil,
    checkpointBytes: Bytes? = nil, hub: Hub? = nil, revision: String? = nil
  ) throws(InputFailure) -> ModelInput {
    var file = try document(name, hub: hub, revision: revision)
    if checkpointBytes == nil {
      switch file.source {
      case .folder: file.checkpoint = try CheckpointInput.read(folder: name)
      case .safetensors:
        file.checkpoint = try CheckpointInput.read(folder: file.servedName, naming: FilePaths.lastName(name))
      case .hub: if let folder = file.folder { file.checkpoint = try CheckpointInput.read(folder: folder) }
      case .preset, .config: break
      }
    }
    return try make(file, overrides, atLoad: quantizedAtLoad, whatIf: whatIf, checkpointBytes: checkpointBytes)
  }

  /// A config.json and where it is from.
  struct Document {
    var id: String
    /// What `vllm serve` has to be given.
    var servedName: String
    var source: Source
    var json: JSON
    /// The checkpoint's hf_quant_config.json, where it has one.
    var quantization: JSON?
    /// The published parameter count, where it is known.
    var parameters: Int?
    /// What the headers of its weights say, where they were read.
    var checkpoint = Checkpoint.none
    var revision: String?
    var preprocessor: JSON?
    /// Where a model of a hub lies on this machine.
    var folder: String?
    var notes: [Finding] = []
  }

  /// What a name stands for: a folder, a config.json, a preset, a model of the hub.
  ///
  /// - Parameters:
  ///   - hub: What reads the hub; nil where no network and no cache is to be looked at.
  ///   - revision: As in `--revision`; a name may end in one itself, after `@`.
  static func document(_ name: String, hub: Hub? = nil, revision: String? = nil) throws(InputFailure) -> Document {
    if let revision, !FileReader.exists(name), HubID(name)?.revision == nil {
      // A short name is that of a preset, and a hub knows whole ones only.
      let id = HubID(name) == nil ? (try? Catalog.presetJSON(kind: .models, name: name))?["id"] : .string(name)
      if case .string(let id)? = id, HubID(id + "@" + revision) != nil {
        return try document(id, at: revision, hub: hub)
      }
    }
    if FileReader.isDirectory(name) {
      let json = try parse(FilePaths.join(name, "config.json"))
      let extra = FilePaths.join(name, "hf_quant_config.json")
      var method: JSON?
      if FileReader.exists(extra) { method = try parse(extra) }
      return Document(
        id: FilePaths.lastName(name), servedName: name, source: .folder, json: json, quantization: method)
    }
    if FileReader.exists(name) {
      if let weights = try weightsFile(name) { return weights }
      return Document(id: name, servedName: FilePaths.folder(of: name), source: .config, json: try parse(name))
    }
    let preset: JSON
    do {
      preset = try Catalog.presetJSON(kind: .models, name: name)
    } catch {
      guard let hub, let id = HubID(name) else { throw unknown(name, error) }
      return try document(id, hub, suggestions: Array(error.suggestions.prefix(3)))
    }
    guard let config = preset["config"], case .string(let id)? = preset["id"] else {
      throw InputFailure(code: "bad-preset", message: "the preset '\(name)' has no config")
    }
    if let hub, hub.refreshes, let id = HubID(id) { return try document(id, hub, suggestions: []) }
    var parameters: Int?
    if case .integer(let count)? = preset["parameters"] { parameters = count }
    return Document(
      id: id, servedName: id, source: .preset, json: config, quantization: preset["hf_quant_config"],
      parameters: parameters)
  }

  /// A model at the revision that a line of vLLM names: where that cannot be looked up without a network, the preset
  /// of it, and a warning.
  private static func document(_ name: String, at revision: String, hub: Hub?) throws(InputFailure) -> Document {
    do {
      return try document(name + "@" + revision, hub: hub)
    } catch {
      guard hub == nil || error.code == HubFailure.Kind.offline.rawValue,
        var preset = try? document(name, hub: nil), preset.source == .preset
      else { throw error }
      preset.revision = revision
      preset.notes.append(
        Finding(
          "revision-not-read", .warning,
          "revision \(revision) of \(preset.id) is not on this machine: planned is what is built in, without a revision"
        ))
      return preset
    }
  }

  private static func document(
    _ id: HubID, _ hub: Hub, suggestions: [String]
  ) throws(InputFailure) -> Document {
    let model: HubModel
    do throws(HubFailure) {
      model = try hub.model(id)
    } catch {
      throw InputFailure(error, suggestions: suggestions)
    }
    return try Document(model, revision: id.revision)
  }

  /// A file of weights, whose config.json lies beside it; nil for a file of another kind.
  private static func weightsFile(_ name: String) throws(InputFailure) -> Document? {
    if name.hasSuffix(".gguf") { throw InputFailure(CheckpointError(file: name, problem: .gguf)) }
    if [".bin", ".pt", ".pth"].contains(where: name.hasSuffix) {
      throw InputFailure(CheckpointError(file: name, problem: .pickled))
    }
    guard name.hasSuffix(".safetensors") else { return nil }
    let folder = FilePaths.folder(of: name)
    guard FileReader.exists(FilePaths.join(folder, "config.json")) else {
      throw InputFailure(
        code: "missing-config",
        message: "\(name): config.json has to lie beside it, which says what vLLM makes of the weights")
    }
    var file = try document(folder)
    (file.id, file.source) = (name, .safetensors)
    return file
  }

  /// The folder's preprocessor_config.json, where the model is one that has it.
  func preprocessor() throws(InputFailure) -> JSON? {
    if let preprocessorConfig { return preprocessorConfig }
    guard source == .folder || source == .config || source == .safetensors else { return nil }
    let file = FilePaths.join(servedName, "preprocessor_config.json")
    return FileReader.exists(file) ? try Self.parse(file) : nil
  }

  private static func unknown(_ name: String, _ error: LookupError) -> InputFailure {
    var failure = InputFailure(code: "unknown-model", message: "no model preset '\(name)'")
    if case .ambiguous = error {
      failure.code = "ambiguous-model"
      failure.message = "'\(name)' is the name of several model presets"
    } else if name.contains("/") {
      failure.message += "; its config.json is not here, so give a folder or a config.json"
    } else if error.suggestions.isEmpty {
      failure.message += "; 'plimsoll presets models' lists them"
    }
    failure.suggestions = Array(error.suggestions.prefix(3))
    return failure
  }

  static func parse(_ path: String) throws(InputFailure) -> JSON {
    do {
      return try JSON.parse(try FileReader.read(path, limit: .mib(64)))
    } catch let error as FileError {
      throw InputFailure(code: "unreadable-config", message: error.message)
    } catch let error as JSONError {
      throw InputFailure(code: "broken-config", message: "\(path): \(error.message)")
    } catch {
      throw InputFailure(code: "unreadable-config", message: "\(path) cannot be read")
    }
  }

  private static func make(
    _ file: Document, _ overrides: [JSONSetting], atLoad: String?, whatIf: WhatIfQuantization?,
    checkpointBytes: Bytes?
  ) throws(InputFailure) -> ModelInput {
    do {
      let config = try ConfigOverrides.apply(overrides, to: file.json)
      let shape = try ArchitectureTable.shape(
        of: config, quantization: file.quantization, quantizedAtLoad: atLoad, whatIf: whatIf)
      // A checkpoint is held against what its own config says, not against what the command line makes of it.
      let isItsOwn = overrides.isEmpty && atLoad == nil && whatIf == nil
      let own = isItsOwn ? shape : try ArchitectureTable.shape(of: file.json, quantization: file.quantization)
      let checkpoint =
        try checkpointBytes.map {
          CheckpointInput(stated: $0, of: own, config: file.json, quantization: file.quantization)
        } ?? CheckpointInput(file.checkpoint, of: own, id: file.id)
      return ModelInput(
        id: file.id, servedName: file.servedName, source: file.source, shape: shape,
        parameters: checkpoint?.account?.parameters ?? file.parameters ?? shape.parameters, config: config,
        quantization: file.quantization, checkpoint: checkpoint, revision: file.revision,
        preprocessorConfig: file.preprocessor, notes: file.notes)
    } catch let failure as InputFailure {
      throw failure
    } catch let error as ModelConfigError {
      throw InputFailure(code: error.code, message: "\(file.id): \(error.message)")
    } catch let error as JSONError {
      throw InputFailure(code: "bad-override", message: "--hf-overrides: \(error.message)")
    } catch {
      throw InputFailure(code: "broken-config", message: "\(file.id) cannot be read")
    }
  }
}

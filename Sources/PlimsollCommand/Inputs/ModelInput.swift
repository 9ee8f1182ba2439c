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

  enum Source: String { case preset, hub, folder, config, safetensors }

  /// - Throws: ``InputFailure`` (exit status 4) for what is not there, cannot be read, or is not modelled.
  static func read(
    _ name: String, overrides: [JSONSetting], quantizedAtLoad: String? = nil, whatIf: WhatIfQuantization? = nil
  ) throws(InputFailure) -> ModelInput {
    let file = try document(name)
    return try make(file, overrides, atLoad: quantizedAtLoad, whatIf: whatIf)
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
  }

  /// What a name stands for: a preset, a folder, a config.json.
  static func document(_ name: String) throws(InputFailure) -> Document {
    if FileReader.isDirectory(name) {
      let json = try parse(FilePaths.join(name, "config.json"))
      let extra = FilePaths.join(name, "hf_quant_config.json")
      var method: JSON?
      if FileReader.exists(extra) { method = try parse(extra) }
      return Document(
        id: FilePaths.lastName(name), servedName: name, source: .folder, json: json, quantization: method)
    }
    if FileReader.exists(name) {
      if name.hasSuffix(".safetensors") || name.hasSuffix(".gguf") {
        throw InputFailure(
          code: "checkpoint-not-read",
          message: "'\(name)' is a checkpoint, whose headers are not read yet; give its folder or config.json")
      }
      return Document(id: name, servedName: FilePaths.folder(of: name), source: .config, json: try parse(name))
    }
    let preset: JSON
    do {
      preset = try Catalog.presetJSON(kind: .models, name: name)
    } catch {
      throw unknown(name, error)
    }
    guard let config = preset["config"], case .string(let id)? = preset["id"] else {
      throw InputFailure(code: "bad-preset", message: "the preset '\(name)' has no config")
    }
    var parameters: Int?
    if case .integer(let count)? = preset["parameters"] { parameters = count }
    return Document(
      id: id, servedName: id, source: .preset, json: config, quantization: preset["hf_quant_config"],
      parameters: parameters)
  }

  /// The folder's preprocessor_config.json, where the model is one that has it.
  func preprocessor() throws(InputFailure) -> JSON? {
    guard source == .folder || source == .config else { return nil }
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

  private static func parse(_ path: String) throws(InputFailure) -> JSON {
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
    _ file: Document, _ overrides: [JSONSetting], atLoad: String?, whatIf: WhatIfQuantization?
  ) throws(InputFailure) -> ModelInput {
    do {
      let config = try ConfigOverrides.apply(overrides, to: file.json)
      let shape = try ArchitectureTable.shape(
        of: config, quantization: file.quantization, quantizedAtLoad: atLoad, whatIf: whatIf)
      return ModelInput(
        id: file.id, servedName: file.servedName, source: file.source, shape: shape,
        parameters: file.parameters ?? shape.parameters, config: config, quantization: file.quantization)
    } catch let error as ModelConfigError {
      throw InputFailure(code: error.code, message: "\(file.id): \(error.message)")
    } catch let error as JSONError {
      throw InputFailure(code: "bad-override", message: "--hf-overrides: \(error.message)")
    } catch {
      throw InputFailure(code: "broken-config", message: "\(file.id) cannot be read")
    }
  }
}

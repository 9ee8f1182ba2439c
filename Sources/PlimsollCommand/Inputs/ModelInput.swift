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

  enum Source: String { case preset, hub, folder, config, safetensors }

  /// - Throws: ``InputFailure`` (exit status 4) for what is not there, cannot be read, or is not modelled.
  static func read(
    _ name: String, overrides: [JSONSetting], quantizedAtLoad: String? = nil, whatIf: WhatIfQuantization? = nil
  ) throws(InputFailure) -> ModelInput {
    if FileReader.isDirectory(name) {
      let config = FilePaths.join(name, "config.json")
      let json = try parse(config)
      let extra = FilePaths.join(name, "hf_quant_config.json")
      var method: JSON?
      if FileReader.exists(extra) { method = try parse(extra) }
      return try make(
        FilePaths.lastName(name), name, .folder, json, quantization: method, overrides, atLoad: quantizedAtLoad,
        whatIf: whatIf, parameters: nil)
    }
    if FileReader.exists(name) {
      if name.hasSuffix(".safetensors") || name.hasSuffix(".gguf") {
        throw InputFailure(
          code: "checkpoint-not-read",
          message: "'\(name)' is a checkpoint, whose headers are not read yet; give its folder or config.json")
      }
      return try make(
        name, FilePaths.folder(of: name), .config, try parse(name), quantization: nil, overrides,
        atLoad: quantizedAtLoad, whatIf: whatIf, parameters: nil)
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
    return try make(
      id, id, .preset, config, quantization: nil, overrides, atLoad: quantizedAtLoad, whatIf: whatIf,
      parameters: parameters)
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
    _ id: String, _ servedName: String, _ source: Source, _ json: JSON, quantization: JSON?, _ overrides: [JSONSetting],
    atLoad: String?, whatIf: WhatIfQuantization?, parameters: Int?
  ) throws(InputFailure) -> ModelInput {
    do {
      let config = try ConfigOverrides.apply(overrides, to: json)
      let shape = try ArchitectureTable.shape(
        of: config, quantization: quantization, quantizedAtLoad: atLoad, whatIf: whatIf)
      return ModelInput(
        id: id, servedName: servedName, source: source, shape: shape, parameters: parameters ?? shape.parameters)
    } catch let error as ModelConfigError {
      throw InputFailure(code: error.code, message: "\(id): \(error.message)")
    } catch let error as JSONError {
      throw InputFailure(code: "bad-override", message: "--hf-overrides: \(error.message)")
    } catch {
      throw InputFailure(code: "broken-config", message: "\(id) cannot be read")
    }
  }
}

/// Why a config.json does not become a model shape.
package enum ModelConfigError: Error, Hashable, Sendable {
  case notJSON(JSONError)
  case value(ConfigError)
  /// No class of the release serves this architecture.
  case unknownArchitecture(String, nearest: String?)
  /// vLLM served it up to a release and no longer does.
  case droppedArchitecture(String, lastRelease: String)
  /// vLLM serves it, plimsoll does not model it yet.
  case unmodelledArchitecture(String, what: String, nearest: String?)
  /// A plugin of vLLM serves it, vLLM itself does not.
  case pluginArchitecture(String, plugin: String)
  /// A plugin of vLLM loads such checkpoints, vLLM itself no longer does.
  case pluginQuantization(String, since: String)
  /// vLLM has no such method.
  case unknownQuantization(String, nearest: String)
  /// A part of the model that plimsoll does not model: a quantization method, a rope type, a layer type.
  case unmodelled(part: String, value: String, nearest: String?)
  /// Values that contradict each other.
  case contradiction(String)

  /// A name for scripts.
  package var code: String {
    switch self {
    case .notJSON, .value, .contradiction: "broken-config"
    case .unknownArchitecture: "unknown-architecture"
    case .droppedArchitecture: "dropped-architecture"
    case .unmodelledArchitecture, .pluginArchitecture: "architecture-not-modelled"
    case .unmodelled, .pluginQuantization: "part-not-modelled"
    case .unknownQuantization: "unknown-quantization"
    }
  }

  package var message: String {
    switch self {
    case .notJSON(let error): "not JSON: " + error.message
    case .value(let error): error.message
    case .unknownArchitecture(let name, let nearest):
      "vLLM has no architecture '\(name)'" + Self.hint(nearest)
    case .droppedArchitecture(let name, let release):
      "vLLM served \(name) until \(release) and no longer does: use that release, or a converted checkpoint"
    case .unmodelledArchitecture(let name, let what, let nearest):
      "plimsoll does not model \(name) yet, \(what)" + Self.hint(nearest)
    case .pluginArchitecture(let name, let plugin):
      "vLLM serves \(name) with the plugin \(plugin) only, which plimsoll does not model"
    case .pluginQuantization(let name, let release):
      "vLLM loads \(name) checkpoints with a plugin only since \(release), which plimsoll does not model: use an earlier "
        + "release, or a checkpoint of another method"
    case .unknownQuantization(let name, let nearest):
      "vLLM has no quantization method '\(name)'" + Self.hint(nearest)
    case .unmodelled(let part, let value, let nearest):
      "plimsoll does not model \(part) '\(value)' yet" + Self.hint(nearest)
    case .contradiction(let text): text
    }
  }

  private static func hint(_ nearest: String?) -> String {
    nearest.map { "; the nearest that is modelled: \($0)" } ?? ""
  }
}

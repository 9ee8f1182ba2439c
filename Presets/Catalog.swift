/// What is built in: models, accelerators and engine releases, each a JSON file under `Presets/`.
package enum Catalog {}

/// A folder under `Presets/`.
package enum PresetKind: String, Hashable, Sendable, CaseIterable {
  case models, gpus, engines, failures, instances

  /// The word for one of them in a sentence.
  var noun: String {
    switch self {
    case .models: "model"
    case .gpus: "GPU"
    case .engines: "engine"
    case .failures: "failure"
    case .instances: "cloud"
    }
  }
}

import Catalog
import CommandLineKit
import ModelFiles
import Plimsoll

/// `plimsoll presets`: what is built in, with the source of each figure.
struct Presets: Command {
  static let name = "presets"
  static let summary = "List what is built in: models, GPUs, engine releases, and where each figure is from."
  static let examples = [
    Example("plimsoll presets gpus", "every accelerator"),
    Example("plimsoll presets models Qwen/QwQ-32B", "one model, whole"),
    Example("plimsoll presets models --since 2026-06", "the newest models"),
  ]

  enum Kind: String, CaseIterable, CommandValue { case models, gpus, engines }

  var kind = Kind.models
  var entry: String?
  var publisher: String?
  var architecture: String?
  var since: String?
  var json = false
  var displayOptions = DisplayOptions()
  var display: DisplayOptions { displayOptions }

  static var sections: [Section<Presets>] {
    [
      Section(
        "What to list",
        [
          .positional("KIND", \.kind, required: true, help: "models, gpus or engines."),
          .positional("NAME", \.entry, required: false, help: "One entry, shown whole."),
          .flag("--json", to: \.json, help: "One JSON document on standard output."),
        ]),
      Section(
        "Which models",
        [
          .option("--publisher", to: \.publisher, value: "NAME", help: "Those of one publisher, such as Qwen."),
          .option("--architecture", to: \.architecture, value: "CLASS", help: "Those of one class of vLLM."),
          .option("--since", to: \.since, value: "YYYY-MM", help: "Those that came out in that month or later."),
        ]),
      DisplayOptions.section.inside(\.displayOptions),
    ]
  }

  func run(_ context: inout Context) throws -> Int32 {
    if (publisher ?? architecture ?? since) != nil, kind != .models || entry != nil {
      throw UsageError(
        code: "filter-of-models", message: "--publisher, --architecture and --since choose among 'presets models'")
    }
    if let entry {
      context.out.line(try whole(entry).serialized(pretty: true))
    } else if json {
      context.out.line(JSON.object(try list()).serialized(pretty: true))
    } else {
      for line in try table().lines(on: context.terminal) { context.out.line(line) }
    }
    return 0
  }

  private func whole(_ name: String) throws -> JSON {
    do throws(LookupError) {
      switch kind {
      case .models: return try Catalog.presetJSON(kind: .models, name: name)
      case .gpus: return try Catalog.presetJSON(kind: .gpus, name: try Catalog.gpu(named: name).id)
      case .engines: return try EngineListing.whole(name)
      }
    } catch {
      throw UsageError(
        code: "unknown-preset", message: "no preset '\(name)' among \(kind.rawValue)",
        suggestions: Array(error.suggestions.prefix(3)))
    }
  }

  private func list() throws(LookupError) -> JSONObject {
    var document = JSONObject()
    document["schema"] = "plimsoll.presets/1"
    switch kind {
    case .models: document["models"] = .array(try chosen().map { .string($0.id) })
    case .gpus: document["gpus"] = .array(Catalog.gpuIDs.map { .string($0) })
    case .engines: document["engines"] = .array(EngineListing.names.map { .string($0) })
    }
    return document
  }

  /// The models that are asked for, the newest first.
  private func chosen() throws(LookupError) -> [ModelPreset] {
    try Catalog.modelsNewestFirst().filter { model in
      (publisher.map { $0.lowercased() == model.publisher.lowercased() } ?? true)
        && (architecture.map { $0 == model.architecture } ?? true) && (since.map { model.released ?? "" >= $0 } ?? true)
    }
  }

  private func table() throws(LookupError) -> Table {
    switch kind {
    case .models:
      let columns: [Table.Column] = [
        .init("model"), .init("released"), .init("parameters", .right), .init("stored as"), .init("class"),
      ]
      return Table(
        columns,
        rows: try chosen().map { model in
          let count = model.parameters.map { "\((Double($0) / 1e9).fixed($0 < 10_000_000_000 ? 2 : 1)) B" }
          return [model.id, model.released ?? "not known", count ?? "not known", model.storage, model.architecture]
        })
    case .engines: return Table([.init("engine")], rows: EngineListing.names.map { ["vllm " + $0] })
    case .gpus:
      var table = Table([
        .init("GPU"), .init("name"), .init("CUDA total", .right), .init("how known"), .init("backend"), .init("source"),
      ])
      for device in try Catalog.gpus() {
        let total = device.totalMemory
        table.rows.append([
          device.id, device.name, total.bytes?.gibText ?? "not known", total.evidence.rawValue,
          device.backend.rawValue + (device.backend.isModelled ? "" : " (not modelled)"), total.source,
        ])
      }
      return table
    }
  }
}

/// The engine releases that are modelled.
enum EngineListing {
  static var names: [String] { EngineRelease.names }

  static func whole(_ name: String) throws(LookupError) -> JSON {
    guard case .found(let release) = EngineRelease.named(name), release.standing == .modelled, release.name == name
    else {
      throw .unknown(kind: .engines, name: name, suggestions: names)
    }
    return [
      "name": "vllm", "release": .string(release.name),
      "gpu_memory_utilization": .number(release.budget.defaultGPUMemoryUtilization),
      "block_size": .integer(release.cache.defaultBlockSize),
      "kv_cache_dtypes": .array(release.vocabulary.kvCacheDTypes.map { .string($0.rawValue) }),
      "source": .string("the source of package vllm \(release.name) on PyPI"),
    ]
  }
}

import Deployments
import ModelFiles
import Plimsoll

/// A start of this site: what was started, on what, and what it printed of its memory.
struct CalibrationRecord: Hashable {
  var host: String?
  var gpu: String
  /// What CUDA reports, where it was said and not printed.
  var gpuMemory: Bytes?
  var driver: String?
  var release: EngineRelease
  var model: String
  /// What the model's shape comes to; its name may be another.
  var shape: String
  var entryPoint = EntryPoint.serve
  var flags = ServeFlags()
  var environment: [String] = []
  var printed = PrintedStart()
  /// The name of the file that it was read from.
  var log: String

  static let schema = "plimsoll.calibration/1"

  /// What the record is called: it follows from what is in it, so that a log that is read again makes no second one.
  var id: String {
    var print = Fingerprint()
    print.add(content.serialized(pretty: false))
    return String(print.text.prefix(8))
  }

  var document: JSON {
    guard case .object(let members) = content else { return content }
    var object = JSONObject()
    object["schema"] = .string(Self.schema)
    object["id"] = .string(id)
    for member in members.members { object[member.key] = member.value }
    return .object(object)
  }

  private var content: JSON {
    [
      "host": .optional(host), "gpu": .string(gpu), "gpu_memory_bytes": .optional(gpuMemory?.count),
      "driver": .optional(driver), "release": .string(release.name), "model": .string(model), "shape": .string(shape),
      "entry_point": .string(entryPoint.rawValue), "flags": .array(flags.arguments.map { .string($0) }),
      "environment": .array(environment.map { .string($0) }),
      "compiled": printed.compiled.map { .bool($0) } ?? .null, "printed": printed.document, "log": .string(log),
    ]
  }
}

extension CalibrationRecord {
  /// Why a record cannot be used.
  struct Broken: Error {
    var reason: String
  }

  init(_ json: JSON) throws(Broken) {
    func text(_ key: String) throws(Broken) -> String {
      guard let word = json[key]?.word else { throw Broken(reason: "'\(key)' is missing or no text") }
      return word
    }
    let schema = try text("schema")
    guard schema == Self.schema else {
      let other = schema.hasPrefix("plimsoll.calibration/") ? "; another version of plimsoll wrote it" : ""
      throw Broken(reason: "'schema' is '\(schema)', and not '\(Self.schema)'\(other)")
    }
    (gpu, model, shape, log) = (try text("gpu"), try text("model"), try text("shape"), try text("log"))
    guard shape.utf8.count == 16, shape.utf8.allSatisfy({ $0 != UInt8(ascii: "/") }) else {
      throw Broken(reason: "'shape' is none of a model")
    }
    (host, driver) = (json["host"]?.word, json["driver"]?.word)
    let name = try text("release")
    guard case .found(let row) = EngineRelease.named(name) else {
      throw Broken(reason: "vLLM '\(name)' is not modelled")
    }
    release = row
    entryPoint = EntryPoint(rawValue: json["entry_point"]?.word ?? "") ?? .serve
    environment = json.words("environment")
    var line = ServeArguments(abbreviated: false)
    var rest = json.words("flags")[...]
    do {
      while let word = rest.popFirst() {
        guard try line.take(word, &rest) else { throw Broken(reason: "'\(word)' in 'flags' is no flag of vLLM") }
      }
      try line.finish()
      _ = try EngineEnvironment(pairs: environment)
    } catch let error as Broken {
      throw error
    } catch {
      throw Broken(reason: "'flags' or 'environment' cannot be read")
    }
    flags = line.flags
    gpuMemory = json["gpu_memory_bytes"]?.memory
    guard let figures = json["printed"] else { throw Broken(reason: "'printed' is missing") }
    printed = try PrintedStart(figures)
    if case .bool(let compiled)? = json["compiled"] { printed.compiled = compiled }
  }
}

extension PrintedStart {
  fileprivate var document: JSON {
    var object = JSONObject()
    func add(_ name: String, _ bytes: Bytes?) { if let bytes { object[name] = .integer(bytes.count) } }
    add("total_bytes", total)
    add("free_bytes", free)
    add("weights_bytes", weights)
    add("activation_bytes", activation)
    add("non_torch_bytes", nonTorch)
    add("consumed_bytes", consumed)
    add("estimated_graphs_bytes", estimatedGraphs)
    add("graphs_bytes", graphs)
    add("kv_cache_bytes", kvCache)
    add("remainder_bytes", remainder)
    if let tokens { object["kv_tokens"] = .integer(tokens) }
    return .object(object)
  }

  fileprivate init(_ json: JSON) throws(CalibrationRecord.Broken) {
    self.init()
    func size(_ key: String) throws(CalibrationRecord.Broken) -> Bytes? {
      guard let value = json[key], value != .null else { return nil }
      guard let memory = value.memory else { throw CalibrationRecord.Broken(reason: "'\(key)' is no size of memory") }
      return memory
    }
    (total, free, weights) = (try size("total_bytes"), try size("free_bytes"), try size("weights_bytes"))
    (activation, nonTorch) = (try size("activation_bytes"), try size("non_torch_bytes"))
    (consumed, estimatedGraphs) = (try size("consumed_bytes"), try size("estimated_graphs_bytes"))
    (graphs, kvCache, remainder) = (try size("graphs_bytes"), try size("kv_cache_bytes"), try size("remainder_bytes"))
    guard let count = json["kv_tokens"], count != .null else { return }
    guard case .integer(let number) = count, (1..<1 << 50).contains(number) else {
      throw CalibrationRecord.Broken(reason: "'kv_tokens' is no number of tokens")
    }
    tokens = number
  }
}

extension JSON {
  /// An amount of memory that a device may have; below 0 too, as sleep mode prints what it freed.
  fileprivate var memory: Bytes? {
    if case .integer(let count) = self, count.magnitude < 1 << 44 { Bytes(count) } else { nil }
  }
}

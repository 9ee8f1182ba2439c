import Catalog
import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

extension StartRecord {
  /// What `fit` is asked by the line that says the same.
  ///
  /// - Parameter folders: Where the config.json that it names may lie.
  /// - Throws: What `fit` throws, or ``Skip``.
  func request(configsIn folders: [String]) throws -> FitRequest {
    var options = FitOptions()
    guard let release = self["vllm_release"]?.word else { throw Skip(.unplanned, "vllm_release is missing") }
    options.vllm = release
    let name = try modelName(folders)
    options.model = name
    if let gpu {
      let count = try self.count
      options.gpu = try value("gpu", count == 1 ? gpu : "\(gpu):\(count)")
    }
    if let total = self["total_gib"]?.amount { options.gpuMemory = try value("total_gib", "\(total)GiB") }
    guard options.gpu != nil || options.gpuMemory != nil else {
      throw Skip(.unplanned, "neither gpu nor total_gib says what it ran on")
    }
    if self["usage"] == "offline" { options.entryPoint = .llm }
    if let method = try whatIf(name) { options.whatIf = try value("quantization", method) }
    if usesObservedWeights, let weights = observed("weights_gib") {
      options.measured = [try value("weights_gib", "weights=\(weights)GiB")]
    }
    if case .integer(let bytes)? = self["checkpoint_bytes"], bytes > 0 {
      options.checkpointBytes = try value("checkpoint_bytes", String(bytes))
    }
    let typed = FitLayers.Typed(settings: [], options: options, serve: try serveFlags(), revision: nil)
    return try FitRequest(FitValues(typed, project: nil), hub: nil)
  }

  /// The config.json that it names, or the preset of its model.
  private func modelName(_ folders: [String]) throws(Skip) -> String {
    let config = self["config"]?.word
    if let config, let folder = folders.first(where: { FileReader.exists(FilePaths.join($0, config)) }) {
      return FilePaths.join(folder, config)
    }
    if let model, case .string(let id)? = try? Catalog.presetJSON(kind: .models, name: model)["id"] { return id }
    if let config { throw Skip(.unplanned, "\(config) is in none of \(folders.joined(separator: ", "))") }
    throw Skip(.unplanned, model.map { "no config is named, and '\($0)' is no preset" } ?? "no model is named")
  }

  /// GPUs: as stated, or as many as the flags make ranks.
  private var count: Int {
    get throws(Skip) {
      if let stated = self["gpu_count"]?.amount { return Int(stated) }
      var count = 1.0
      for flag in flags where Self.parallelSizes.contains(flag.key) { count *= flag.value.amount ?? 1 }
      guard count <= 65_536 else { throw Skip(.unplanned, "its flags make more ranks than there are GPUs") }
      return Int(count)
    }
  }

  private static let parallelSizes = ["tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size"]

  /// The quantization as `--what-if-quantization` has it, where the config at hand is the unquantized sibling.
  private func whatIf(_ name: String) throws -> String? {
    guard let method = self["quantization"]?["method"]?.word else { return nil }
    let config = try ModelInput.document(name).json
    if config["quantization_config"] != nil || config["text_config"]?["quantization_config"] != nil { return nil }
    return ["bits", "group_size"].reduce(method) { text, key in
      guard let value = self["quantization"]?[key], value != .null else { return text }
      return text + ":" + value.argument
    }
  }

  /// Flags that say nothing of memory, or that no release modelled has.
  private static let unread = ["trust_remote_code", "load_format", "max_seq_len_to_capture", "num_scheduler_steps"]

  private func serveFlags() throws -> ServeFlags {
    var line = ServeArguments(abbreviated: false)
    do throws(LineError) {
      for flag in flags where flag.value != .null && !Self.unread.contains(flag.key) {
        let name = String(flag.key.map { $0 == "_" ? "-" : $0 })
        let word: String
        switch flag.value {
        case .bool(let isOn): word = (isOn ? "--" : "--no-") + name
        default: word = "--\(name)=\(flag.value.argument)"
        }
        var rest: ArraySlice<String> = []
        guard try line.take(word, &rest) else { throw UnknownFlag.error("--" + name) }
      }
      try line.finish()
    } catch {
      throw UsageError(error)
    }
    return line.flags
  }

  private func value<Value: CommandValue>(_ key: String, _ word: String) throws(Skip) -> Value {
    do throws(ValueError) { return try Value(word: word) } catch { throw Skip(.unplanned, "\(key): \(error.reason)") }
  }
}

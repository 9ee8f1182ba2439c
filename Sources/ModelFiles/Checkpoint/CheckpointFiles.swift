import Plimsoll

/// Which of the files that lie in a folder, or in a repository of the hub, vLLM loads weights from.
///
/// vLLM 0.33.0 `model_loader/default_loader.py DefaultModelLoader._prepare_weights`: of the patterns
/// `consolidated*.safetensors` (Mistral's own format), `*.safetensors`, `*.bin`, `*.pt` the first that any file has,
/// beside config.json and not in folders below; of several safetensors files those that the index lists, where there is
/// one.
package enum CheckpointFiles: Hashable, Sendable {
  /// Files to read the headers of, and the index that says which of them count; nil where none is there.
  case safetensors([String], index: String?)
  /// Weights in PyTorch's own format.
  case pickled([String])
  case gguf([String])
  case none

  /// - Parameter names: Paths within the folder.
  package init(names: [String]) {
    let beside = names.filter { !$0.utf8.contains(Ascii.slash) && !$0.hasPrefix(".") }
    let consolidated = beside.filter { $0.hasPrefix("consolidated") && $0.hasSuffix(".safetensors") }
    let tensors = consolidated.isEmpty ? beside.filter { $0.hasSuffix(".safetensors") } : consolidated
    let index = consolidated.isEmpty ? WeightIndex.name : "consolidated.safetensors.index.json"
    let hasIndex = beside.contains(index)
    if !tensors.isEmpty || (hasIndex && consolidated.isEmpty) {
      self = .safetensors(tensors.sorted(), index: hasIndex ? index : nil)
      return
    }
    for ending in [".bin", ".pt"] {
      let pickled = beside.filter { $0.hasSuffix(ending) && !Self.isTraining($0) }
      if !pickled.isEmpty {
        self = .pickled(pickled.sorted())
        return
      }
    }
    let gguf = beside.filter { $0.hasSuffix(".gguf") }
    self = gguf.isEmpty ? .none : .gguf(gguf.sorted())
  }

  /// The files of an index, all of which have to be there (`filter_duplicate_safetensors_files`).
  package static func listed(
    by index: WeightIndex, among files: [String], folder: String
  ) throws(CheckpointError) -> [String] {
    let there = Set(files)
    for shard in index.shards where !there.contains(shard.name) {
      throw CheckpointError(file: folder, problem: .missingShard(shard.name, index: WeightIndex.name))
    }
    return index.shards.map(\.name)
  }

  /// What a training run leaves beside the weights (`weight_utils.py filter_files_not_needed_for_inference`).
  private static func isTraining(_ name: String) -> Bool {
    ["training_args.bin", "optimizer.bin", "optimizer.pt", "scheduler.pt", "scaler.pt"].contains(where: name.hasSuffix)
  }
}

import Plimsoll

extension HubSnapshot {
  /// The snapshot as the model that it is of.
  ///
  /// - Parameter checkpoint: What its headers add up to, where they have been added up.
  func model(
    revision: String, origin: HubModel.Origin, checkpoint: Checkpoint? = nil
  ) throws(HubFailure) -> HubModel {
    guard let config = file("config.json") else {
      throw HubFailure(.missing, "'\(name)' at \(revision) has no config.json")
    }
    let counted = if let checkpoint { checkpoint } else { try self.checkpoint(counted: nil) }
    return HubModel(
      name: name, revision: revision, commit: commit.hasPrefix(HubListing.unnamed) ? nil : commit, origin: origin,
      content: .files(
        HubFiles(
          config: config, quantization: file("hf_quant_config.json"), preprocessor: file("preprocessor_config.json"),
          checkpoint: counted)))
  }

  /// What the weights come to.
  ///
  /// - Parameter counted: The sum of all headers, where there is no index that leaves some out.
  func checkpoint(counted: CheckpointTally?) throws(HubFailure) -> Checkpoint {
    switch CheckpointFiles(names: files) {
    case .none: return .none
    case .pickled(let files): return .pickled(files)
    case .gguf: return .gguf
    case .safetensors(var shards, let indexName):
      if let counted { return .headers(counted, []) }
      var index: WeightIndex?
      if let indexName, let bytes = file(indexName) {
        do throws(CheckpointError) {
          let read = try WeightIndex(bytes, file: FilePaths.join(name, indexName))
          shards = try CheckpointFiles.listed(by: read, among: shards, folder: name)
          index = read
        } catch {
          throw HubFailure(.header, error.message)
        }
      }
      let wanted = Set(shards)
      var tally = CheckpointTally()
      for entry in entries where entry.isHeader && wanted.contains(entry.name) {
        try tally.add(entry.bytes, size: entry.size, file: entry.name, path: FilePaths.join(name, entry.name))
      }
      return .headers(tally, index.map { $0.differences(from: tally) } ?? [])
    }
  }
}

import Plimsoll

/// The headers of what lies on this machine: of each file the first bytes, never the weights.
package enum CheckpointFolder {
  /// What a folder's checkpoint adds up to.
  ///
  /// - Parameter file: A safetensors file of the folder that was named: alone where vLLM would not load it from there.
  package static func read(_ folder: String, naming file: String? = nil) throws(CheckpointError) -> Checkpoint {
    let names: [String]
    do throws(FileError) {
      names = try FileReader.names(in: folder)
    } catch {
      throw CheckpointError(file: folder, problem: .unreadable(error))
    }
    switch CheckpointFiles(names: names) {
    case .none: return .none
    case .pickled(let files): return .pickled(files)
    case .gguf: return .gguf
    case .safetensors(var files, let indexName):
      var index: WeightIndex?
      if let indexName {
        let path = FilePaths.join(folder, indexName)
        let found = try readIndex(path)
        files = try CheckpointFiles.listed(by: found, among: files, folder: folder)
        index = found
      }
      if let file, !files.contains(file) {
        files = [file]
        index = nil
      }
      var tally = CheckpointTally()
      var buffer: [UInt8] = []
      for name in files { try add(FilePaths.join(folder, name), as: name, to: &tally, through: &buffer) }
      return .headers(tally, index.map { $0.differences(from: tally) } ?? [])
    }
  }

  private static func readIndex(_ path: String) throws(CheckpointError) -> WeightIndex {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileReader.read(path, limit: WeightIndex.longest)
    } catch {
      throw CheckpointError(file: path, problem: .unreadable(error))
    }
    return try WeightIndex(bytes, file: path)
  }

  /// Adds a file's header, read through a buffer that grows to the longest of them.
  private static func add(
    _ path: String, as name: String, to tally: inout CheckpointTally, through buffer: inout [UInt8]
  ) throws(CheckpointError) {
    let file: OpenFile
    do throws(FileError) {
      file = try OpenFile(path)
    } catch {
      throw CheckpointError(file: path, problem: .unreadable(error))
    }
    let start = try read(SafetensorsHeader.prefix, at: .zero, of: file, into: &buffer)
    let length = try SafetensorsHeader.length(ofFirst8: Array(buffer[..<start]), file: path, fileSize: file.size)
    let got = try read(length, at: SafetensorsHeader.prefix, of: file, into: &buffer)
    guard got == length.count else {
      throw CheckpointError(file: path, problem: .cut(has: Bytes(8 + got), needs: SafetensorsHeader.prefix + length))
    }
    try tally.add(header: buffer, count: length, file: name, path: path, fileSize: file.size)
  }

  private static func read(
    _ count: Bytes, at offset: Bytes, of file: borrowing OpenFile, into buffer: inout [UInt8]
  ) throws(CheckpointError) -> Int {
    do throws(FileError) {
      return try file.read(count, at: offset, into: &buffer)
    } catch {
      throw CheckpointError(file: file.path, problem: .unreadable(error))
    }
  }
}

/// What is known of a model's weights from where they lie.
package enum Checkpoint: Sendable {
  /// The headers of all files, and where an index says otherwise than they do.
  case headers(CheckpointTally, [IndexDifference])
  case pickled([String])
  case gguf
  /// There are no weights, as where a folder holds a config.json alone.
  case none
}

/// What an index says of a file and the file does not.
package struct IndexDifference: Hashable, Sendable {
  package var file: String
  /// Tensors by the index, and by the file's header.
  package var listed: Int
  package var held: Int
}

extension WeightIndex {
  /// Files whose headers hold other tensors than the index lists for them.
  package func differences(from tally: CheckpointTally) -> [IndexDifference] {
    shards.compactMap { shard in
      let held = tally.contents[shard.name]
      guard held?.fingerprint != shard.fingerprint || held?.tensors != shard.tensors else { return nil }
      return IndexDifference(file: shard.name, listed: shard.tensors, held: held?.tensors ?? 0)
    }
  }
}

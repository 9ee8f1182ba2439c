import CommandLineKit
import ModelFiles
import Plimsoll

/// What a model's checkpoint says of its weights, beside its config.
struct CheckpointInput {
  /// What the headers add up to; nil where only a size was stated.
  var account: CheckpointAccount?
  var weights: CheckpointWeights?
  var notes: [Finding] = []

  /// What lies in a folder.
  ///
  /// - Parameter file: A file of it that was named.
  /// - Throws: ``InputFailure`` (exit status 4) for what is broken, incomplete, or of a format that vLLM does not load.
  static func read(folder: String, naming file: String? = nil) throws(InputFailure) -> Checkpoint {
    do throws(CheckpointError) {
      return try CheckpointFolder.read(folder, naming: file)
    } catch {
      throw InputFailure(error)
    }
  }

  /// What a checkpoint says beside the shape that its own config makes.
  ///
  /// - Throws: ``InputFailure`` for a format that vLLM does not load.
  init?(_ checkpoint: Checkpoint, of shape: ModelShape, id: String) throws(InputFailure) {
    switch checkpoint {
    case .none: return nil
    case .gguf: throw InputFailure(CheckpointError(file: id, problem: .gguf))
    case .pickled(let files):
      notes = [
        Finding(
          "checkpoint-pickled", .note,
          "the weights are pickled (\(files.count) file\(files.count == 1 ? "" : "s") of .bin or .pt), which nothing reads "
            + "without loading them: they are planned from config.json")
      ]
    case .headers(let tally, let differences):
      if shape.quantization != .bitsandbytes, let error = tally.foreignMethod {
        throw InputFailure(code: error.code, message: "\(id): \(error.message)")
      }
      account = tally.account(for: shape)
      weights = tally.compared(with: shape)
      if let first = differences.first {
        let more = differences.count > 1 ? ", and of \(differences.count - 1) more" : ""
        notes = [
          Finding(
            "index-differs", .warning,
            "the index lists other tensors for '\(first.file)' (\(first.listed)) than the file holds (\(first.held))\(more): "
              + "one of them is not of this checkpoint")
        ]
      }
    }
  }

  /// A size that was stated, with or without the layers that predict further tokens.
  init(stated size: Bytes, of shape: ModelShape, config: JSON, quantization: JSON?) {
    var candidates = [shape.storedWithScales]
    if let prediction = try? DraftTable.tokenPrediction(of: config, quantization: quantization) {
      let whole = shape.storedWithScales + prediction.shape.storedWithScales
      // Some checkpoints repeat the embedding and lm_head beside those layers.
      candidates += [whole, whole + shape.dtype.size * (2 * shape.vocabSize * shape.hiddenSize)]
    }
    weights = CheckpointWeights(stated: size, implied: candidates)
  }
}

extension InputFailure {
  init(_ error: CheckpointError) { self.init(code: error.code, message: error.message) }
}

extension CheckpointInput {
  /// All that there is to say of it, whatever it is planned on.
  var findings: [Finding] { [weights?.finding].compactMap { $0 } + notes }

  /// The line of the text report: what was read, and what vLLM leaves of it.
  var text: String? {
    guard let account else { return nil }
    let headers = "\(account.files) safetensors header\(account.files == 1 ? "" : "s")"
    let what = account.countsIntegers ? "numbers (packed weights as stored)" : "parameters"
    let dtypes = account.dtypes.prefix(3).map { "\($0.dtype.name) \($0.bytes.text)" }.joined(separator: ", ")
    var text = "\(headers): \(Self.count(account.parameters)) \(what), \(dtypes)"
    let skipped = account.skipped.filter { $0.bytes >= .mib(1) }.map { "\($0.reason.rawValue) \($0.bytes.text)" }
    if !skipped.isEmpty { text += "; not loaded: " + skipped.joined(separator: ", ") }
    return text
  }

  /// `model.checkpoint` of the JSON document.
  var document: JSON {
    guard let account else { return .null }
    var dtypes = JSONObject()
    for sum in account.dtypes { dtypes[sum.dtype.name] = .integer(sum.bytes.count) }
    var skipped = JSONObject()
    for sum in account.skipped { skipped[sum.reason.key] = .integer(sum.bytes.count) }
    return [
      "files": .integer(account.files), "tensors": .integer(account.tensors),
      "loaded_bytes": .integer(account.loaded.count), "dtype_bytes": .object(dtypes),
      "skipped_bytes": .object(skipped), "packed_as_stored": .bool(account.countsIntegers),
    ]
  }

  /// A number of parameters in three figures: `8.03 B`.
  private static func count(_ number: Int) -> String {
    for (unit, size) in [("T", 1e12), ("B", 1e9), ("M", 1e6)] where Double(number) >= size {
      let value = Double(number) / size
      return value.fixed(value >= 100 ? 0 : value >= 10 ? 1 : 2) + " " + unit
    }
    return String(number)
  }
}

extension CheckpointAccount.Skipped {
  /// The name for scripts.
  fileprivate var key: String {
    switch self {
    case .tokenPrediction: "mtp"
    case .head: "lm_head"
    case .encoder: "encoder"
    case .pooler: "pooler"
    case .buffers: "buffers"
    case .generator: "speech_output"
    case .duplicates: "duplicates"
    }
  }
}

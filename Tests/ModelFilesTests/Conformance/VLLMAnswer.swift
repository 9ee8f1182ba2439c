import ModelFiles
import Plimsoll
import Testing

/// One deployment as vLLM 0.33.0 answered it: what was asked, and what its own code said.
struct VLLMAnswer: Sendable, CustomTestStringConvertible {
  var model: String
  var gpu: String
  var capability: ComputeCapability
  var parallelism: Parallelism
  var kvCacheDType: KVCacheDType
  var blockSize: Int?
  var hybridManager: Bool
  var textOnly: Bool
  /// Asked with `--runner pooling`.
  var pooling: Bool
  var maxNumBatchedTokens: Int
  var maxNumSeqs: Int
  var inFlight: Int
  var backends: Set<String>
  /// The block size that vLLM resolved.
  var resolvedBlockSize: Int
  /// One block on the stage where it is largest.
  var blockBytes: Bytes
  /// Of each pipeline stage; empty where vLLM did not load the weights.
  var weights: [StageWeights]
  var plans: [Plan]

  struct StageWeights: Sendable {
    var tensors: Bytes
    var allocated: Bytes
  }

  struct Plan: Sendable {
    var length: Int
    var available: Bytes
    /// Nil where vLLM refused.
    var numBlocks: Int?
    var tokens: Int?
    var concurrency: Double?
    var needed: Bytes?
    var longest: Int?
  }

  var testDescription: String {
    var words = [model, gpu, "tp" + String(parallelism.tensor)]
    if parallelism.pipeline > 1 { words.append("pp" + String(parallelism.pipeline)) }
    if parallelism.decodeContext > 1 { words.append("dcp" + String(parallelism.decodeContext)) }
    if parallelism.expertParallel { words.append("ep") }
    if kvCacheDType != .auto { words.append(kvCacheDType.rawValue) }
    if let blockSize { words.append("block" + String(blockSize)) }
    if !hybridManager { words.append("nohybrid") }
    if textOnly { words.append("text") }
    if pooling { words.append("pooling") }
    words.append("T" + String(maxNumBatchedTokens))
    return words.joined(separator: " ")
  }

  static let file: (answers: [VLLMAnswer], configs: JSONObject) = {
    do {
      let json = try JSON.parse(FileReader.read(FilePaths.join(Fixture.folder, Fixture.answers), limit: .mib(1)))
      let top = try ConfigObject(json)
      return (try top.objects("answers").map(VLLMAnswer.init), try top.object("configs").members)
    } catch {
      fatalError("answers.json cannot be read: \(error)")
    }
  }()

  static var all: [VLLMAnswer] { file.answers }

  /// The shape that our reader makes of the answer's config.
  func shape() throws -> ModelShape {
    try ArchitectureTable.shape(of: try #require(Self.file.configs[model]))
  }
}

extension VLLMAnswer {
  init(_ object: ConfigObject) throws {
    model = try object.string("model")
    gpu = try object.string("gpu")
    capability = try #require(ComputeCapability(try object.string("capability")))
    parallelism = Parallelism(
      tensor: try object.int("tp"), pipeline: try object.int("pp", default: 1), data: try object.int("dp", default: 1),
      decodeContext: try object.int("dcp", default: 1),
      expertParallel: try object.bool("expert_parallel", default: false)
    )
    kvCacheDType = try #require(KVCacheDType(rawValue: try object.string("kv_cache_dtype", default: "auto")))
    blockSize = try object.optionalInt("block_size")
    hybridManager = try object.bool("hybrid_manager", default: true)
    textOnly = try object.bool("text_only", default: false)
    pooling = try object.bool("pooling", default: false)
    maxNumBatchedTokens = try object.int("max_num_batched_tokens")
    maxNumSeqs = try object.int("max_num_seqs", default: 1024)
    inFlight = try object.int("in_flight")
    backends = Set(try object.strings("backends"))
    resolvedBlockSize = try object.int("resolved_block_size")
    blockBytes = Bytes(try object.int("bytes_per_block", in: 0...1 << 40))
    weights = try Self.rows(object, "weights").map { row in
      StageWeights(
        tensors: Bytes(try #require(row[0].whole)), allocated: Bytes(try #require(row[1].whole)))
    }
    plans = try Self.rows(object, "plans").map { row in
      Plan(
        length: try #require(row[0].whole), available: .gib(try #require(row[1].whole)), numBlocks: row[2].whole,
        tokens: row[3].whole, concurrency: row[4].real, needed: row[5].whole.map { Bytes($0) }, longest: row[6].whole)
    }
  }

  private static func rows(_ object: ConfigObject, _ key: String) throws -> [[JSON]] {
    guard case .array(let rows)? = object.members[key] else { return [] }
    return try rows.map { row in
      guard case .array(let values) = row else { throw object.error(key, wanted: .array) }
      return values
    }
  }
}

extension JSON {
  var whole: Int? {
    if case .integer(let number) = self { number } else { nil }
  }

  fileprivate var real: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}

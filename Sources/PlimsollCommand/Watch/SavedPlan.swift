import CommandLineKit
import ModelFiles
import Plimsoll

/// A plan that `fit --json` wrote, as far as a running server can be held against it.
struct SavedPlan {
  var model: String
  var release: String
  var device: String
  var count: Int
  /// The memory of one GPU that it was planned with.
  var total: Bytes?
  /// Of one engine: `--max-num-seqs` and `--max-num-batched-tokens`.
  var seats: Int
  var stepTokens: Int
  var maxModelLen: Int
  var engines: Int
  /// Blocks of one engine's cache: as planned, and between which counts 90 % of starts lie.
  var blocks: Int
  var blockBounds: ClosedRange<Int>
  var blockSize: Int?
  /// Whether all layers cache alike, so that blocks are of one size.
  var hasOneGroup: Bool
  /// Tokens that the cache holds; nil for a model that caches none.
  var tokens: Int?
  /// The largest `--max-num-seqs` with which it starts, and the longest request that its memory admits.
  var mostSeats: Int?
  var longest: Int?
  var mostUtilization: Double?
  var utilization: Double
  /// The most memory of a GPU that the deployment takes, by the pessimistic end of each estimate; the least is its
  /// weights.
  var memory: ClosedRange<Bytes>?
  /// Mean tokens of a prompt, where prompts and answers were stated.
  var promptLength: Double?
  var flags: JSON
  /// The line to run, from `vllm` on.
  var argv: [String]

  static func read(_ path: String) throws(InputFailure) -> SavedPlan {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileReader.read(path == "-" ? "/dev/stdin" : path, limit: .mib(16))
    } catch {
      throw InputFailure(code: "unreadable-plan", message: error.message)
    }
    func broken(_ why: String) -> InputFailure { InputFailure(code: "bad-plan", message: "'\(path)' \(why)") }
    let document: JSON
    do throws(JSONError) { document = try JSON.parse(bytes) } catch {
      throw broken("is no JSON: \(error.message)")
    }
    guard let schema = document["schema"]?.word else { throw broken("is not what 'plimsoll fit --json' writes") }
    guard schema == "plimsoll.fit/1" else {
      throw broken("is a \(schema); a server is held against what 'plimsoll fit MODEL --gpu … --json' writes")
    }
    guard let plan = SavedPlan(document) else {
      let summary = document["summary"]?.word.map { ": " + $0 } ?? ""
      throw broken("has no KV cache to hold a server against\(summary)")
    }
    return plan
  }

  private init?(_ plan: JSON) {
    func int(_ value: JSON?) -> Int? {
      if case .integer(let number)? = value, (0...1 << 50).contains(number) { number } else { nil }
    }
    guard let flags = plan["flags"], let cache = plan["kv_cache"], let memory = plan["rank"]?["kv_cache"],
      let release = plan["engine"]?["release"]?.word, let blocks = int(cache["num_blocks"]), blocks > 0,
      let seats = int(flags["max_num_seqs"]), seats > 0, let steps = int(flags["max_num_batched_tokens"]), steps > 0,
      let length = int(flags["max_model_len"])
    else { return nil }
    self.release = release
    self.flags = flags
    self.blocks = blocks
    (self.seats, stepTokens, maxModelLen) = (seats, steps, length)
    model = plan["model"]?["id"]?.word ?? "the model"
    device = plan["accelerator"]?["id"]?.word ?? "unnamed"
    count = int(plan["accelerator"]?["count"]) ?? 1
    total = int(plan["accelerator"]?["total_bytes"]).map { Bytes($0) }
    engines = max(1, int(flags["data_parallel_size"]) ?? 1)
    var bounds = blocks...blocks
    if let best = int(memory["bytes"]), best > 0, let low = int(memory["low_bytes"]),
      let high = int(memory["high_bytes"]), low <= best, best <= high
    {
      func scaled(_ bytes: Int) -> Double { min(Double(blocks) * Double(bytes) / Double(best), 1e15) }
      // Half a percent more: the allocator rounds, and blocks are whole.
      bounds = Int(scaled(low) * 0.995)...Int(scaled(high) * 1.005 + 1)
    }
    blockBounds = bounds
    blockSize = int(cache["block_size"])
    if case .array(let groups)? = cache["groups"] { hasOneGroup = groups.count == 1 } else { hasOneGroup = false }
    tokens = int(cache["tokens"])
    mostSeats = int(plan["limits"]?["max_num_seqs"]?["starts"])
    longest = int(plan["limits"]?["max_model_len"])
    mostUtilization = plan["limits"]?["gpu_memory_utilization"]?["max"]?.amount
    utilization = flags["gpu_memory_utilization"]?.amount ?? 0
    promptLength = plan["workload"]?["prompt_tokens"]?["mean"]?.amount
    argv = plan["run"]?.words("argv") ?? []
    let rank = plan["rank"]
    if let requested = int(rank?["requested_bytes"]), let weights = int(rank?["weights"]?["low_bytes"]) {
      var most = requested + (int(rank?["after_budget"]?["high_bytes"]) ?? 0)
      if rank?["cuda_graphs_inside_budget"] == .bool(false) { most += int(rank?["cuda_graphs"]?["high_bytes"]) ?? 0 }
      self.memory = Bytes(min(weights, most))...Bytes(most)
    }
  }
}

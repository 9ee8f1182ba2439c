import CommandLineKit
import Plimsoll

/// Configurations as comma-separated values, written as they come.
struct SolveCSV {
  var request: SolveRequest

  private static let columns = [
    "gpu", "weights", "accelerators", "tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size",
    "decode_context_parallel_size", "enable_expert_parallel", "kv_cache_dtype", "enforce_eager", "cpu_offload_gb",
    "max_model_len", "max_num_seqs", "max_num_batched_tokens", "gpu_memory_utilization", "kv_tokens",
    "max_concurrency", "requests", "headroom_bytes", "cost_per_hour", "changes", "verdict", "pareto",
  ]

  func write(_ solution: Solution, _ out: inout Output) throws {
    out.line(Self.columns.joined(separator: ","))
    var problem: OutputError?
    request.forEachShown(solution) { candidate, isOnFront in
      guard problem == nil, out.isOpen else { return }
      out.line(row(candidate, isOnFront))
      do throws(OutputError) { try out.flushIfLong() } catch { problem = error }
    }
    if let problem { throw problem }
  }

  private func row(_ one: Candidate, _ isOnFront: Bool) -> String {
    let start = request.space.starts[one.start]
    let (layout, figures) = (one.layout, one.figures)
    func number(_ value: Int?) -> String { value.map { String($0) } ?? "" }
    func decimal(_ value: Double?, _ places: Int) -> String { value.map { Number.text($0, places) } ?? "" }
    return [
      start.deployment.device.id, start.quantization ?? "", number(figures.accelerators), number(layout.tensor),
      number(layout.pipeline), number(layout.data), number(layout.decodeContext), layout.expertParallel ? "1" : "0",
      one.kvCacheDType?.rawValue ?? "auto", one.eager == true ? "1" : "0", decimal(one.offload, 1),
      number(one.maxModelLen), number(one.maxNumSeqs), number(one.batchedTokens), decimal(one.utilization, 3),
      number(figures.tokens), decimal(figures.concurrency, 2), number(figures.requests),
      number(figures.headroom?.count), decimal(figures.cost, 4), figures.loss.rawValue,
      figures.isTight ? "tight" : "fits", isOnFront ? "1" : "0",
    ].joined(separator: ",")
  }
}

extension Output {
  /// Hands over what is there once there is much of it, so that a long list needs no more memory than a short one.
  mutating func flushIfLong() throws(OutputError) { if isLong { try flush() } }
}

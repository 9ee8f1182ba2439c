import DeviceProbe
import Plimsoll

extension ProbedDevice {
  /// What vLLM will have free when it looks first.
  ///
  /// From NVML's figure the worst cost of what comes before is taken off: a context, and of several ranks the
  /// communicators too, where the release makes them before it looks. CUDA's figure has a context in it, as vLLM's has,
  /// and lacks the communicators. What an integrated device has free is the host's, from which vLLM takes nothing off.
  func freeForEngine(_ release: EngineRelease, ranks: Int) -> Bytes? {
    if isIntegrated, let free = cudaFree { return free }
    let fitted = release.terms.fitted
    let context = fitted.startCostSingle.worst
    let isSeveral = ranks > 1 && release.budget.snapshotAfterCommunicators
    let cost = isSeveral ? fitted.startCostSeveral.worst : context
    return (cudaFree.map { $0 + context } ?? nvml?.free).map { max(.zero, $0 - cost) }
  }

  /// The largest `--gpu-memory-utilization`, in whole hundredths, whose share of the total is free: vLLM refuses to
  /// start with less (`request_memory`, vllm/v1/worker/utils.py, release 0.33.0).
  ///
  /// Of memory that is shared with the host 8 GiB are left to it: a host without any kills what takes the most.
  func utilization(ranks: Int = 1) -> Double? {
    let release = EngineRelease.newest
    guard let total, total > .zero, var free = freeForEngine(release, ranks: ranks) else { return nil }
    if isIntegrated { free = min(free, total - Self.hostReserve) }
    for hundredths in stride(from: 100, through: 1, by: -1) {
      let share = Double(hundredths) / 100
      if release.budget.requested(ofTotal: total, utilization: share) <= free { return share }
    }
    return nil
  }

  /// What the host of an integrated device keeps.
  static var hostReserve: Bytes { .gib(8) }

  /// What vLLM asks for with that utilization: weights, activations, graphs and KV cache lie in it.
  var requested: Bytes? {
    guard let total, let share = utilization() else { return nil }
    return EngineRelease.newest.budget.requested(ofTotal: total, utilization: share)
  }

  /// What is held by processes that the driver does not name: those of other containers, of a desktop, or just ended.
  var unseen: Bytes? {
    guard let processes, let nvml, let reserved = nvml.reserved else { return nil }
    // A process whose memory is not told may hold all of it.
    guard processes.allSatisfy({ $0.memory != nil }) else { return nil }
    let rest = nvml.total - reserved - nvml.free - processes.compactMap(\.memory).reduce(.zero, +)
    return rest > .mib(256) ? rest : nil
  }
}

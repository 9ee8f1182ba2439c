/// What moving experts between ranks keeps on each of them (`--enable-eplb`).
///
/// With L layers of E experts and P copies of them over all ranks, and a window of W steps, in bytes
/// (vLLM 0.33.0 `distributed/eplb/eplb_state.py add_model`): maps 8·L·P + 8·L·E·1,024 + 8·L·E, loads 4·L·P·(W + 1) + 8·L·E,
/// and a second set of one layer's experts on the rank, into which copies arrive.
public struct ExpertBalancer: Hashable, Sendable {
  /// Steps over which loads are kept (`--eplb-config.window_size`).
  public var window: Int

  public init(window: Int = 1000) { self.window = window }

  /// Copies that one expert may have at most, the first included.
  static let slotsPerExpert = 1024
}

extension RankWork {
  /// What the balancer keeps; zero without one.
  public func expertBalancer() -> Bytes {
    guard let balancer else { return .zero }
    var (count, experts) = (0, 0)
    var arriving = Bytes.zero
    let tensors = LoadedTensors(parallelism: parallelism, kernels: kernels)
    for group in layers {
      guard case .experts(let routed) = group.feedForward else { continue }
      if count == 0 {
        experts = routed.numExperts
        for module in group.modules {
          if case .experts = module.kind { tensors.forEach(of: module) { arriving += $0 } }
        }
      }
      count += group.count
    }
    let copies = experts + parallelism.redundantExperts
    let maps = 8 * copies + 8 * experts * ExpertBalancer.slotsPerExpert + 8 * experts
    let loads = 4 * copies * (balancer.window + 1) + 8 * experts
    return Bytes(count * (maps + loads)) + arriving
  }
}

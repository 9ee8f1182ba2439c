/// Which weights lie in host memory, as flags ask for it.
///
/// vLLM 0.33.0 `model_executor/offloader`.
public enum WeightOffload: Hashable, Sendable {
  /// Parameters of the encoder and then of the layers, in order, until so many bytes are reached; the last one is
  /// taken whole. The GPU reads them over the bus (`--cpu-offload-gb`).
  case upTo(Bytes, only: [String])
  /// The last layers of each group, with slots on the GPU for those fetched ahead (`--offload-group-size`).
  case layers(ofEach: Int, last: Int, slots: Int, only: [String])
}

extension OffloadFlags {
  /// What the flags ask for; nil for nothing.
  ///
  /// vLLM 0.33.0 `model_executor/offloader/base.py create_offloader`.
  public var weights: WeightOffload? {
    let group = min(max(0, offloadGroupSize ?? 0), 1 << 20)
    let gib = max(0, cpuOffloadGB ?? 0)
    var backend = offloadBackend ?? "auto"
    if backend == "auto" { backend = group > 0 ? "prefetch" : gib > 0 ? "uva" : "none" }
    switch backend {
    case "prefetch" where group > 0:
      let last = min(max(0, offloadNumInGroup ?? 1), group)
      let slots = min(max(1, offloadPrefetchStep ?? 1), 1 << 20)
      return .layers(ofEach: group, last: last, slots: slots, only: offloadParams)
    case "uva":
      let bytes = gib * 1_073_741_824
      return .upTo(Bytes(bytes < 4e15 ? Int(bytes) : 1 << 52), only: cpuOffloadParams)
    default: return nil
    }
  }
}

/// Decides of each tensor, in the order in which vLLM comes upon it, whether it lies in host memory.
struct WeightOffloader {
  var offload: WeightOffload?
  /// What lies in host memory so far.
  private(set) var offloaded = Bytes.zero
  /// One slot's tensors, each name and size once.
  private var slotTensors: Set<SlotTensor> = []

  struct SlotTensor: Hashable {
    var name: String
    var index: Int
    var size: Bytes
  }

  init(_ offload: WeightOffload?) { self.offload = offload }

  /// Whether the `index`-th tensor of `module` leaves the GPU. `layer` counts within the stage; nil for the encoder.
  mutating func takes(_ size: Bytes, index: Int, of module: Module, layer: Int?) -> Bool {
    guard let offload, !module.isBuffer else { return false }
    switch offload {
    case .upTo(let limit, let only):
      guard offloaded < limit, module.matches(only) else { return false }
    case .layers(let group, let last, _, let only):
      guard let layer, layer % group >= group - last, module.matches(only) else { return false }
      slotTensors.insert(SlotTensor(name: module.name, index: index, size: size))
    }
    offloaded += size
    return true
  }

  /// What the slots take on the GPU.
  var slots: Bytes {
    guard case .layers(_, _, let count, _)? = offload else { return .zero }
    return slotTensors.reduce(.zero) { $0 + $1.size } * count
  }
}

extension Module {
  /// Whether one of the names is a run of whole parts of this module's name, or there are none.
  fileprivate func matches(_ names: [String]) -> Bool {
    if names.isEmpty { return true }
    let own = ("." + name + ".weight.").utf8
    return names.contains { wanted in
      let wanted = ("." + wanted + ".").utf8
      var start = own.startIndex
      while start != own.endIndex {
        if own[start...].starts(with: wanted) { return true }
        start = own.index(after: start)
      }
      return false
    }
  }
}

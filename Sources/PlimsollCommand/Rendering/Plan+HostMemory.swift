import DeviceProbe
import Plimsoll

extension Plan {
  /// What a device that shares the host's memory leaves to the host; nil where no budget was worked out.
  ///
  /// A host without memory ends what takes the most, which is vLLM.
  var hostMemoryFinding: Finding? {
    let stage = evaluation.stages.min { ($0.left ?? .zero) < ($1.left ?? .zero) }
    guard let left = stage?.left else { return nil }
    let isShort = left < ProbedDevice.hostReserve
    return Finding(
      "shared-memory", isShort ? .warning : .note,
      "the GPU shares the host's memory: profiling may take more than the budget, and \(max(.zero, left).gibText) are left "
        + "beside it for the host" + (isShort ? ", which should have \(ProbedDevice.hostReserve.gibText)" : ""))
  }
}

extension StageLedger {
  fileprivate var left: Bytes? {
    guard let total = totalEstimate?.best, let requested else { return nil }
    return total - requested
  }
}

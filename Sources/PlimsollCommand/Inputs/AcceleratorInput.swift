import Catalog
import CommandLineKit
import Plimsoll

/// The accelerator that was named, and what its name could also have meant.
struct AcceleratorInput {
  var device: Device
  var note: String?

  static func read(_ name: String) throws(UsageError) -> AcceleratorInput {
    if name == "probe" {
      throw UsageError(
        code: "probe-not-available", message: "--gpu probe is not available yet; name the GPU, or give --gpu-memory")
    }
    do {
      let match = try Catalog.gpuMatch(named: name)
      return AcceleratorInput(device: match.device, note: match.note.map { "--gpu " + $0 })
    } catch {
      if VirtualGPU.names(name) {
        throw UsageError(
          code: "unknown-gpu",
          message: "--gpu: '\(name)' is a share of a GPU under NVIDIA's vGPU, whose memory is not built in; name the "
            + "whole GPU, and with --gpu-memory SIZE what CUDA reports in the guest")
      }
      let list = error.suggestions.isEmpty ? "; 'plimsoll presets gpus' lists them" : ""
      throw UsageError(
        code: "unknown-gpu", message: "--gpu: no accelerator '\(name)'" + list,
        suggestions: Array(error.suggestions.prefix(3)))
    }
  }

  /// A GPU of which only the memory is known: planned as a current data-centre one, which a warning says.
  static func unnamed(_ total: Bytes) -> AcceleratorInput {
    var device = Device(
      id: "unnamed", name: "unnamed GPU", vendor: .nvidia, backend: .cuda, architecture: "Hopper", marketedGB: 0,
      totalMemory: MemoryFigure(bytes: total, evidence: .unverified, source: "--gpu-memory"), specificationSource: "")
    device.computeCapability = ComputeCapability(9, 0)
    return AcceleratorInput(
      device: device, note: "no GPU is named, so that kernels and defaults are those of compute capability 9.0")
  }
}

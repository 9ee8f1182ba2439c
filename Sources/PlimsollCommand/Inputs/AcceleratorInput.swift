import Catalog
import CommandLineKit
import Plimsoll

/// The accelerator that was named, and what its name could also have meant.
struct AcceleratorInput {
  var device: Device
  var note: String?
  /// What the driver of this machine said of it.
  var probed: ProbedMemory?

  static func read(_ name: String) throws(UsageError) -> AcceleratorInput {
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

  /// What `--gpu` names, or how many of which GPU are in the instances that `--instance` names.
  static func named(_ options: FitOptions) throws(UsageError) -> AcceleratorArgument? {
    guard AcceleratorArgument.counts.contains(options.nodes) else {
      let least = options.nodes < 1 ? "at least 1 is needed" : "\(options.nodes) are more than are planned"
      throw UsageError(code: "bad-value", message: "--nodes: " + least)
    }
    guard let type = options.instance else { return options.gpu }
    if options.gpu != nil {
      throw UsageError(code: "two-accelerators", message: "--gpu and --instance both name the accelerators")
    }
    return try instance(type, nodes: options.nodes)
  }

  /// The GPUs of so many instances of a type.
  static func instance(_ type: String, nodes: Int) throws(UsageError) -> AcceleratorArgument {
    do {
      let instance = try Catalog.instance(named: type)
      return AcceleratorArgument(name: instance.gpu, count: instance.count * max(1, nodes))
    } catch {
      throw UsageError(
        code: "unknown-instance",
        message: "--instance: no instance type '\(type)' is built in; --gpu NAME:COUNT says the same",
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

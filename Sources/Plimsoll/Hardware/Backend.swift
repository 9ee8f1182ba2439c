/// The company whose accelerator it is.
public enum Vendor: String, Hashable, Sendable, CaseIterable {
  case nvidia, amd, intel, google, aws, huawei
}

/// The software that vLLM reaches an accelerator through, and with it the memory rules that hold.
public enum Backend: String, Hashable, Sendable, CaseIterable {
  case cuda, rocm
  /// Intel GPUs.
  case xpu
  /// Intel Gaudi, a plugin of vLLM.
  case gaudi
  /// Google TPU, a plugin of vLLM.
  case tpu
  /// AWS Inferentia and Trainium, a plugin of vLLM.
  case neuron
  /// Huawei Ascend, a plugin of vLLM.
  case ascend

  /// Whether a plan can be made; the other backends are listed and answered with `unknown`.
  public var isModelled: Bool { self == .cuda || self == .rocm }
}

/// Where a device is bought and found; what is planned without a GPU named goes over the data-centre ones.
public enum Market: String, Hashable, Sendable, CaseIterable {
  case dataCentre = "data-centre"
  case workstation, consumer
}

/// How the memory of a device relates to that of the host.
public enum MemoryKind: String, Hashable, Sendable, CaseIterable {
  /// Memory of its own behind PCIe or NVLink.
  case discrete
  /// Memory of its own that the host's processor can address as well: Grace Hopper, Grace Blackwell.
  case coherent
  /// The host's own memory, which CUDA reports as integrated: GB10, Jetson.
  case integrated
  /// One memory for processor and GPU of a package that ROCm drives: MI300A.
  case apu
}

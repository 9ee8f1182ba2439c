package import ModelFiles
package import Plimsoll

/// What a deployment is made of, whatever form it is written in: a model served with these flags on these GPUs.
///
/// Secrets are no part of it: ``secrets`` names the variables that carry them, and every format refers to where the
/// value is kept.
package struct DeploymentSpec: Sendable {
  /// What `vllm serve` is given: the hub's id, or a folder.
  package var model: String
  /// The model is a folder of the machine and not an id of a hub.
  package var isFolder = false
  package var flags: [ServedFlag]
  /// Variables of the engine, none of them a secret.
  package var environment: [Variable] = []
  /// Variables whose values are kept elsewhere.
  package var secrets = ["HF_TOKEN"]
  @Boxed package var release: EngineRelease
  /// The image that was named; nil for vLLM's own of the release.
  package var namedImage: String?
  package var accelerator: Accelerator
  package var gpusPerNode: Int
  package var nodes: Int
  package var port = 8000
  /// Sequences in a step as the engine resolves them; nil where that is not known.
  package var maxNumSeqs: Int?
  /// Whether the engine caches prefixes, by these flags.
  package var cachesPrefixes = true
  /// What a format cannot compute from the flags, each with where it is from.
  package var needs = HostNeeds()
  /// What stands at the head of the file: what this is, what the plan says of it, how it was made.
  package var title: [String] = []

  /// A variable and its value.
  package struct Variable: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// How schedulers know the GPU.
  package struct Accelerator: Hashable, Sendable {
    package var name: String
    package var vendor: Vendor
    /// The MIG profile, `3g.40gb`; nil for a whole GPU.
    package var slice: String?
    /// What the label `nvidia.com/gpu.product` of a node says, where it is known.
    package var product: String?

    package init(name: String, vendor: Vendor, slice: String? = nil, product: String? = nil) {
      (self.name, self.vendor, self.slice, self.product) = (name, vendor, slice, product)
    }

    package init(_ device: Device) {
      let labels = device.aliases.filter { $0.hasPrefix("NVIDIA-") && !$0.utf8.contains(UInt8(ascii: " ")) }
      self.init(name: device.name, vendor: device.vendor, slice: device.mig?.profile, product: labels.first)
    }

    /// The resource that Kubernetes hands out, as the vendors' device plugins name it; MIG under its mixed strategy.
    package var resource: String {
      if let slice { return "nvidia.com/mig-" + slice }
      return vendor == .amd ? "amd.com/gpu" : "nvidia.com/gpu"
    }
  }

  package init(
    model: String, flags: [ServedFlag], release: EngineRelease, accelerator: Accelerator, gpusPerNode: Int, nodes: Int = 1
  ) {
    // A folder's name may begin with a dash, which on a command line would be a flag.
    self.model = model.hasPrefix("-") ? "./" + model : model
    self.flags = flags
    _release = Boxed(wrappedValue: release)
    (self.accelerator, self.gpusPerNode, self.nodes) = (accelerator, gpusPerNode, nodes)
  }
}

extension DeploymentSpec {
  /// The words of the command.
  package var command: [String] { ["vllm", "serve", model] + flags.flatMap(\.words) }

  /// The image to run: the one that was named, else vLLM's own of the release.
  ///
  /// Source: docs/deployment/docker.md of vLLM: `vllm/vllm-openai`, and `vllm/vllm-openai-rocm` for AMD.
  package var image: String {
    namedImage ?? "vllm/vllm-openai" + (accelerator.vendor == .amd ? "-rocm" : "") + ":v" + release.name
  }

  package var isAMD: Bool { accelerator.vendor == .amd }

  /// A value of the flags by name.
  package func value(of flag: String) -> JSON? { flags.last { $0.name == flag }?.value }

  /// The release that brought multi-node starts by `--nnodes`, where this one lacks them.
  package var nodesSince: String? { release.vocabulary.lacks.first { $0.name == "--nnodes" }?.since }

  /// A name that Kubernetes, systemd and Slurm take: the model's own in lower-case letters, digits and dashes.
  package var label: String {
    let last = model.split(separator: "/").last ?? "vllm"
    var label = ""
    for byte in last.utf8.prefix(50) {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        label.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): label.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
      default: if !label.isEmpty, !label.hasSuffix("-") { label += "-" }
      }
    }
    while label.hasSuffix("-") { label.removeLast() }
    // DNS labels of services begin with a letter.
    guard let first = label.utf8.first else { return "vllm" }
    return first < UInt8(ascii: "a") ? "vllm-" + label : label
  }
}

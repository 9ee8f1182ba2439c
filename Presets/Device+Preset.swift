package import ModelFiles
package import Plimsoll

extension Device {
  /// Reads an accelerator of `Presets/gpus`.
  package init(preset: ConfigObject) throws(ConfigError) {
    self.init(
      id: try preset.string("id"),
      name: try preset.string("name"),
      vendor: try preset.choice("vendor"),
      backend: try preset.choice("backend"),
      architecture: try preset.string("architecture"),
      marketedGB: try preset.int("marketed_gb"),
      totalMemory: try MemoryFigure(preset: preset),
      specificationSource: try preset.string("spec_source")
    )
    aliases = try preset.strings("aliases")
    if let text = try preset.optionalString("compute_capability") {
      guard let version = ComputeCapability(text) else {
        throw preset.error("compute_capability", wanted: .rule("a version such as \"9.0\""))
      }
      computeCapability = version
    }
    gfx = try preset.optionalString("gfx")
    market = try preset.choice("market")
    memoryKind = try preset.choice("memory_kind")
    alsoMarketedGB = try preset.ints("also_marketed_gb", default: [])
    nvmlTotal = try preset.optionalInt("nvml_total_mib").map { Bytes.mib($0) }
    nvmlEvidence = try preset.choice("nvml_evidence")
    startCost = try preset.measured("start_cost_gib", source: "start_cost_source")
    freeAtStart = try preset.measured("free_at_start_gib", source: "free_source")
    bandwidth = try preset.optionalDouble("bandwidth_gb_s").map { Bandwidth.gigabytes($0) }
    if let rates = try preset.optionalObject("tflops") { peak = try PeakRates(preset: rates) }
    interconnect = try Interconnect(preset: preset)
    unverified = try preset.strings("unverified", default: [])
    mig = try preset.optionalObject("mig").map { slice throws(ConfigError) in try MIGSlice(preset: slice) }
  }
}

extension MemoryFigure {
  fileprivate init(preset: ConfigObject) throws(ConfigError) {
    self.init(
      bytes: try preset.optionalInt("total_bytes").map { Bytes($0) },
      evidence: try preset.choice("total_evidence"),
      observed: try preset.range("total_observed_gib"),
      prints: try preset.optionalInt("total_prints") ?? 0,
      source: try preset.string("total_source")
    )
  }
}

extension PeakRates {
  fileprivate init(preset: ConfigObject) throws(ConfigError) {
    self.init(
      fp16: try preset.optionalDouble("fp16"),
      bf16: try preset.optionalDouble("bf16"),
      fp8: try preset.optionalDouble("fp8"),
      int8: try preset.optionalDouble("int8"),
      fp4: try preset.optionalDouble("fp4")
    )
  }
}

extension Interconnect {
  fileprivate init(preset: ConfigObject) throws(ConfigError) {
    self.init(
      link: try preset.optionalDouble("link_gb_s").map { Bandwidth.gigabytes($0) },
      pcieGeneration: try preset.optionalInt("pcie_generation"),
      pcieLanes: try preset.optionalInt("pcie_lanes"),
      scaleUpDomain: try preset.optionalInt("scale_up"),
      scaleUpNote: try preset.optionalString("scale_up_note")
    )
  }
}

extension MIGSlice {
  fileprivate init(preset: ConfigObject) throws(ConfigError) {
    self.init(
      parent: try preset.string("parent"),
      profile: try preset.string("profile"),
      instances: try preset.int("instances"),
      multiprocessors: try preset.optionalInt("sm")
    )
  }
}

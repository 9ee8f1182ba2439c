import Plimsoll

/// The devices of the answers, by NVML's total (MiB) and compute capability: data from nvidia-smi.
extension DeviceTraits {
  static let h100 = DeviceTraits(nvmlTotal: .mib(81_559), nameContainsA100: false, computeCapability: .init(9, 0))
  static let a100 = DeviceTraits(nvmlTotal: .mib(81_920), nameContainsA100: true, computeCapability: .init(8, 0))
  static let b200 = DeviceTraits(nvmlTotal: .mib(183_359), nameContainsA100: false, computeCapability: .init(10, 0))
  static let l40s = DeviceTraits(nvmlTotal: .mib(46_068), nameContainsA100: false, computeCapability: .init(8, 9))
  static let gb10 = DeviceTraits(nvmlTotal: .gib(119), nameContainsA100: false, computeCapability: .init(12, 1))
}

extension FlagContext {
  /// A dense decoder of 32 heads and 8 KV heads, 32 layers and 40,960 positions.
  static func decoder(_ change: (inout FlagContext) -> Void = { _ in }) -> FlagContext {
    var model = FlagContext(
      architecture: "Qwen3ForCausalLM", dtype: .bfloat16, numAttentionHeads: 32, totalKVHeads: 8, numLayers: 32,
      vocabSize: 151_936, context: ContextLength(key: "max_position_embeddings", stated: 40_960))
    change(&model)
    return model
  }
}

extension ServeFlags {
  /// The flags of a command line whose words hold no blanks.
  init(line: String) throws {
    self.init()
    var words = line.split(separator: " ").map { String($0) }[...]
    while let name = words.popFirst() {
      var values = [String]()
      let arity = ServeFlags.match(name)?.arity
      if arity == .one, let value = words.popFirst() { values = [value] }
      while arity == .many, let next = words.first, !next.hasPrefix("-") {
        values.append(next)
        words.removeFirst()
      }
      try apply(name: name, values: values)
    }
  }

  func resolved(
    _ model: FlagContext, on device: DeviceTraits = .h100, _ entryPoint: EntryPoint = .serve,
    _ environment: EngineEnvironment = EngineEnvironment()
  ) -> ResolvedFlags {
    resolved(for: model, device: device, release: .v0_33_0, entryPoint: entryPoint, environment: environment)
  }
}

extension Deriver {
  /// The weights as printed: the tensors by part, adapters' slots, and the allocator's rounding.
  func weights(_ stage: StageLedger) -> Derivation {
    let name = "weights as loaded"
    let place = runner(sources.load)
    if let note = measuredNote(deployment.measured.weights) {
      return Derivation("weights", name, stage.loaded, source: place, note: note)
    }
    let weights = stage.weights
    let tensors = self.tensors(stage)
    var parts = [tensors]
    if weights.lora > .zero { parts.append(.bytes("lora", "slots of LoRA adapters", weights.lora)) }
    if weights.loraTables > .zero {
      parts.append(.bytes("tables", "which token uses which adapter", weights.loraTables))
    }
    let rounding = weights.allocated - weights.tensors - weights.lora - weights.loraTables
    parts.append(.bytes("rounding", "what PyTorch's allocator rounds up", rounding))
    return Derivation("weights", name, stage.loaded, Self.sum(parts), parts, source: place, note: weightsNote(weights))
  }

  private func weightsNote(_ weights: Weights) -> String? {
    if let checkpoint = deployment.checkpoint, !checkpoint.agrees { return "scaled to what the checkpoint holds" }
    return weights.offloaded > .zero ? "beside \(weights.offloaded.text) in host memory" : nil
  }

  /// The tensors by the part of the model that they belong to.
  private func tensors(_ stage: StageLedger) -> Derivation {
    let weights = stage.weights
    // Where tensors left the GPU, or a checkpoint has another size, the modules' own sizes do not add up to the parts.
    let isWhole = weights.offloaded == .zero && deployment.checkpoint?.agrees != false
    let modules = isWhole ? self.modules(stage) : [:]
    let parts = WeightPart.allCases.compactMap { part -> Derivation? in
      guard let bytes = weights.parts[part], bytes > .zero else { return nil }
      return self.part(part, bytes, modules[part] ?? [])
    }
    return Derivation("tensors", "tensors on the GPU", .exact(weights.tensors), Self.sum(parts), parts)
  }

  private func part(_ part: WeightPart, _ bytes: Bytes, _ modules: [Held]) -> Derivation {
    let name = part == .lmHead ? "lm_head" : part.rawValue
    guard !modules.isEmpty else { return .bytes(part.rawValue, name, bytes) }
    var children: [Derivation] = []
    var rest = bytes
    for (index, module) in modules.enumerated() {
      rest -= (module.packed + module.scales) * module.count
      children.append(module.derivation("m\(index + 1)"))
    }
    guard rest >= .zero else { return .bytes(part.rawValue, name, bytes) }
    if children.count == 1, rest == .zero {
      let only = children[0]
      return Derivation(
        part.rawValue, "\(name): \(only.name)", .exact(bytes), only.formula, only.children, note: only.note)
    }
    if rest > .zero {
      children.append(
        .bytes("other", part == .buffers ? "buffers of the attention backend and the draft" : "the draft's", rest))
    }
    return Derivation(part.rawValue, name, .exact(bytes), Self.sum(children), children)
  }

  /// Equal modules of a stage: their weights, and the scales, zero points and padding that quantizing adds.
  struct Held: Equatable {
    var name: String
    var scheme: WeightScheme
    var count: Int
    var packed: Bytes
    var scales: Bytes

    func derivation(_ symbol: String) -> Derivation {
      let total = (packed + scales) * count
      var inputs = [Derivation.count("n", "as often", count), .bytes("weight", "its weight", packed)]
      if scales > .zero { inputs.append(.bytes("scales", "scales, zero points, padding", scales)) }
      return Derivation(
        symbol, name, .bytes(total), scales > .zero ? "n · (weight + scales)" : "n · weight", inputs,
        note: scheme.bits.map { "\($0) bits" })
    }
  }

  /// The modules of a stage by part, as the account of weights places them.
  private func modules(_ stage: StageLedger) -> [WeightPart: [Held]] {
    let model = deployment.model.loaded(as: flags.dtype)
    let shape = release.widensImagePositions ? model.withWidePositions() : model
    let tensors = shape.loadedTensors(parallelism: evaluation.parallelism, kernels: deployment.kernels)
    var found: [WeightPart: [Held]] = [:]
    func add(_ module: Module, _ count: Int) {
      var (sum, plain) = (Bytes.zero, Bytes.zero)
      tensors.forEach(of: module) { sum += $0 }
      guard sum > .zero else { return }
      var packed = sum
      if let bits = module.scheme.bits {
        // Elements as the unquantized module has them, at the bits that each is stored in.
        var bare = module
        bare.scheme = .unquantized
        tensors.forEach(of: bare) { plain += $0 }
        packed = min(sum, Bytes(plain.count / max(1, module.dtype.size.count) * bits / 8))
      }
      let held = Held(name: module.name, scheme: module.scheme, count: count, packed: packed, scales: sum - packed)
      var list = found[module.part] ?? []
      if let index = list.firstIndex(where: {
        $0.name == held.name && $0.packed == held.packed && $0.scales == held.scales
      }) {
        list[index].count += count
      } else {
        list.append(held)
      }
      found[module.part] = list
    }
    let placed = shape.outer.filter {
      $0.isBuilt(on: stage.stage, of: evaluation.parallelism.pipeline, layers: stage.layers)
        && (deployment.servesImages || $0.module.part != .encoder)
    }
    let holdsEmbedding = placed.contains { $0.module.part == .embedding }
    for outer in placed {
      if outer.module.part == .lmHead, flags.isPooling || outer.tiedToEmbedding && holdsEmbedding { continue }
      if outer.module.part == .norms, outer.tiedToEmbedding, holdsEmbedding { continue }
      add(outer.module, 1)
    }
    for group in shape.layers(in: stage.layers) { for module in group.modules { add(module, group.count) } }
    return found
  }
}

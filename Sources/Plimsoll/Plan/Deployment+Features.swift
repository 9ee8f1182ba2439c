extension Deployment {
  /// A line for each feature that takes or gives memory on a rank.
  func features(_ weights: Weights, _ work: RankWork, _ flags: ResolvedFlags) -> [FeatureMemory] {
    var lines: [FeatureMemory] = []
    if let slots = flags.lora {
      let dtype = slots.dtype ?? model.dtype
      lines.append(
        FeatureMemory(
          .loraSlots, .exact(weights.lora), in: .weights,
          "\(Self.count(slots.count, "slot")) of rank \(slots.rank) in \(dtype.rawValue) for every module that takes adapters"
        ))
      lines.append(
        FeatureMemory(
          .loraTables, .exact(weights.loraTables), in: .weights, "which token and which prompt uses which adapter"))
    }
    if let offload = flags.offload {
      let isQuantized = model.quantization != .none
      let amount = isQuantized ? weights.offloaded.analytic : .exact(weights.offloaded)
      let detail =
        switch offload {
        case .upTo(let limit, _): "parameters in order, up to \(limit.gibText); the GPU reads them over the bus"
        case .layers(let group, let last, _, _): "the last \(last) of each \(group) layers"
        }
      lines.append(FeatureMemory(.cpuOffload, amount, in: .host, detail + "; not part of the weights on the GPU"))
      if case .layers(_, _, let count, _) = offload {
        lines.append(
          FeatureMemory(
            .prefetchSlots, .exact(weights.prefetchSlots), in: .weights,
            "\(Self.count(count, "slot")) for layers fetched ahead"))
      }
    }
    if let balancer = flags.balancer {
      lines.append(
        FeatureMemory(
          .expertBalancer, .exact(work.expertBalancer()), in: .persistentBuffers,
          "maps, loads of \(balancer.window) steps, and one layer's experts once more"))
    }
    if flags.microBatches > 1, work.usesExperts {
      lines.append(
        FeatureMemory(
          .secondWorkspace, (work.expertWorkspace() * (flags.microBatches - 1)).analytic, in: .persistentBuffers,
          "an expert workspace for each of \(flags.microBatches) parts of a batch"))
    }
    lines += hostFeatures(flags)
    return lines
  }

  /// The pages that prefix caching adds: states at the ends of blocks; keys and values are shared without any.
  func prefixFeatures(_ kvCache: Estimate, _ stage: Int, _ result: Evaluation) -> [FeatureMemory] {
    guard let plain = result.poolWithoutPrefixes, stage == result.parallelism.pipeline - 1 else { return [] }
    return [
      FeatureMemory(
        .prefixStates, result.share(of: kvCache, from: plain, to: result.pool), in: .kvCache,
        "states kept at the ends of blocks, as their share of what a full request takes")
    ]
  }

  /// What lies in host memory or takes nothing on the GPU.
  private func hostFeatures(_ flags: ResolvedFlags) -> [FeatureMemory] {
    var lines: [FeatureMemory] = []
    if let connector = self.flags.kvConnector {
      let names = connector.names.joined(separator: " of ")
      let isOff =
        connector.supportsGroups == false ? "; it knows no groups of layers, so windows are kept at full length" : ""
      if let gib = self.flags.kvOffloadingSize, gib > 0, self.flags.kvOffloadingBackend != "lmcache" {
        let bytes = min(gib * 1_073_741_824, 4e15) / Double(flags.tensorParallelSize)
        lines.append(
          FeatureMemory(
            .kvOffload, .exact(Bytes(Int(bytes))), in: .host,
            "\(names): this rank's share of what is kept beside the GPU" + isOff))
      } else {
        lines.append(
          FeatureMemory(.kvOffload, .exact(.zero), in: .host, "\(names): what it keeps is its own to say" + isOff))
      }
    }
    if self.flags.enableSleepMode == true {
      lines.append(
        FeatureMemory(
          .sleepMode, .exact(.zero), in: .nowhere, "awake nothing changes; asleep weights and cache are given back"))
    }
    return lines
  }

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)" + (number == 1 ? "" : "s") }
}

extension Bytes {
  /// This amount as read off shapes in vLLM's code, without a start to hold it against.
  var analytic: Estimate { .exact(self, basis: .analytic) }
}

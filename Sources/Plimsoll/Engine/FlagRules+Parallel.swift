extension RuleContext {
  /// How heads, vocabulary, layers and experts divide over ranks.
  ///
  /// Source: `ModelConfig.verify_with_parallel_config`, config/model.py; `ParallelConfig._validate_parallel_config`,
  /// config/parallel.py; the layers' own assertions.
  func parallelRules() -> [RuleViolation] {
    tensorRules() + contextRules() + pipelineRules() + expertRules()
  }

  private func tensorRules() -> [RuleViolation] {
    var found = [RuleViolation]()
    let tp = resolved.tensorParallelSize
    let flag = ["--tensor-parallel-size"]
    if model.numAttentionHeads % tp != 0 {
      found.append(
        RuleViolation(
          .headsDivisible,
          "Total number of attention heads (\(model.numAttentionHeads)) must be divisible by tensor parallel size (\(tp))",
          flags: flag, source: "config/model.py verify_with_parallel_config"))
    }
    let kvHeads = model.totalKVHeads
    let hasKVHeads = kvHeads > 0 && (!model.usesMLA || resolved.mlaDisabled)
    if hasKVHeads, kvHeads % tp != 0, tp % kvHeads != 0 {
      found.append(
        RuleViolation(
          .kvHeadsDivisible,
          "the number of KV heads (\(kvHeads)) must be divisible by tensor parallel size (\(tp)), or divide it",
          flags: flag, source: "model_executor/layers/linear.py QKVParallelLinear"))
    }
    found += groupRules(tp)
    if model.quantization == .bitsandbytes, tp > 1 {
      found.append(
        RuleViolation(
          .quantization,
          "Prequant BitsAndBytes models with tensor parallelism is not supported; pipeline parallelism is", flags: flag,
          source: "model_loader/bitsandbytes_loader.py _verify_model_compatibility"))
    }
    // Vocabulary rows are padded to 64 before they are shared out.
    let rows = model.vocabSize.roundedUp(toMultipleOf: 64)
    if rows % tp != 0 {
      found.append(
        RuleViolation(
          .vocabularyDivisible,
          "the vocabulary, padded to \(rows) rows, must be divisible by tensor parallel size (\(tp))", flags: flag,
          source: "model_executor/layers/vocab_parallel_embedding.py VocabParallelEmbedding"))
    }
    let isWhole = resolved.encoderDataParallel && model.encoderMayBeWhole
    if let heads = model.encoderAttentionHeads, heads % tp != 0, !isWhole, flags.serves(model.modalities) {
      found.append(
        RuleViolation(
          .encoderHeadsDivisible,
          "the encoder's attention heads: \(heads) is not divisible by tensor parallel size (\(tp))",
          flags: flag + ["--mm-encoder-tp-mode"], source: "distributed/utils.py divide"))
    }
    return found
  }

  /// A group of inputs that share a scale lies on one rank whole.
  ///
  /// Source: `validate_fp8_block_shape`, quantization/utils/fp8_utils.py; `create_weights` of quantization/auto_awq.py
  /// and compressed_tensors/schemes; `check_marlin_supports_layer`, quantization/utils/marlin_utils.py.
  private func groupRules(_ tp: Int) -> [RuleViolation] {
    // What is quantized as it is loaded has its groups on the rank.
    if model.quantization == .online { return [] }
    let experts = tp * resolved.prefillContextParallelSize * resolved.dataParallelSize
    let isWhole = resolved.encoderDataParallel && model.encoderMayBeWhole || !flags.serves(model.modalities)
    return model.groupedInputs.compactMap { linear in
      if linear.isOfEncoder && isWhole { return nil }
      let cut = linear.isOfExperts ? resolved.enableExpertParallel ? 1 : experts : tp
      let ranks = linear.isCut ? cut : 1
      // Blocks of 8-bit floats may be cut short where nothing is shared out.
      if case .fp8Block(let rows, _) = linear.scheme {
        if linear.isOfExperts {
          guard linear.input % ranks == 0, linear.input / ranks % rows != 0 else { return nil }
          return expertBlocks(of: linear, share: linear.input / ranks, rows: rows)
        }
        if ranks == 1 { return nil }
      }
      guard linear.input % ranks == 0, linear.input / ranks % linear.group != 0 else { return nil }
      let share = linear.input / ranks
      let reason =
        switch linear.scheme {
        case .fp8Block:
          "Weight input_size_per_partition = \(share) is not divisible by weight quantization block_k = \(linear.group)"
        case .integerGroups where linear.isOfExperts:
          "the width of an expert on a rank (\(share)) must be divisible by group_size (\(linear.group)); "
            + "--enable-expert-parallel keeps experts whole"
        default:
          "The input size is not aligned with the quantized weight shape: \(share) inputs a rank, groups of "
            + "\(linear.group)" + (tp > 1 ? "; this can be caused by too large tensor parallel size (\(tp))" : "")
        }
      return RuleViolation(
        .groupsDivisible, "\(reason) (\(linear.name))", flags: ["--tensor-parallel-size"],
        source: "model_executor/layers/quantization")
    }
  }

  /// A rank's share of an expert's width is whole blocks, or blocks are cut into smaller ones.
  ///
  /// Source: `validate_fp8_block_shape_moe`, quantization/utils/fp8_utils.py; `refine_fp8_moe_block_shape`,
  /// fused_moe/oracle/fp8.py.
  private func expertBlocks(of linear: GroupedInput, share: Int, rows: Int) -> RuleViolation? {
    if let least = release.leastExpertBlock, greatestDivisor(rows, share) >= least { return nil }
    return RuleViolation(
      .groupsDivisible,
      "The output_size of gate's and up's weight = \(share) is not divisible by weight quantization block_n = \(rows) "
        + "(\(linear.name))", flags: ["--tensor-parallel-size", "--enable-expert-parallel"],
      source: "model_executor/layers/quantization/utils/fp8_utils.py")
  }

  private func greatestDivisor(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : greatestDivisor(second, first % second)
  }

  private func contextRules() -> [RuleViolation] {
    let tp = resolved.tensorParallelSize
    let dcp = resolved.decodeContextParallelSize
    let pcp = resolved.prefillContextParallelSize
    var reasons = [(String, String)]()
    let parallel = "config/parallel.py _validate_parallel_config"
    let verify = "config/model.py verify_with_parallel_config"
    if pcp == 1, tp % dcp != 0 {
      reasons.append(
        ("tensor parallel size (\(tp)) must be divisible by decode context parallel size (\(dcp))", parallel))
    }
    if pcp > 1, ![1, pcp, tp * pcp].contains(dcp) {
      reasons.append(
        (
          "with prefill context parallel size \(pcp), decode context parallel size (\(dcp)) must be 1, \(pcp) or \(tp * pcp)",
          parallel
        ))
    }
    if dcp > 1, !model.usesMLA, model.totalKVHeads > 0 {
      let kvHeads = model.totalKVHeads
      let queriesPerHead = model.numAttentionHeads / kvHeads
      if tp <= kvHeads {
        reasons.append(
          (
            "decode context parallelism needs a tensor parallel size (\(tp)) greater than the number of KV heads (\(kvHeads))",
            verify
          ))
      } else if dcp > tp / kvHeads {
        reasons.append(
          (
            "decode context parallel size (\(dcp)) exceeds the maximum (\(tp / kvHeads)) for tensor parallel size (\(tp)) "
              + "and \(kvHeads) KV heads", verify
          ))
      } else if queriesPerHead % dcp != 0 {
        reasons.append(
          (
            "the number of query heads per KV head (\(queriesPerHead)) must be divisible by decode context parallel size (\(dcp))",
            verify
          ))
      }
    }
    if dcp > 1, let window = model.slidingWindow, flags.disableSlidingWindow != true {
      reasons.append(
        (
          "decode context parallelism does not work with a sliding window (\(window) tokens)",
          "v1/kv_cache_interface.py SlidingWindowSpec"
        ))
    }
    let interleave = flags.cpKVCacheInterleaveSize ?? 1
    if dcp > 1, interleave < 1 || interleave > resolved.blockSize || resolved.blockSize % interleave != 0 {
      reasons.append(
        (
          "block size (\(resolved.blockSize)) must be at least, and divisible by, --cp-kv-cache-interleave-size (\(interleave))",
          "config/vllm.py validate_block_size"
        ))
    }
    return reasons.map {
      RuleViolation(.decodeContextParallel, $0.0, flags: ["--decode-context-parallel-size"], source: $0.1)
    }
  }

  private func pipelineRules() -> [RuleViolation] {
    var reasons = [(String, String)]()
    let pp = resolved.pipelineParallelSize
    if pp > 1, !model.supportsPipelineParallel {
      reasons.append(
        (
          "pipeline parallelism is not supported for \(model.architecture)",
          "config/model.py verify_with_parallel_config"
        ))
    }
    if pp > model.numLayers {
      reasons.append(
        (
          "pipeline parallel size (\(pp)) exceeds the number of layers (\(model.numLayers))",
          "distributed/utils.py get_pp_indices"
        ))
    }
    if let partition = environment.ppLayerPartition {
      let sum = partition.reduce(0, &+)
      if partition.count != pp {
        reasons.append(
          (
            "VLLM_PP_LAYER_PARTITION has \(partition.count) entries, which does not match pipeline parallel size (\(pp))",
            "distributed/utils.py get_pp_indices"
          ))
      } else if let entry = partition.first(where: { $0 < 0 }) {
        reasons.append(
          (
            "an entry of VLLM_PP_LAYER_PARTITION (\(entry)) is no number of layers",
            "distributed/utils.py get_pp_indices"
          ))
      } else if sum != model.numLayers {
        reasons.append(
          (
            "the entries of VLLM_PP_LAYER_PARTITION sum to \(sum), which does not match the number of layers "
              + "(\(model.numLayers))", "distributed/utils.py get_pp_indices"
          ))
      }
    }
    return reasons.map {
      RuleViolation(.pipelineParallel, $0.0, flags: ["--pipeline-parallel-size"], source: $0.1)
    }
  }

  private func expertRules() -> [RuleViolation] {
    var found = [RuleViolation]()
    let ranks = resolved.tensorParallelSize * resolved.prefillContextParallelSize * resolved.dataParallelSize
    let parallel = "config/parallel.py _validate_parallel_config"
    if resolved.enableExpertParallel, !model.isMoE {
      found.append(
        RuleViolation(
          .expertParallel,
          "the number of experts in the model must be greater than 0 when expert parallelism is enabled",
          flags: ["--enable-expert-parallel"], source: "config/model.py _verify_with_expert_parallelism"))
    }
    let isSpread = resolved.enableExpertParallel && ranks > 1
    if !isSpread, let width = model.expertWidths.first(where: { $0 % ranks != 0 }) {
      found.append(
        RuleViolation(
          .expertParallel,
          "the width of an expert (\(width)) is not divisible by the \(ranks) ranks that share it; "
            + "--enable-expert-parallel gives each rank whole experts",
          flags: ["--tensor-parallel-size", "--data-parallel-size", "--enable-expert-parallel"],
          source: "model_executor/layers/fused_moe/config.py FusedMoEConfig"))
    }
    if flags.enableEPLB == true, isSpread, model.isMoE {
      let copies = model.numExperts + resolved.numRedundantExperts
      if copies % ranks != 0 {
        found.append(
          RuleViolation(
            .expertParallel,
            "EPLB currently only supports even distribution of experts across ranks: \(copies) experts and \(ranks) "
              + "EP ranks",
            flags: ["--eplb-config"], source: "model_executor/layers/fused_moe/layer.py FusedMoEFactory"))
      }
    }
    if flags.enableEPLB == true {
      if !resolved.enableExpertParallel {
        found.append(
          RuleViolation(
            .expertParallel, "expert parallelism must be enabled (--enable-expert-parallel) to use EPLB",
            flags: ["--enable-eplb", "--enable-expert-parallel"], source: parallel))
      } else if ranks <= 1 {
        found.append(
          RuleViolation(
            .expertParallel, "EPLB requires tensor, prefill-context or data parallelism, but there is one rank",
            flags: ["--enable-eplb"], source: parallel))
      }
    } else if let redundant = flags.eplbConfig.value(at: "num_redundant_experts")?.int, redundant != 0 {
      found.append(
        RuleViolation(
          .expertParallel, "num_redundant_experts is set to \(redundant) but EPLB is not enabled",
          flags: ["--eplb-config", "--enable-eplb"], source: parallel))
    }
    if let local = flags.dataParallelSizeLocal, local > resolved.dataParallelSize {
      found.append(
        RuleViolation(
          .dataParallel,
          "data_parallel_size_local (\(local)) must be at most data_parallel_size (\(resolved.dataParallelSize))",
          flags: ["--data-parallel-size-local", "--data-parallel-size"], source: parallel))
    }
    return found
  }
}

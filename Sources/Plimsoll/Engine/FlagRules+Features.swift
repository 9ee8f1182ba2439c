extension RuleContext {
  /// Speculative decoding, LoRA and offloading.
  func featureRules() -> [RuleViolation] {
    speculativeRules() + loraRules() + offloadRules()
  }

  /// Source: `_set_max_num_scheduled_tokens`, config/vllm.py; `create_engine_config`, engine/arg_utils.py.
  private func speculativeRules() -> [RuleViolation] {
    guard flags.speculative.isEnabled else { return [] }
    var found = [RuleViolation]()
    let drafted = resolved.numSpeculativeTokens
    let tokens = resolved.maxNumBatchedTokens
    let method = flags.speculative.method
    let reservesSlots = flags.speculative.isEagle || method == "draft_model" || method == "dspark"
    let rows = resolved.maxNumSeqs.saturatingProduct(max(0, drafted) + 1)
    // A draft that fills in takes a slot for its bonus token too.
    let lookahead = method == "dflash" ? drafted + 1 : drafted
    if reservesSlots, tokens <= lookahead {
      found.append(
        RuleViolation(
          .speculative,
          "max_num_batched_tokens (\(tokens)) leaves not enough slots to schedule a token beside \(lookahead) drafted ones",
          flags: ["--max-num-batched-tokens", "--speculative-config"],
          source: "config/vllm.py _set_max_num_scheduled_tokens"))
    }
    if flags.lora.enableLoRA == true, tokens < rows {
      found.append(
        RuleViolation(
          .speculative,
          "with LoRA, max_num_batched_tokens (\(tokens)) must be at least max_num_seqs × (num_speculative_tokens + 1) "
            + "(\(rows))",
          flags: ["--max-num-batched-tokens", "--max-num-seqs", "--speculative-config"],
          source: "engine/arg_utils.py create_engine_config"))
    }
    found += draftRules()
    if let draft = flags.speculative.config.value(at: "draft_tensor_parallel_size")?.int, draft != 1,
      draft != resolved.tensorParallelSize
    {
      found.append(
        RuleViolation(
          .speculative,
          "draft_tensor_parallel_size (\(draft)) must be 1 or the tensor parallel size (\(resolved.tensorParallelSize))",
          flags: ["--speculative-config"], source: "config/speculative.py SpeculativeConfig"))
    }
    return found
  }

  /// What is said of drafts, and what the draft's own config admits.
  ///
  /// Source: `SpeculativeConfig.__post_init__` and `_verify_args`, config/speculative.py.
  private func draftRules() -> [RuleViolation] {
    func violation(_ reason: String) -> RuleViolation {
      RuleViolation(
        .speculative, reason, flags: ["--speculative-config"], source: "config/speculative.py SpeculativeConfig")
    }
    let given = flags.speculative.numSpeculativeTokens
    let method = flags.speculative.resolvedMethod(model.draft)
    var found = [RuleViolation]()
    if resolved.numSpeculativeTokens == 0, model.draft != nil || !flags.speculative.usesDraftModel {
      found.append(violation("num_speculative_tokens must be provided, and be greater than zero"))
    }
    guard let draft = model.draft else { return found }
    if let own = draft.predictedTokens, own > 0, let given, given > own, given % own != 0 {
      found.append(violation("num_speculative_tokens (\(given)) must be divisible by n_predict (\(own))"))
    }
    let mixesVocabularies = flags.speculative.config.value(at: "use_heterogeneous_vocab")?.bool == true
    if method == "draft_model", !mixesVocabularies, draft.vocabSize != model.vocabSize {
      found.append(
        violation(
          "target and draft model should have the same vocabulary size (\(model.vocabSize) and \(draft.vocabSize))"))
    }
    let ranks = resolved.tensorParallelSize
    if draft.numAttentionHeads % ranks != 0 {
      found.append(
        violation(
          "the draft's attention heads (\(draft.numAttentionHeads)) must be divisible by tensor parallel size (\(ranks))"
        ))
    }
    return found
  }

  /// Source: config/lora.py `LoRAConfig`.
  private func loraRules() -> [RuleViolation] {
    guard flags.lora.enableLoRA == true else { return [] }
    var found = [RuleViolation]()
    let slots = flags.lora.maxLoRAs ?? 1
    let rank = flags.lora.maxLoRARank ?? 16
    if !model.supportsLoRA {
      found.append(
        RuleViolation(
          .lora, "LoRA is not supported for \(model.architecture)", flags: ["--enable-lora"],
          source: "config/lora.py verify_with_model_config"))
    }
    if let kept = flags.lora.maxCPULoRAs, kept > 0, kept < slots {
      found.append(
        RuleViolation(
          .lora, "max_cpu_loras (\(kept)) must be greater than or equal to max_loras (\(slots))",
          flags: ["--max-cpu-loras", "--max-loras"], source: "config/lora.py LoRAConfig"))
    }
    if flags.lora.fullyShardedLoRAs == true, rank % resolved.tensorParallelSize != 0 {
      found.append(
        RuleViolation(
          .lora,
          "with --fully-sharded-loras, max_lora_rank (\(rank)) must be divisible by tensor parallel size "
            + "(\(resolved.tensorParallelSize))",
          flags: ["--max-lora-rank", "--tensor-parallel-size"], source: "lora/layers/column_parallel_linear.py"))
    }
    if let slots = flags.lora.slots {
      let wrapsHead = slots.targetModules.isEmpty ? model.loraWrapsHead : slots.targetModules.contains("lm_head")
      if wrapsHead, model.vocabSize > 258_048 {
        found.append(
          RuleViolation(
            .lora, "When using LoRA, vocab size must be <= 258048, and it is \(model.vocabSize)",
            flags: ["--enable-lora", "--lora-target-modules"], source: "lora/layers/logits_processor.py"))
      }
    }
    if resolved.parallelism.usesExpertParallel, model.isMoE {
      if flags.lora.fullyShardedLoRAs == true {
        found.append(
          RuleViolation(
            .lora, "Fused MoE LoRA does not support --enable-expert-parallel together with --fully-sharded-loras",
            flags: ["--enable-expert-parallel", "--fully-sharded-loras"], source: "lora/layers/fused_moe.py"))
      }
      if let way = flags.all2allBackend, way != "allgather_reducescatter" {
        found.append(
          RuleViolation(
            .lora,
            "Fused MoE LoRA with EP currently only supports all2all_backend='allgather_reducescatter', got '\(way)'",
            flags: ["--all2all-backend", "--enable-lora"], source: "lora/layers/fused_moe.py"))
      }
    }
    let backend = flags.moeBackend.map { String($0.lowercased().map { $0 == "-" ? "_" : $0 }) }
    let refused = [
      "deep_gemm_mega_moe", "flashinfer_moe_ep_cutedsl", "flashinfer_moe_ep_mega_deep_gemm", "aiter_mega_moe",
    ]
    if let backend, refused.contains(backend) {
      found.append(
        RuleViolation(
          .lora, "LoRA is not supported with moe_backend '\(backend)'", flags: ["--moe-backend", "--enable-lora"],
          source: "config/lora.py verify_with_kernel_config"))
    }
    return found
  }

  /// Source: config/offload.py `OffloadConfig.validate_offload_config`.
  private func offloadRules() -> [RuleViolation] {
    var found = [RuleViolation]()
    let offload = flags.offload
    let group = offload.offloadGroupSize ?? 0
    guard offload.offloadBackend == "prefetch" || group > 0 else { return [] }
    let source = "config/offload.py validate_offload_config"
    let inGroup = offload.offloadNumInGroup ?? 1
    if inGroup > group {
      found.append(
        RuleViolation(
          .offload, "offload_num_in_group (\(inGroup)) must be at most offload_group_size (\(group))",
          flags: ["--offload-num-in-group", "--offload-group-size"], source: source))
    }
    if let step = offload.offloadPrefetchStep, step < 1 {
      found.append(
        RuleViolation(
          .offload, "offload_prefetch_step (\(step)) must be at least 1 when prefetch offloading is enabled",
          flags: ["--offload-prefetch-step"], source: source))
    }
    return found
  }
}

import Plimsoll
import Testing

extension EngineRelease {
  /// The row of a release that has one.
  static func row(_ name: String) throws -> EngineRelease {
    guard case .found(let release) = named(name), release.standing == .modelled else { throw CancellationError() }
    return release
  }
}

/// What flags resolve to on both sides of the release that changed it.
@Suite struct ReleaseDefaultsTests {
  /// One default, before and since.
  struct Change: Sendable, CustomTestStringConvertible {
    var what: String
    var before: String
    var since: String
    var line = ""
    var device = DeviceTraits.h100
    var entryPoint = EntryPoint.serve
    var model = FlagContext.decoder()
    /// Where vLLM decides it.
    var source: String
    var old: String
    var new: String
    var value: @Sendable (ResolvedFlags) -> String
    var testDescription: String { what + " since " + since }
  }

  static let batch = "engine/arg_utils.py"
  static let config = "config/vllm.py"
  static let tokensAndSeqs: @Sendable (ResolvedFlags) -> String = { "\($0.maxNumBatchedTokens) \($0.maxNumSeqs)" }
  static let blocks: @Sendable (ResolvedFlags) -> String = { $0.numGPUBlocksOverride.map(String.init) ?? "none" }
  static let sizes: @Sendable (ResolvedFlags) -> String = {
    "\($0.cudagraphCaptureSizes.count) \($0.cudagraphCaptureSizes.last ?? 0)"
  }
  static let hybrid = FlagContext.decoder { $0.isHybrid = true }
  static let moe = FlagContext.decoder { $0.isMoE = true }
  static let chunkedLocal = FlagContext.decoder { $0.attentionChunkSize = 8_192 }

  static let changes = [
    Change(
      what: "an A100 80GB has the small batch", before: "0.8.5", since: "0.9.0", device: .a100,
      source: "\(batch) _set_default_args_v1", old: "8192 1024", new: "2048 256", value: tokensAndSeqs),
    Change(
      what: "a number of blocks that is given is not followed", before: "0.9.0.1", since: "0.9.1",
      line: "--num-gpu-blocks-override 512", source: "v1/core/kv_cache_utils.py get_num_blocks", old: "512",
      new: "none",
      value: blocks),
    Change(
      what: "a number of blocks that is given is followed", before: "0.9.1", since: "0.9.2",
      line: "--num-gpu-blocks-override 512", source: "v1/core/kv_cache_utils.py get_num_blocks", old: "none",
      new: "512",
      value: blocks),
    Change(
      what: "sequences are no more than batched tokens", before: "0.10.0", since: "0.10.1",
      line: "--max-num-batched-tokens 128", source: "\(batch) _set_default_args_v1", old: "128 1024", new: "128 128",
      value: tokensAndSeqs),
    Change(
      what: "batched tokens are no more than all sequences at full length", before: "0.11.0", since: "0.11.1",
      line: "--max-num-seqs 4 --max-model-len 512",
      source: "\(batch) _set_default_args", old: "8192 4", new: "2048 4",
      value: tokensAndSeqs),
    Change(
      what: "160 GiB have the largest batch", before: "0.27.1", since: "0.28.0", device: .b200,
      source: "\(batch) get_batch_defaults", old: "8192 1024", new: "16384 1024", value: tokensAndSeqs),
    Change(
      what: "a GB10 has the small batch", before: "0.32.0", since: "0.33.0", device: .gb10,
      source: "\(batch) get_batch_defaults", old: "8192 1024", new: "2048 256", value: tokensAndSeqs),
    Change(
      what: "batched experts have a batch of 256", before: "0.19.1", since: "0.20.0",
      line: "-dp 2 --enable-expert-parallel --all2all-backend deepep_low_latency", model: moe,
      source: "config/scheduler.py DEFAULT_MAX_NUM_BATCHED_TOKENS_FOR_BATCHED_DP", old: "8192 1024", new: "256 256",
      value: tokensAndSeqs),
    Change(
      what: "utilization is 0.92", before: "0.19.1", since: "0.20.0", source: "config/cache.py CacheConfig", old: "0.9",
      new: "0.92", value: { "\($0.gpuMemoryUtilization)" }),
    Change(
      what: "graphs are estimated", before: "0.19.1", since: "0.20.0",
      source: "envs.py VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS", old: "false", new: "true",
      value: { "\($0.estimatesCUDAGraphs)" }),
    // 1, 2, 4 and 8 to 512 in steps of 8: 3 + 64; to 32: 3 + 4.
    Change(
      what: "graphs are bounded by twice the sequences", before: "0.9.2", since: "0.10.0", line: "--max-num-seqs 16",
      source: "config.py SchedulerConfig.__post_init__", old: "67 512", new: "7 32", value: sizes),
    // 3 + 31 to 248, then 256 to 512 in steps of 16: 17.
    Change(
      what: "graphs above 256 are 16 apart", before: "0.11.0", since: "0.11.1",
      source: "\(config) _set_cudagraph_sizes", old: "67 512", new: "51 512", value: sizes),
    Change(
      what: "drafted tokens count for the largest graph", before: "0.12.0", since: "0.13.0",
      line: #"--max-num-seqs 16 --speculative-config {"method":"ngram","num_speculative_tokens":3}"#,
      source: "\(config) _set_cudagraph_sizes", old: "7 32", new: "19 128", value: sizes),
    // 2,040 tokens are no step of 16, so that nothing is added; 40 lie on a step of 8 and 44 do not.
    Change(
      what: "the batched tokens are a size", before: "0.20.0", since: "0.20.1",
      line: "--max-num-batched-tokens 44 --max-num-seqs 40", source: "\(config) _set_cudagraph_sizes", old: "8 40",
      new: "9 44", value: sizes),
    Change(
      what: "the largest graph of Blackwell is 1,024", before: "0.27.1", since: "0.28.0", device: .b200,
      source: "\(config) _set_cudagraph_sizes", old: "51 512", new: "83 1024", value: sizes),
    // 20 sequences: 1, 2, 4, 8, …, 40 are 8 sizes, and 20 a ninth.
    Change(
      what: "max-num-seqs is a size", before: "0.30.0", since: "0.31.0", line: "--max-num-seqs 20",
      source: "\(config) _set_cudagraph_sizes", old: "8 40", new: "9 40", value: sizes),
    Change(
      what: "whole graphs are captured beside pieces", before: "0.10.2", since: "0.11.0",
      source: "config/__init__.py VllmConfig.__post_init__", old: "PIECEWISE", new: "FULL_AND_PIECEWISE",
      value: { $0.cudagraphMode.rawValue }),
    Change(
      what: "steps are scheduled ahead", before: "0.13.0", since: "0.14.0", source: "\(config) __post_init__",
      old: "false", new: "true", value: { "\($0.asyncScheduling)" }),
    Change(
      what: "windows reserve every step in flight", before: "0.25.1", since: "0.26.0",
      source: "v1/kv_cache_interface.py SlidingWindowSpec", old: "8192", new: "16384",
      value: { "\($0.maxInFlightTokens)" }),
    Change(
      what: "prefixes of hybrids are cached", before: "0.25.1", since: "0.26.0", model: hybrid,
      source: "config/model.py is_prefix_caching_supported", old: "false", new: "true",
      value: { "\($0.enablePrefixCaching)" }),
    Change(
      what: "chunked local layers keep the hybrid manager", before: "0.13.0", since: "0.14.0", model: chunkedLocal,
      source: "envs.py VLLM_ALLOW_CHUNKED_LOCAL_ATTN_WITH_HYBRID_KV_CACHE", old: "true", new: "false",
      value: { "\($0.disableHybridKVCacheManager)" }),
    Change(
      what: "Qwen3 runs on V2", before: "0.21.0", since: "0.22.0", source: "\(config) use_v2_model_runner",
      old: "false", new: "true", value: { "\($0.usesV2ModelRunner)" }),
    Change(
      what: "Llama runs on V2", before: "0.22.1", since: "0.23.0",
      model: .decoder { $0.architecture = "LlamaForCausalLM" }, source: "\(config) use_v2_model_runner",
      old: "false", new: "true", value: { "\($0.usesV2ModelRunner)" }),
    Change(
      what: "every dense model runs on V2", before: "0.24.0", since: "0.25.0",
      model: .decoder { $0.architecture = "Gemma2ForCausalLM" },
      source: "\(config) _is_default_v2_model_runner_model", old: "false", new: "true",
      value: { "\($0.usesV2ModelRunner)" }),
    Change(
      what: "experts and hybrids run on V2", before: "0.28.0", since: "0.29.0",
      model: .decoder {
        $0.isMoE = true
        $0.isHybrid = true
      }, source: "\(config) use_v2_model_runner", old: "false", new: "true", value: { "\($0.usesV2ModelRunner)" }),
    Change(
      what: "drafts of ngram run on V2", before: "0.32.0", since: "0.33.0",
      line: #"--speculative-config {"method":"ngram","num_speculative_tokens":3}"#,
      source: "\(config) _get_v2_model_runner_unsupported_features", old: "false", new: "true",
      value: { "\($0.usesV2ModelRunner)" }),
    Change(
      what: "longrope models start at their original length", before: "0.11.0", since: "0.11.1",
      model: .decoder {
        $0.context.stated = 131_072
        $0.context.ropeType = "longrope"
        $0.context.originalMaxPositionEmbeddings = 4_096
      }, source: "config/model.py _get_and_verify_max_len", old: "131072", new: "4096",
      value: { "\($0.maxModelLen)" }),
    // 32,768 × 8 before, what config.json states since.
    Change(
      what: "yarn does not lengthen what is stated", before: "0.29.0", since: "0.30.0",
      model: .decoder {
        $0.context.stated = 131_072
        $0.context.ropeType = "yarn"
        $0.context.ropeFactor = 8
        $0.context.originalMaxPositionEmbeddings = 32_768
      }, source: "config/model.py _get_and_verify_max_len", old: "262144", new: "131072",
      value: { "\($0.maxModelLen)" }),
  ]

  @Test("a default is the old one in the release before, the new one since", arguments: changes)
  func changed(_ change: Change) throws {
    func value(_ release: String) throws -> String {
      let flags = try ServeFlags(line: change.line)
      return change.value(
        flags.resolved(
          for: change.model, device: change.device, release: try .row(release), entryPoint: change.entryPoint))
    }
    #expect(try value(change.before) == change.old)
    #expect(try value(change.since) == change.new)
    let names = EngineRelease.names
    #expect(names.firstIndex(of: change.before) == names.firstIndex(of: change.since).map { $0 + 1 })
  }
}

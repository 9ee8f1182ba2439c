import ModelFiles
import Plimsoll

/// The flags as vLLM resolves them, under its own names.
enum ResolvedFlagsJSON {
  static func document(_ flags: ResolvedFlags, blockSize: Int?) -> JSON {
    [
      "tensor_parallel_size": .integer(flags.tensorParallelSize),
      "pipeline_parallel_size": .integer(flags.pipelineParallelSize),
      "data_parallel_size": .integer(flags.dataParallelSize),
      "decode_context_parallel_size": .integer(flags.decodeContextParallelSize),
      "prefill_context_parallel_size": .integer(flags.prefillContextParallelSize),
      "enable_expert_parallel": .bool(flags.enableExpertParallel),
      "max_model_len": .integer(flags.maxModelLen),
      "max_num_seqs": .integer(flags.maxNumSeqs),
      "max_num_batched_tokens": .integer(flags.maxNumBatchedTokens),
      "max_in_flight_tokens": .integer(flags.maxInFlightTokens),
      "gpu_memory_utilization": .number(flags.gpuMemoryUtilization),
      "kv_cache_memory_bytes": .optional(flags.kvCacheMemoryBytes?.count),
      "num_gpu_blocks_override": .optional(flags.numGPUBlocksOverride),
      "block_size": .integer(blockSize ?? flags.blockSize),
      "kv_cache_dtype": .string(flags.kvCacheDType.rawValue),
      "dtype": .string(flags.dtype.rawValue),
      "quantization": .optional(flags.quantization),
      "enable_chunked_prefill": .bool(flags.enableChunkedPrefill),
      "enable_prefix_caching": .bool(flags.enablePrefixCaching),
      "disable_hybrid_kv_cache_manager": .bool(flags.disableHybridKVCacheManager),
      "async_scheduling": .bool(flags.asyncScheduling),
      "use_v2_model_runner": .bool(flags.usesV2ModelRunner),
      "attention_backend": .optional(flags.attentionBackend),
      "enforce_eager": .bool(flags.enforceEager),
      "cudagraph_mode": .string(flags.cudagraphMode.rawValue),
      "max_cudagraph_capture_size": .integer(flags.maxCudagraphCaptureSize),
      "num_cudagraph_capture_sizes": .integer(flags.cudagraphCaptureSizes.count),
      "optimization_level": .integer(flags.optimizationLevel),
      "num_speculative_tokens": .integer(flags.numSpeculativeTokens),
      "language_model_only": .bool(flags.languageModelOnly),
    ]
  }
}

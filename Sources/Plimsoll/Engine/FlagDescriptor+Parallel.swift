extension ServeFlags {
  static let parallelDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--tensor-parallel-size", ["-tp"], .integer { field(&$0.tensorParallelSize, $1) }, modelled: true,
      help: "How many GPUs share each layer.",
      effect: "divides heads, weights and vocabulary rows; at least one KV head stays on each rank"),
    FlagDescriptor(
      "--pipeline-parallel-size", ["-pp"], .integer { field(&$0.pipelineParallelSize, $1) }, modelled: true,
      help: "How many stages the layers are cut into.",
      effect:
        "each stage holds its layers; the fewest blocks of any stage count, and one more batch is in flight a stage"),
    FlagDescriptor(
      "--data-parallel-size", ["-dp"], .integer { field(&$0.dataParallelSize, $1) }, modelled: true,
      help: "How many engines serve side by side.",
      effect: "each has its own weights and KV cache; experts may be spread over them"),
    FlagDescriptor(
      "--data-parallel-size-local", ["-dpl"], .integer { field(&$0.dataParallelSizeLocal, $1) }, modelled: true,
      help: "How many of the engines run on this node.", effect: "decides which ranks share this node's GPUs"),
    FlagDescriptor(
      "--prefill-context-parallel-size", ["-pcp"], .integer { field(&$0.prefillContextParallelSize, $1) },
      modelled: true,
      help: "How many ranks share a prompt's tokens during prefill.",
      effect: "adds ranks; the KV cache is copied to each unless decode context parallelism covers them"),
    FlagDescriptor(
      "--decode-context-parallel-size", ["-dcp"], .integer { field(&$0.decodeContextParallelSize, $1) }, modelled: true,
      help: "How many ranks share a request's KV cache during decoding.",
      effect: "divides the full-attention and latent KV cache of a request"),
    FlagDescriptor(
      "--cp-kv-cache-interleave-size", [], .integer { field(&$0.cpKVCacheInterleaveSize, $1) }, allowsNone: true,
      help: "How many tokens in a row one context-parallel rank keeps.",
      effect: "the block size must be a multiple of it"),
    FlagDescriptor(
      "--dcp-q-replicate", [], .pair { field(&$0.dcpQReplicate, $1) },
      help: "Keep the whole query projection on each context-parallel rank.",
      effect: "adds copies of the latent up-projection, one a rank"),
    FlagDescriptor(
      "--enable-expert-parallel", ["-ep"], .pair { field(&$0.enableExpertParallel, $1) }, modelled: true,
      help: "Give each rank whole experts instead of a slice of each.",
      effect: "a rank holds the experts divided by all ranks instead of a slice of every expert"),
    FlagDescriptor(
      "--all2all-backend", [], .textChoice({ field(&$0.all2allBackend, $1) }, all2allBackends),
      help: "How tokens travel between expert ranks.",
      effect: "buffers of up to a GiB; low-latency back ends lower the default batch to 256 tokens"),
    FlagDescriptor(
      "--enable-eplb", [], .pair { field(&$0.enableEPLB, $1) }, modelled: true,
      help: "Move experts between ranks to balance their load.", effect: "adds redundant experts and a copy buffer"),
    FlagDescriptor(
      "--eplb-config", [], .json { field(&$0.eplbConfig, $1) }, modelled: true,
      help: "Settings of the expert balancer.", effect: "num_redundant_experts adds experts to the ranks"),
    FlagDescriptor(
      "--disable-custom-all-reduce", [], .pair { field(&$0.disableCustomAllReduce, $1) },
      help: "Use NCCL for every all-reduce.", effect: "frees about 32 MiB of buffers outside the KV budget"),
    FlagDescriptor(
      "--enable-dbo", [], .pair { field(&$0.enableDBO, $1) }, modelled: true,
      help: "Overlap two half batches.", effect: "a second workspace, and the V1 runner unless V2 is asked for"),
    FlagDescriptor(
      "--ubatch-size", [], .integer { field(&$0.ubatchSize, $1) }, modelled: true,
      help: "How many parts a batch is cut into.", effect: "more than one: a second workspace"),
    FlagDescriptor(
      "--enable-batch-sharded-sampling", [], .pair { field(&$0.enableBatchShardedSampling, $1) },
      help: "Share the sampling of a batch between ranks.",
      effect: "divides the sampler's rows by the tensor-parallel size"),
    FlagDescriptor(
      "--distributed-executor-backend", [], .text { field(&$0.distributedExecutorBackend, $1) }, allowsNone: true,
      help: "What starts the worker processes: mp, ray, uni or external_launcher.",
      effect: "external_launcher with pipeline stages uses the V1 runner; some executors cannot schedule ahead"),
  ]

  /// Source: `All2AllBackend`, config/parallel.py.
  private static let all2allBackends = [
    "naive", "pplx", "deepep_high_throughput", "deepep_low_latency", "deepep_v2", "mori_high_throughput",
    "mori_low_latency", "moonep", "nixl_ep", "allgather_reducescatter", "flashinfer_all2allv",
    "flashinfer_nvlink_two_sided", "flashinfer_nvlink_one_sided", "passthrough",
  ]

  static let budgetDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--gpu-memory-utilization", ["--device-memory-utilization"], .number { field(&$0.gpuMemoryUtilization, $1) },
      modelled: true,
      help: "The fraction of the GPU's memory that this instance may use.",
      effect:
        "bounds weights, activations, the graph estimate and the KV cache together; that much must be free at start"),
    FlagDescriptor(
      "--kv-cache-memory-bytes", [], .size { field(&$0.kvCacheMemoryBytes, $1) }, modelled: true, allowsNone: true,
      help: "The size of the KV cache on each GPU.",
      effect: "replaces the budget: utilization is ignored, nothing is measured"),
    FlagDescriptor(
      "--num-gpu-blocks-override", [], .integer { field(&$0.numGPUBlocksOverride, $1) }, modelled: true,
      allowsNone: true,
      help: "The number of KV cache blocks.", effect: "replaces the number of blocks that the budget gives"),
    FlagDescriptor(
      "--enable-sleep-mode", [], .pair { field(&$0.enableSleepMode, $1) }, modelled: true,
      help: "Let the engine give its memory back while it sleeps.",
      effect: "weights and KV cache come from another allocator"),
    FlagDescriptor(
      "--enable-cumem-allocator", [], .pair { field(&$0.enableCumemAllocator, $1) },
      help: "Allocate from CUDA's virtual memory pools.", effect: "sizes are rounded to the pool's granularity"),
    FlagDescriptor(
      "--sleep-mode-offload-cudagraph", [], .pair { field(&$0.sleepModeOffloadCudagraph, $1) },
      help: "Let sleeping give the CUDA graphs' memory back too.", effect: "graphs come from the sleeping pool"),
    FlagDescriptor(
      "--cpu-offload-gb", [], .number { field(&$0.offload.cpuOffloadGB, $1) }, modelled: true,
      help: "GiB of weights that each GPU keeps in host memory.", effect: "takes that much off the GPU's weights"),
    FlagDescriptor(
      "--cpu-offload-params", [], .texts { field(&$0.offload.cpuOffloadParams, $1) }, modelled: true,
      help: "Which parameters may go to host memory.", effect: "restricts --cpu-offload-gb to them"),
    FlagDescriptor(
      "--offload-backend", [], .textChoice({ field(&$0.offload.offloadBackend, $1) }, ["auto", "uva", "prefetch"]),
      modelled: true,
      help: "How weights are kept in host memory.", effect: "chooses between the two kinds of offloading"),
    FlagDescriptor(
      "--offload-group-size", [], .integer { field(&$0.offload.offloadGroupSize, $1) }, modelled: true,
      help: "How many layers form a group for prefetch offloading.",
      effect: "the last layers of each group live in host memory"),
    FlagDescriptor(
      "--offload-num-in-group", [], .integer { field(&$0.offload.offloadNumInGroup, $1) }, modelled: true,
      help: "How many layers of each group are offloaded.", effect: "takes those layers' weights off the GPU"),
    FlagDescriptor(
      "--offload-prefetch-step", [], .integer { field(&$0.offload.offloadPrefetchStep, $1) }, modelled: true,
      help: "How many layers are fetched ahead.", effect: "each keeps a slot for a layer's weights on the GPU"),
    FlagDescriptor(
      "--offload-params", [], .texts { field(&$0.offload.offloadParams, $1) }, modelled: true,
      help: "Which parameters prefetch offloading may move.", effect: "restricts --offload-group-size to them"),
  ]
}

extension ServeFlags {
  static let modelDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--runner", [], .choice { field(&$0.runner, $1) },
      help: "What the model is run for.", effect: "pooling models have no sampler, and only piecewise graphs"),
    FlagDescriptor(
      "--convert", [], .textChoice({ field(&$0.convert, $1) }, ["auto", "none", "embed", "classify"]),
      help: "How a generating model is turned into a pooling one.", effect: "replaces the output head"),
    FlagDescriptor(
      "--dtype", [], .choice { field(&$0.dtype, $1) }, modelled: true,
      help: "The type of weights and activations.",
      effect: "sets the bytes of weights, activations and an unquantized KV cache"),
    FlagDescriptor(
      "--quantization", ["-q"], .text { field(&$0.quantization, $1) }, modelled: true, allowsNone: true,
      help: "How the weights are quantized.", effect: "sets the bytes of a weight"),
    FlagDescriptor(
      "--quantization-config", [], .json { field(&$0.quantizationConfig, $1) }, allowsNone: true,
      help: "Which layers are quantized while loading, and how.", effect: "sets the bytes of their weights"),
    FlagDescriptor(
      "--allow-deprecated-quantization", [], .pair { field(&$0.allowDeprecatedQuantization, $1) },
      help: "Accept quantization methods about to be removed.", effect: "none"),
    FlagDescriptor(
      "--moe-backend", [], .text { field(&$0.moeBackend, $1) },
      help: "The kernels of mixture-of-experts layers.", effect: "pads experts and sizes workspaces"),
    FlagDescriptor(
      "--linear-backend", [], .text { field(&$0.linearBackend, $1) },
      help: "The kernels of quantized linear layers.", effect: "lays out and pads weights and scales"),
    FlagDescriptor(
      "--load-format", [], .text { field(&$0.loadFormat, $1) },
      help: "How the weights are read.", effect: "none for dummy; some loaders keep weights in another process"),
    FlagDescriptor(
      "--hf-overrides", [], .json { field(&$0.hfOverrides, $1) }, modelled: true,
      help: "Values that replace those of the model's configuration.", effect: "changes every term that reads them"),
  ]

  static let compilationDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--enforce-eager", [], .pair { field(&$0.enforceEager, $1) }, modelled: true,
      help: "Run without compilation and CUDA graphs.", effect: "no graph memory"),
    FlagDescriptor(
      "--cudagraph-capture-sizes", [], .integers { field(&$0.cudagraphCaptureSizes, $1) }, modelled: true,
      help: "The batch sizes that CUDA graphs are captured for.", effect: "each size takes memory"),
    FlagDescriptor(
      "--max-cudagraph-capture-size", [], .integer { field(&$0.maxCudagraphCaptureSize, $1) }, modelled: true,
      help: "The largest batch size that is captured.", effect: "cuts the list of captured sizes"),
    FlagDescriptor(
      "--compilation-config", ["-cc"], .json { field(&$0.compilationConfig, $1) }, modelled: true,
      help: "Settings of compilation and CUDA graphs.", effect: "cudagraph_mode and capture sizes decide the graphs"),
    FlagDescriptor(
      "--optimization-level", ["-O"], .integerChoice({ field(&$0.optimizationLevel, $1) }, [0, 1, 2, 3]),
      modelled: true,
      help: "How much is compiled and captured.", effect: "0 captures nothing, 1 piecewise graphs, 2 and 3 both kinds"),
  ]

  static let multimodalDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--limit-mm-per-prompt", [], .counts { field(&$0.multimodal.limitMMPerPrompt, $1) }, modelled: true,
      help: "How many items of each modality a prompt may hold.", effect: "0 for all drops the encoder's run"),
    FlagDescriptor(
      "--language-model-only", [], .pair { field(&$0.multimodal.languageModelOnly, $1) }, modelled: true,
      help: "Leave the multimodal encoder out.", effect: "no encoder weights and no encoder run"),
    FlagDescriptor(
      "--mm-encoder-only", [], .pair { field(&$0.multimodal.mmEncoderOnly, $1) },
      help: "Run the multimodal encoder alone.", effect: "no language model and no KV cache"),
    FlagDescriptor(
      "--skip-mm-profiling", [], .pair { field(&$0.multimodal.skipMMProfiling, $1) },
      help: "Leave the encoder out of the memory profile.",
      effect: "its peak is not budgeted: more KV cache, and out-of-memory errors"),
    FlagDescriptor(
      "--mm-encoder-tp-mode", [], .textChoice({ field(&$0.multimodal.mmEncoderTPMode, $1) }, ["weights", "data"]),
      modelled: true,
      help: "How the encoder is spread over tensor-parallel ranks.", effect: "data keeps all its weights on each rank"),
    FlagDescriptor(
      "--mm-encoder-attn-dtype", [], .textChoice({ field(&$0.multimodal.mmEncoderAttnDType, $1) }, ["fp8"]),
      allowsNone: true,
      help: "The type of the encoder's attention.", effect: "smaller encoder activations"),
    FlagDescriptor(
      "--mm-processor-kwargs", [], .json { field(&$0.multimodal.mmProcessorKwargs, $1) }, allowsNone: true,
      help: "Settings of the input processor.", effect: "pixels and frames decide the tokens of an item"),
    FlagDescriptor(
      "--media-io-kwargs", [], .json { field(&$0.multimodal.mediaIOKwargs, $1) },
      help: "Settings of reading media.", effect: "frames decide the tokens of a video"),
    FlagDescriptor(
      "--video-pruning-rate", [], .number { field(&$0.multimodal.videoPruningRate, $1) }, allowsNone: true,
      help: "The fraction of a video's tokens that is dropped.", effect: "fewer tokens in the language model"),
    FlagDescriptor(
      "--mm-ipc-gpu-memory-gb", [], .number { field(&$0.multimodal.mmIPCGPUMemoryGB, $1) },
      help: "GiB of GPU memory for tensors handed between processes.", effect: "taken off the KV cache"),
    FlagDescriptor(
      "--enable-mm-embeds", [], .pair { field(&$0.multimodal.enableMMEmbeds, $1) },
      help: "Accept embeddings as multimodal input.", effect: "encoder cache without an encoder"),
  ]
}

extension ServeFlags {
  static let modelDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--runner", [], .choice(\.runner),
      help: "What the model is run for.", effect: "pooling models have no sampler, and only piecewise graphs"),
    FlagDescriptor(
      "--convert", [], .textChoice(\.convert, ["auto", "none", "embed", "classify"]),
      help: "How a generating model is turned into a pooling one.", effect: "replaces the output head"),
    FlagDescriptor(
      "--dtype", [], .choice(\.dtype), modelled: true,
      help: "The type of weights and activations.",
      effect: "sets the bytes of weights, activations and an unquantized KV cache"),
    FlagDescriptor(
      "--quantization", ["-q"], .text(\.quantization), modelled: true, allowsNone: true,
      help: "How the weights are quantized.", effect: "sets the bytes of a weight"),
    FlagDescriptor(
      "--quantization-config", [], .json(\.quantizationConfig), allowsNone: true,
      help: "Which layers are quantized while loading, and how.", effect: "sets the bytes of their weights"),
    FlagDescriptor(
      "--allow-deprecated-quantization", [], .pair(\.allowDeprecatedQuantization),
      help: "Accept quantization methods about to be removed.", effect: "none"),
    FlagDescriptor(
      "--moe-backend", [], .text(\.moeBackend),
      help: "The kernels of mixture-of-experts layers.", effect: "pads experts and sizes workspaces"),
    FlagDescriptor(
      "--linear-backend", [], .text(\.linearBackend),
      help: "The kernels of quantized linear layers.", effect: "lays out and pads weights and scales"),
    FlagDescriptor(
      "--load-format", [], .text(\.loadFormat),
      help: "How the weights are read.", effect: "none for dummy; some loaders keep weights in another process"),
    FlagDescriptor(
      "--hf-overrides", [], .json(\.hfOverrides), modelled: true,
      help: "Values that replace those of the model's configuration.", effect: "changes every term that reads them"),
  ]

  static let compilationDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--enforce-eager", [], .pair(\.enforceEager), modelled: true,
      help: "Run without compilation and CUDA graphs.", effect: "no graph memory"),
    FlagDescriptor(
      "--cudagraph-capture-sizes", [], .integers(\.cudagraphCaptureSizes), modelled: true,
      help: "The batch sizes that CUDA graphs are captured for.", effect: "each size takes memory"),
    FlagDescriptor(
      "--max-cudagraph-capture-size", [], .integer(\.maxCudagraphCaptureSize), modelled: true,
      help: "The largest batch size that is captured.", effect: "cuts the list of captured sizes"),
    FlagDescriptor(
      "--compilation-config", ["-cc"], .json(\.compilationConfig), modelled: true,
      help: "Settings of compilation and CUDA graphs.", effect: "cudagraph_mode and capture sizes decide the graphs"),
    FlagDescriptor(
      "--optimization-level", ["-O"], .integerChoice(\.optimizationLevel, [0, 1, 2, 3]), modelled: true,
      help: "How much is compiled and captured.", effect: "0 captures nothing, 1 piecewise graphs, 2 and 3 both kinds"),
  ]

  static let multimodalDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--limit-mm-per-prompt", [], .counts(\.multimodal.limitMMPerPrompt), modelled: true,
      help: "How many items of each modality a prompt may hold.", effect: "0 for all drops the encoder's run"),
    FlagDescriptor(
      "--language-model-only", [], .pair(\.multimodal.languageModelOnly), modelled: true,
      help: "Leave the multimodal encoder out.", effect: "no encoder weights and no encoder run"),
    FlagDescriptor(
      "--mm-encoder-only", [], .pair(\.multimodal.mmEncoderOnly),
      help: "Run the multimodal encoder alone.", effect: "no language model and no KV cache"),
    FlagDescriptor(
      "--skip-mm-profiling", [], .pair(\.multimodal.skipMMProfiling),
      help: "Leave the encoder out of the memory profile.",
      effect: "its peak is not budgeted: more KV cache, and out-of-memory errors"),
    FlagDescriptor(
      "--mm-encoder-tp-mode", [], .textChoice(\.multimodal.mmEncoderTPMode, ["weights", "data"]), modelled: true,
      help: "How the encoder is spread over tensor-parallel ranks.", effect: "data keeps all its weights on each rank"),
    FlagDescriptor(
      "--mm-encoder-attn-dtype", [], .textChoice(\.multimodal.mmEncoderAttnDType, ["fp8"]), allowsNone: true,
      help: "The type of the encoder's attention.", effect: "smaller encoder activations"),
    FlagDescriptor(
      "--mm-processor-kwargs", [], .json(\.multimodal.mmProcessorKwargs), allowsNone: true,
      help: "Settings of the input processor.", effect: "pixels and frames decide the tokens of an item"),
    FlagDescriptor(
      "--media-io-kwargs", [], .json(\.multimodal.mediaIOKwargs),
      help: "Settings of reading media.", effect: "frames decide the tokens of a video"),
    FlagDescriptor(
      "--video-pruning-rate", [], .number(\.multimodal.videoPruningRate), allowsNone: true,
      help: "The fraction of a video's tokens that is dropped.", effect: "fewer tokens in the language model"),
    FlagDescriptor(
      "--mm-ipc-gpu-memory-gb", [], .number(\.multimodal.mmIPCGPUMemoryGB),
      help: "GiB of GPU memory for tensors handed between processes.", effect: "taken off the KV cache"),
    FlagDescriptor(
      "--enable-mm-embeds", [], .pair(\.multimodal.enableMMEmbeds),
      help: "Accept embeddings as multimodal input.", effect: "encoder cache without an encoder"),
  ]
}

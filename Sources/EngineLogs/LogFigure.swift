/// A figure that a start of vLLM prints.
package enum LogFigure: String, Hashable, Sendable, CaseIterable {
  /// GiB of a rank, as all that follow but the last six.
  case weights, available, graphs, activation, free, total, requested, consumed
  case nonTorch = "non_torch"
  case estimatedGraphs = "estimated_graphs"
  case cacheInUse = "kv_cache_in_use"
  case utilization
  case tokens = "kv_tokens"
  case concurrency = "max_concurrency"
  case concurrencyLength = "max_concurrency_length"
  case blocks

  /// Of ranks that print different figures, the one that bounds the deployment is the least.
  package var boundsByLeast: Bool {
    switch self {
    case .available, .tokens, .concurrency, .free, .total, .requested, .blocks, .cacheInUse: true
    default: false
    }
  }

  package var isSize: Bool {
    switch self {
    case .utilization, .tokens, .concurrency, .concurrencyLength, .blocks: false
    default: true
    }
  }
}

/// The wordings of the lines that tell how a start goes, over the releases from 0.6 on.
enum InfoLine {
  /// - 0.4.3 to 0.9.2 `Loading model weights took`, then `Model loading took`, in GB that are GiB before 0.8.5.
  /// - 0.9.2 on `Available KV cache memory`; V0 `reserved for KV Cache is`.
  /// - 0.30.0 on tokens and concurrency stand on one line; before, on two.
  static let figures: [String] = [
    "Model loading took {weights} G", "Loading model weights took {weights} G",
    "Available KV cache memory: {available} GiB", "reserved for KV Cache is {available}GiB",
    "model weights take {weights}GiB", "non_torch_memory takes {non_torch}GiB",
    "activation peak memory takes {activation}GiB",
    "KV cache size: {kv_tokens} tokens",
    "Maximum concurrency for {max_concurrency_length} tokens per request: {max_concurrency}x",
    "Graph capturing finished in {_} secs, took {graphs} GiB",
    "Estimated CUDA graph memory: {estimated_graphs} GiB",
    "Free memory on device {~}({free}/{total} GiB) on startup",
    "Desired GPU memory utilization is ({utilization}, {requested} GiB)",
    "Initial free memory: {free} GiB; Requested memory: {utilization} (util), {requested} GiB",
    "total_gpu_memory ({total}GiB) x gpu_memory_utilization ({utilization})",
    "desired GPU memory utilization ({utilization}, {requested} GiB)",
    "GPU blocks: {blocks},", "cuda blocks: {blocks},", "CUDA blocks: {blocks},",
    "has a total capacity of {total} GiB", "has a total capacty of {total} GiB",
    "Actual usage is {weights} GiB for weight,", "Actual usage is {consumed} GiB for consumed memory",
    " {activation} GiB for peak activation", " {non_torch} GiB for non-torch memory",
    "Current kv cache memory in use is {kv_cache_in_use} GiB",
    "Current kv cache memory in use is {kv_cache_in_use_bytes} bytes",
    "and {graphs} GiB for CUDAGraph memory",
    "CUDA graph pool memory: {graphs} GiB (actual), {estimated_graphs} GiB (estimated)",
    "total_gpu_memory={total}GiB", "non_torch_memory={non_torch}GiB",
    "kv_cache_size={available}GiB gpu_memory_utilization={utilization}",
  ]

  /// Lines that tell how far it has come.
  static let states: [(text: String, state: StartState)] = [
    ("Starting to load model", .loading), ("Model loading took", .loaded), ("Loading model weights took", .loaded),
    ("Available KV cache memory", .budgeted), ("reserved for KV Cache is", .budgeted),
    ("KV cache size:", .budgeted), ("Graph capturing finished", .captured),
    ("init engine (profile, create kv cache, warmup model) took", .ready),
    ("Application startup complete", .serving), ("KV cache usage:", .serving),
  ]

  /// The release, as banner and engine print it; since 0.15 the banner is a picture.
  static let releases = [
    "vLLM API server version {release:word}", "▀▄▀ █ version {release:word}",
    "LLM engine (v{release:word}) with config",
  ]

  /// The name of the GPU: in the files of tuned kernels, in refusals, in what `nvidia-smi` and `collect_env` print.
  static let devices = [
    "device_name={gpu:text}.json", "at least 8.0. Your {gpu:text} GPU has", "at least 8.0. Your {gpu:text} GPU does",
    "ackend on {gpu:text} (compute capability", "NVIDIA {gpu:text} On | 0000", "NVIDIA {gpu:text} Off | 0000",
    "GPU {_}: NVIDIA {gpu:text}{$}", "GPU {_}: NVIDIA {gpu:text} (UUID", "GPU {_}: AMD Instinct {gpu:text}{$}",
  ]

  /// A line that starts a server.
  static let commands = ["vllm serve ", "vllm.entrypoints.openai.api_server ", "vllm/vllm-openai"]

  /// What other engines write of themselves.
  static let engines = [
    ("sglang.launch_server", "SGLang"), ("mem_fraction_static=", "SGLang"), ("=ServerArgs(", "SGLang"),
    ("text_generation_launcher", "TGI"), ("text_generation_router", "TGI"), ("text-generation-launcher", "TGI"),
    ("[TensorRT-LLM]", "TensorRT-LLM"), ("[TRT-LLM]", "TensorRT-LLM"), ("trtllm-serve", "TensorRT-LLM"),
    ("=routes.go:", "Ollama"), ("ollama runner", "Ollama"), ("OLLAMA_HOST:", "Ollama"),
    ("llama_model_loader:", "llama.cpp"), ("llama_model_load", "llama.cpp"), ("llama_context:", "llama.cpp"),
    ("llama_params_fit", "llama.cpp"), ("[TM][INFO]", "LMDeploy"), ("lmdeploy serve", "LMDeploy"),
  ]

  /// What arguments follow.
  static let arguments = ["non-default args: {", "args: Namespace(", "with config: model="]

  /// A server begins: what was before belongs to an earlier start.
  static let banners = ["vLLM API server version", "▀▄▀ █ version"]
  /// The last line of an error of whatever kind.
  static let error = "Error:"
  static let traceback = "Traceback (most recent call last)"
}

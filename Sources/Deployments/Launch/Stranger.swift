/// Other servers, which are named for what they are.
enum Stranger {
  /// The error of a program, module or image that starts another server; nil for an unknown one.
  static func error(_ name: String) -> LineError? {
    guard let known = servers.first(where: { name == $0.name || name.hasPrefix($0.name + ".") }) else { return nil }
    return LineError(
      "not-vllm",
      "'\(name)' starts \(known.server), which is not modelled; plimsoll plans vLLM: give a 'vllm serve' line")
  }

  /// The same for the name of an image.
  static func error(image: String) -> LineError? {
    guard let known = images.first(where: { image.hasPrefix($0.name) || image.hasSuffix("/" + $0.name) }) else {
      return nil
    }
    return LineError(
      "not-vllm",
      "the image '\(image)' runs \(known.server), which is not modelled; plimsoll plans vLLM: give a 'vllm serve' line")
  }

  private static let servers: [(name: String, server: String)] = [
    ("trtllm-serve", "TensorRT-LLM"), ("trtllm-llmapi-launch", "TensorRT-LLM"), ("tensorrt_llm", "TensorRT-LLM"),
    ("tritonserver", "Triton"), ("sglang", "SGLang"), ("sglang_router", "SGLang"),
    ("text-generation-launcher", "Text Generation Inference"), ("text-embeddings-router", "Text Embeddings Inference"),
    ("ollama", "Ollama"), ("llama-server", "llama.cpp"), ("llama-cli", "llama.cpp"), ("llama_cpp", "llama.cpp"),
    ("koboldcpp", "llama.cpp"), ("lmdeploy", "LMDeploy"), ("mlc_llm", "MLC LLM"), ("mlc", "MLC LLM"),
    ("mlx_lm", "MLX"), ("aphrodite", "Aphrodite"), ("tabbyapi", "TabbyAPI"), ("exllamav2", "ExLlamaV2"),
    ("deepspeed", "DeepSpeed"), ("mii", "DeepSpeed-MII"), ("ray", "Ray Serve"), ("serve", "Ray Serve"),
    ("dynamo", "Dynamo"), ("xinference", "Xinference"), ("lms", "LM Studio"), ("ktransformers", "KTransformers"),
    ("transformers", "Transformers' own server"),
  ]

  private static let images: [(name: String, server: String)] = [
    ("ghcr.io/huggingface/text-generation-inference", "Text Generation Inference"),
    ("ghcr.io/huggingface/text-embeddings-inference", "Text Embeddings Inference"), ("lmsysorg/sglang", "SGLang"),
    ("ollama/ollama", "Ollama"), ("nvcr.io/nvidia/tensorrt-llm", "TensorRT-LLM"),
    ("nvcr.io/nvidia/tritonserver", "Triton"), ("nvcr.io/nim/", "NIM, which chooses the flags by itself"),
    ("ghcr.io/ggml-org/llama.cpp", "llama.cpp"), ("ghcr.io/ggerganov/llama.cpp", "llama.cpp"),
    ("openmmlab/lmdeploy", "LMDeploy"), ("alpindale/aphrodite-openai", "Aphrodite"),
  ]
}

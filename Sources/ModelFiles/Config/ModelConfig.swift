package import Plimsoll

/// A config.json as vLLM sees it: the language model's part, with the config class's defaults filled in.
package struct ModelConfig: Sendable {
  /// The whole file.
  package let top: ConfigObject
  /// The file, or what of it hears and thinks where another part speaks (`thinker_config`).
  package let whole: ConfigObject
  /// The language model's part: `text_config` where there is one, else the whole; absent keys have their defaults.
  package let text: ConfigObject
  /// The class of vLLM's registry: what the file names, or what that is the pooling form of.
  package let architecture: String
  /// The class that the file names.
  package let statedArchitecture: String
  package let modelType: String
  /// The type that vLLM loads into under `--dtype auto` on a GPU that has it.
  package let dtype: DType

  /// The checkpoint's hf_quant_config.json, where it has one.
  let hfQuantConfig: ConfigObject?
  /// `--quantization`, which quantizes a checkpoint at load that is not.
  let quantizedAtLoad: String?
  /// The checkpoint that one might make of this one.
  var whatIf: WhatIfQuantization?
  /// Under which name the layers lie, where that is not the class's usual one (layers that draft).
  var layerPrefix: String?

  /// - Throws: ``ModelConfigError`` naming the key that is missing or of a wrong type.
  package init(
    _ json: JSON, quantization: JSON? = nil, quantizedAtLoad: String? = nil
  ) throws(ModelConfigError) {
    self.quantizedAtLoad = quantizedAtLoad
    do throws(ConfigError) {
      if let quantization { hfQuantConfig = try ConfigObject(quantization) } else { hfQuantConfig = nil }
      let top = try ConfigObject(json)
      let whole = try top.optionalObject("thinker_config") ?? top
      let outerType = try top.string("model_type", default: "")
      let stated = try top.optionalStrings("architectures")?.first ?? Self.architecture(ofType: outerType)
      guard let name = stated else {
        throw ConfigError(keyPath: "architectures", found: .nothing, wanted: .rule("the name of a model class"))
      }
      var nested: ConfigObject?
      for key in Self.textKeys where nested == nil { nested = try whole.optionalObject(key) }
      let part = nested ?? top
      let modelType = try part.string("model_type", default: outerType)
      var members = part.members
      for (key, value) in ConfigDefaults.values(for: modelType) where members[key] == nil { members[key] = value }
      // This class takes its language model's keys out of the file, but not this one, which then ties.
      if outerType == "paddleocr_vl", nested == nil { members["tie_word_embeddings"] = true }
      if nested != nil, let tied = Self.tied(top, outerType, inner: members["tie_word_embeddings"]) {
        members["tie_word_embeddings"] = tied
      }
      self.top = top
      statedArchitecture = name
      architecture = MiMoV2Family.served(Pooling.form(of: name)?.base ?? name, outerType, top)
      self.modelType = modelType
      text = ConfigObject(members, path: part.path)
      self.whole = whole
      let inner = try Self.dtype(of: part)
      let outer = try Self.dtype(of: top)
      let middle = try Self.dtype(of: whole)
      let type = inner ?? outer ?? middle ?? .float32
      // vLLM serves float32 checkpoints in a half precision (`_resolve_auto_dtype`).
      let isHalf = Pooling.isDefault(for: name) && !Self.needsBFloat16.contains(outerType)
      dtype = type == .float32 ? isHalf ? .float16 : .bfloat16 : type
    } catch {
      throw .value(error)
    }
  }

  /// The same config with other keys for the language model, as where a class has names of its own.
  init(_ config: ModelConfig, text: ConfigObject) {
    top = config.top
    whole = config.whole
    self.text = text
    architecture = config.architecture
    statedArchitecture = config.statedArchitecture
    modelType = config.modelType
    dtype = config.dtype
    hfQuantConfig = config.hfQuantConfig
    quantizedAtLoad = config.quantizedAtLoad
    whatIf = config.whatIf
  }

  /// A model class for images or audio holds the language model, under the name `language_model`.
  var isInsideMultimodal: Bool { Multimodal.holds(architecture) }

  /// The class of a file that names none, which its config class fills in (vLLM `transformers_utils/configs`).
  private static func architecture(ofType modelType: String) -> String? {
    switch modelType {
    case "deepseek_vl_v2": "DeepseekVLV2ForCausalLM"
    default: nil
    }
  }

  /// The whole model's type does not run in float16.
  var excludesFloat16: Bool {
    let type = try? top.optionalString("model_type")
    return Self.needsBFloat16.contains(type ?? modelType)
  }

  /// Whether embedding and lm_head are tied where a class holds the language model: the whole model's config says so,
  /// over what the language model's part has (vLLM `config/vllm.py with_hf_config`); nil where it has no say.
  private static func tied(_ top: ConfigObject, _ modelType: String, inner: JSON?) -> JSON? {
    // Classes of transformers that tie unless told otherwise, and those that take over what an older file's part says.
    let ties = [
      "internvl", "mistral3", "gemma3", "aya_vision", "qwen3_vl_moe", "paligemma", "cohere2_vision", "lighton_ocr",
      "granite_speech", "lfm2_vl", "kimi_k25",
    ]
    let takesOver = [
      "llava", "glm4v", "qwen2_vl", "qwen2_5_vl", "glm4v_moe", "glm_ocr", "llava_onevision", "llava_next_video",
      "paddleocr_vl", "lfm2_vl",
    ]
    // Classes that know nothing of it.
    let keepsInner = [
      "deepseek_vl_v2", "h2ovl_chat", "internvl_chat", "isaac", "kimi_vl", "minicpmv", "minicpmo", "NVLM_D", "ovis",
      "qwen2_5_omni", "qwen3_asr", "qwen3_omni_moe", "skywork_chat", "step3p7", "ultravox",
    ]
    if takesOver.contains(modelType), inner == true { return true }
    if let stated = top.members["tie_word_embeddings"] { return stated }
    if keepsInner.contains(modelType) { return nil }
    return .bool(ties.contains(modelType))
  }

  /// Model types that do not run in float16 (`_FLOAT16_NOT_SUPPORTED_MODELS`).
  static let needsBFloat16 = ["gemma2", "gemma3", "gemma3_text", "glm4"]

  /// Where multimodal configs keep the language model's part.
  private static let textKeys = ["text_config", "llm_config", "language_config"]

  private static func dtype(of object: ConfigObject) throws(ConfigError) -> DType? {
    guard let key = object.firstKey(of: ["dtype", "torch_dtype"]) else { return nil }
    let name = try object.string(key)
    switch name.hasPrefix("torch.") ? String(name.dropFirst(6)) : name {
    case "bfloat16": return .bfloat16
    case "float16", "half": return .float16
    case "float32", "float", "auto": return .float32
    default: throw object.error(key, wanted: .rule("bfloat16, float16 or float32"))
    }
  }
}

/// Everything about a model that its memory depends on: what a config.json says, as vLLM's model class reads it.
public struct ModelShape: Hashable, Sendable {
  /// The class named in the config's `architectures`.
  public var architecture: String
  /// The class of vLLM that serves it, where that is another.
  public var servedAs: String
  /// The type that vLLM computes and caches in under `--dtype auto`.
  public var dtype: DType
  /// Rows of the embedding, unpadded.
  public var vocabSize: Int
  /// Elements of a token's hidden state.
  public var hiddenSize: Int
  /// The heads that vLLM's parallel checks count.
  public var numAttentionHeads: Int
  /// The key and value heads that vLLM's parallel checks count.
  public var numKVHeads: Int
  /// Decoder layers, in order, equal neighbours folded.
  public var layers: [LayerGroup]
  /// What lies outside the layers: embedding, final norm, lm_head, rotary tables, encoders.
  public var outer: [PlacedModule]
  /// How long the model says a request may be.
  public var context: ContextLength
  /// The method that the checkpoint declares.
  public var quantization: QuantizationMethod
  /// What `--kv-cache-dtype auto` means for this checkpoint, where it declares a type of its own.
  public var declaredKVCacheDType: KVCacheDType?
  /// What steers backends, defaults and checks.
  public var traits: Traits

  public init(
    architecture: String, servedAs: String, dtype: DType, vocabSize: Int, hiddenSize: Int, numAttentionHeads: Int,
    numKVHeads: Int, layers: [LayerGroup], outer: [PlacedModule], context: ContextLength,
    quantization: QuantizationMethod = .none, traits: Traits = Traits()
  ) {
    self.architecture = architecture
    self.servedAs = servedAs
    self.dtype = dtype
    self.vocabSize = vocabSize
    self.hiddenSize = hiddenSize
    self.numAttentionHeads = numAttentionHeads
    self.numKVHeads = numKVHeads
    self.layers = layers
    self.outer = outer
    self.context = context
    self.quantization = quantization
    self.traits = traits
  }

  /// How many decoder layers there are.
  public var numLayers: Int { layers.reduce(0) { $0 + $1.count } }

  /// Properties of the model class that steer backends, defaults and checks.
  public struct Traits: Hashable, Sendable {
    /// Attention has learned sinks (gpt-oss).
    public var hasSinks = false
    /// Image tokens attend to each other in both directions (Gemma 3): vLLM's `use_mm_prefix`.
    public var bidirectionalImages = false
    /// What the encoder before the language model takes, by vLLM's names: `image`, `video`, `audio`, …; empty without one.
    public var modalities: [String] = []
    /// An encoder for images, audio or video stands before the language model.
    public var isMultimodal: Bool { !modalities.isEmpty }
    /// The weights of that encoder are not modelled, so the weight account is a lower bound.
    public var encoderNotModelled = false
    /// The class builds that encoder on every pipeline stage, and also where no images are served
    /// (vLLM marks no tower: `models/interfaces.py _mark_tower_model`).
    public var encoderIsAlwaysBuilt = false
    /// Levels of image features that reach the decoder's first layers, each with a buffer of a step's tokens
    /// (vLLM `models/qwen3_vl.py Qwen3VLForConditionalGeneration`).
    public var deepstackLevels = 0
    /// Elements for each token of a step that the class keeps in a buffer of its own (Gemma 4's per-layer inputs).
    public var tokenBufferWidth = 0
    /// Heads of layers differ in size and the class wants one kernel for all: FlashAttention 4 where the GPU has it,
    /// else Triton (vLLM `models/config.py Gemma4Config`).
    public var wantsOneKernelForAllHeads = false
    /// The model class reads every cache with this backend, whatever flags say.
    public var fixedBackend: AttentionBackend?
    /// The only backend that takes what the model class hands to its attention; any other fails when it is built.
    public var onlyBackend: AttentionBackend?
    /// Attention looks both ways and nothing is cached (`is_causal: false`).
    public var isEncoderOnly = false
    /// An encoder's output is attended to and cached by every decoder layer (`is_encoder_decoder`).
    public var isEncoderDecoder = false
    /// Tokens of the largest item that the encoder takes, where the class states it (Whisper: `max_source_positions`).
    public var largestItemTokens: Int?
    /// The largest image that the encoder takes, where the bounds of its processor are known.
    public var largestImage: LargestImage?
    /// Tokens of the largest video before the text between its frames, where its class has such text.
    public var largestVideoTokens: Int?
    /// The model class knows `--mm-encoder-tp-mode data`: its encoder may be whole on every TP rank
    /// (vLLM `supports_encoder_tp_data`); others are cut whatever the flag says.
    public var encoderMayBeWhole = false
    /// The encoder is whole on every TP rank where TP does not divide its heads (vLLM `is_vit_use_data_parallel`).
    public var encoderIsWholeIfUneven = false
    /// What the model class lets LoRA adapters change.
    public var lora = LoRASupport.notModelled
    /// Entries of ``ModelShape/layers`` that make one of the model class's layers, which stages do not part.
    public var halvesPerLayer = 1
    /// The model class shares tokens out over TP ranks in its experts where the deployment has them do so.
    public var sharesTokensAmongExperts = false
    /// Served for pooling unless `--runner` says otherwise (vLLM `config/model.py _get_default_runner_type`).
    public var isPooling = false
    /// Pooling needs the whole prompt in one step (CLS, MEAN and STEP).
    public var poolsWholePrompt = false
    /// The model class can be cut into pipeline stages (vLLM `models/interfaces.py SupportsPP`).
    public var supportsPipelineParallel = true
    /// What `--kv-cache-dtype auto` means to the model class on compute capability 10.x (GLM-5).
    public var kvCacheDTypeOnSM10x: KVCacheDType?
    /// The model's type does not run in float16 (vLLM `config/model.py _FLOAT16_NOT_SUPPORTED_MODELS`).
    public var excludesFloat16 = false
    /// What the checkpoint leaves unquantized by a name that no module has.
    public var unmatchedIgnores: [UnmatchedIgnore] = []
    /// The checkpoint states a quantization whose method vLLM does not find: the model is built unquantized.
    public var overlooksQuantization = false
    /// The model class sets a larger capture size itself (gpt-oss: 1024).
    public var cudagraphCaptureSize: Int?

    public init() {}
  }
}

/// An entry of a checkpoint's list of unquantized modules that names none of the model's.
public struct UnmatchedIgnore: Hashable, Sendable {
  /// The entry as the checkpoint has it.
  public var name: String
  /// The module whose name is nearest.
  public var nearest: String?

  public init(name: String, nearest: String?) {
    self.name = name
    self.nearest = nearest
  }
}

/// A module outside the layers, and the pipeline stages that build it.
public struct PlacedModule: Hashable, Sendable {
  /// The module that is placed.
  public var module: Module
  /// The pipeline stages that build it.
  public var placement: Placement
  /// Shares its storage with the embedding, so that it costs nothing on a stage that holds the embedding too.
  public var tiedToEmbedding: Bool

  public init(_ module: Module, on placement: Placement, tiedToEmbedding: Bool = false) {
    self.module = module
    self.placement = placement
    self.tiedToEmbedding = tiedToEmbedding
  }

  /// Where a module class builds a module; it differs between vLLM's model classes (memory model, section k).
  public enum Placement: Hashable, Sendable {
    case everyStage, firstStage, lastStage, firstAndLastStage
    /// The stages that have one of these layers.
    case stagesOf(layers: [Int])
  }
}

/// The checkpoint's quantization method, by the name that vLLM uses for it.
public enum QuantizationMethod: String, Hashable, Sendable {
  case none
  case fp8, mxfp4, awq, gptq
  /// NVIDIA's, with 8-bit floats.
  case modelopt
  /// The same with 4-bit floats.
  case modeloptFP4 = "modelopt_fp4"
  /// The same with 8-bit floats that share an exponent among 32; also of checkpoints that say `mxfp8`.
  case modeloptMXFP8 = "modelopt_mxfp8"
  /// The same with an algorithm for each module.
  case modeloptMixed = "modelopt_mixed"
  case compressedTensors = "compressed-tensors"
  case fbgemmFP8 = "fbgemm_fp8"
  /// In 4 bits; of a checkpoint, or as vLLM loads.
  case bitsandbytes
  /// None in the checkpoint: vLLM quantizes as it loads.
  case online

  /// One of NVIDIA's.
  public var isModelOpt: Bool {
    switch self {
    case .modelopt, .modeloptFP4, .modeloptMXFP8, .modeloptMixed: true
    case .none, .fp8, .mxfp4, .awq, .gptq, .compressedTensors, .fbgemmFP8, .bitsandbytes, .online: false
    }
  }
}

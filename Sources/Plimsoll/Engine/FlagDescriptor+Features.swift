extension ServeFlags {
  static let featureDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--speculative-config", ["-sc"], .json { field(&$0.speculative.config, $1) }, modelled: true, allowsNone: true,
      help: "Speculative decoding: method, draft model, draft tokens.",
      effect: "draft weights and KV layers; one more row a draft token"),
    FlagDescriptor(
      "--spec-method", [], .text { field(&$0.speculative.specMethod, $1) }, modelled: true, allowsNone: true,
      help: "The method of speculative decoding.", effect: "as --speculative-config"),
    FlagDescriptor(
      "--spec-model", [], .text { field(&$0.speculative.specModel, $1) }, modelled: true, allowsNone: true,
      help: "The draft model.", effect: "as --speculative-config"),
    FlagDescriptor(
      "--spec-tokens", [], .integer { field(&$0.speculative.specTokens, $1) }, modelled: true,
      help: "How many tokens are drafted a step.", effect: "as --speculative-config"),
    FlagDescriptor(
      "--enable-lora", [], .pair { field(&$0.lora.enableLoRA, $1) }, modelled: true,
      help: "Serve LoRA adapters.", effect: "slots for every target layer"),
    FlagDescriptor(
      "--max-loras", [], .integer { field(&$0.lora.maxLoRAs, $1) }, modelled: true,
      help: "How many adapters a batch may use.", effect: "slots on the GPU"),
    FlagDescriptor(
      "--max-lora-rank", [],
      .integerChoice({ field(&$0.lora.maxLoRARank, $1) }, [1, 8, 16, 32, 64, 128, 256, 320, 512]),
      modelled: true,
      help: "The largest rank of an adapter.", effect: "the rank of every slot"),
    FlagDescriptor(
      "--max-cpu-loras", [], .integer { field(&$0.lora.maxCPULoRAs, $1) }, modelled: true, allowsNone: true,
      help: "How many adapters are kept in host memory.", effect: "host memory only"),
    FlagDescriptor(
      "--lora-dtype", [], .textChoice({ field(&$0.lora.loraDType, $1) }, ["auto", "float16", "bfloat16"]),
      modelled: true,
      help: "The type of adapters.", effect: "sets the bytes of a slot's elements"),
    FlagDescriptor(
      "--fully-sharded-loras", [], .pair { field(&$0.lora.fullyShardedLoRAs, $1) }, modelled: true,
      help: "Shard both halves of each adapter.", effect: "divides the other half of each slot too"),
    FlagDescriptor(
      "--lora-target-modules", [], .texts { field(&$0.lora.loraTargetModules, $1) }, modelled: true, allowsNone: true,
      help: "Which layers adapters may change.", effect: "fewer layers, fewer slots"),
    FlagDescriptor(
      "--specialize-active-lora", [], .pair { field(&$0.lora.specializeActiveLoRA, $1) }, modelled: true,
      help: "Capture graphs by the number of active adapters.", effect: "more CUDA graphs"),
    FlagDescriptor(
      "--enable-moe-shared-loras", [], .pair { field(&$0.lora.enableMoESharedLoRAs, $1) }, modelled: true,
      help: "Share the outer factors of expert adapters.", effect: "one factor instead of one an expert"),
    FlagDescriptor(
      "--enable-mixed-moe-lora-format", [], .pair { field(&$0.lora.enableMixedMoELoRAFormat, $1) }, modelled: true,
      help: "Serve expert adapters of both formats.", effect: "the larger layout for every expert"),
    FlagDescriptor(
      "--enable-tower-connector-lora", [], .pair { field(&$0.lora.enableTowerConnectorLoRA, $1) }, modelled: true,
      help: "Adapters for the encoder and its connector.", effect: "slots for their layers"),
    FlagDescriptor(
      "--max-lora-cls-labels", [], .integer { field(&$0.lora.maxLoRAClsLabels, $1) }, allowsNone: true,
      help: "The most labels of an adapter's classification head.", effect: "the size of the head's slot"),
  ]

  static let outputDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--enable-prompt-embeds", [], .pair { field(&$0.enablePromptEmbeds, $1) },
      help: "Accept embeddings as prompts.", effect: "a buffer of one step's hidden states"),
    FlagDescriptor(
      "--max-logprobs", [], .integer { field(&$0.maxLogprobs, $1) },
      help: "The most log probabilities a request may ask for; -1 is the vocabulary.",
      effect: "float temporaries of a row a sequence when asked for"),
    FlagDescriptor(
      "--logprobs-mode", [],
      .textChoice(
        { field(&$0.logprobsMode, $1) }, ["raw_logits", "raw_logprobs", "processed_logits", "processed_logprobs"]),
      help: "Which log probabilities are returned.", effect: "the processed ones skip a pass of the profile"),
    FlagDescriptor(
      "--logits-processors", [], .texts { field(&$0.logitsProcessors, $1) }, allowsNone: true,
      help: "Classes that change the logits.", effect: "whatever state they keep"),
    FlagDescriptor(
      "--enable-return-routed-experts", [], .pair { field(&$0.enableReturnRoutedExperts, $1) },
      help: "Return which experts each token took.", effect: "an output buffer"),
    FlagDescriptor(
      "--return-sampling-mask", [], .pair { field(&$0.returnSamplingMask, $1) },
      help: "Return which tokens could be sampled.", effect: "an output buffer"),
    FlagDescriptor(
      "--structured-outputs-config", [], .json { field(&$0.structuredOutputsConfig, $1) },
      help: "Settings of constrained output.", effect: "a bit mask of the vocabulary a sequence"),
  ]
}

import Plimsoll
import Testing

@Suite struct FlagReadingTests {
  /// `human_readable_int`, utils/argparse_utils.py: its own examples, and plain Python numbers.
  @Test(arguments: [
    ("4096", 4_096), ("1k", 1_000), ("1K", 1_024), ("25.6k", 25_600), ("32K", 32_768), ("2M", 2_097_152),
    (" 1_000 ", 1_000), ("+5", 5), ("1.5m", 1_500_000), ("-3", -3),
  ])
  func `whole numbers with suffixes`(text: String, value: Int) throws {
    var flags = ServeFlags()
    try flags.apply(name: "--max-num-batched-tokens", value: text)
    #expect(flags.maxNumBatchedTokens == value)
  }

  @Test(arguments: ["25.6K", "1kk", "k", "", "1.k", "4096.0", "1__0", "0x10", "99999999999999999999", "9e3", "1.2.3k"])
  func `what is no whole number is an error that names flag and value`(text: String) {
    var flags = ServeFlags()
    let error = #expect(throws: FlagError.self) { try flags.apply(name: "--max-num-batched-tokens", value: text) }
    #expect(error?.message.contains("--max-num-batched-tokens") == true)
    #expect(error?.message.contains("'\(text)'") == true)
    #expect(flags == ServeFlags())
  }

  @Test func `a decimal before a binary suffix is told what vLLM would take`() {
    var flags = ServeFlags()
    #expect(throws: FlagError.decimalWithBinarySuffix(flag: "--max-model-len", value: "25.6K", suggestion: "25.6k")) {
      try flags.apply(name: "--max-model-len", value: "25.6K")
    }
  }

  /// `--max-num-seqs` is a plain `int` in vLLM: no suffix.
  @Test func `a plain number takes no suffix`() {
    var flags = ServeFlags()
    let tooLarge = FlagError.tooLarge(flag: "--max-num-seqs", value: "2147483648", largest: "2147483647")
    #expect(throws: tooLarge) { try ServeFlags(line: "--max-num-seqs 2147483648") }
    #expect(throws: FlagError.notAnInteger(flag: "--max-num-seqs", value: "1k")) {
      try flags.apply(name: "--max-num-seqs", value: "1k")
    }
  }

  @Test(arguments: [
    ("auto", MaxModelLen.auto), ("AUTO", .auto), ("-1", .auto), ("32k", .tokens(32_000)), ("-2", .tokens(-2)),
  ])
  func `lengths`(text: String, value: MaxModelLen) throws {
    var flags = ServeFlags()
    try flags.apply(name: "--max-model-len", value: text)
    #expect(flags.maxModelLen == value)
  }

  /// vLLM's own suffixes first, where G is 2^30; units beside them mean what they say.
  @Test(arguments: [
    ("1073741824", 1_073_741_824), ("10G", 10_737_418_240), ("10g", 10_000_000_000), ("1.5g", 1_500_000_000),
    ("10GiB", 10_737_418_240), ("10GB", 10_000_000_000), ("10 Gi", 10_737_418_240), ("1.5GiB", 1_610_612_736),
    ("0.1KiB", 102), ("512MiB", 536_870_912), ("8b", 8),
  ])
  func `sizes`(text: String, bytes: Int) throws {
    var flags = ServeFlags()
    try flags.apply(name: "--kv-cache-memory-bytes", value: text)
    #expect(flags.kvCacheMemoryBytes == Bytes(bytes))
  }

  @Test(arguments: ["10XB", "GiB", "1.5G", "-1GiB", "99999999TiB", "1,5GiB"])
  func `what is no size is an error`(text: String) {
    var flags = ServeFlags()
    #expect(throws: FlagError.self) { try flags.apply(name: "--kv-cache-memory-bytes", value: text) }
  }

  @Test(arguments: [
    "-tp 4", "--tensor_parallel_size 4", "--tensor-parallel-size 4",
  ])
  func `names are short, dashed or underscored`(line: String) throws {
    #expect(try ServeFlags(line: line).tensorParallelSize == 4)
  }

  /// `FlexibleArgumentParser.parse_args`: `=` parts name and value, and `-O` takes its level without a blank.
  @Test(arguments: [
    ("--max-model-len=32k", "--max-model-len", "32k"), ("-O3", "-O", "3"), ("-O=2", "-O", "2"), ("-O", "-O", nil),
    ("--hf-overrides.a=b=c", "--hf-overrides.a", "b=c"), ("-tp", "-tp", nil),
    ("--enforce-eager", "--enforce-eager", nil),
  ])
  func `a word holds a name and perhaps its value`(word: String, name: String, value: String?) {
    let (foundName, foundValue) = ServeFlags.split(word)
    #expect(foundName == name)
    #expect(foundValue == value)
  }

  @Test(arguments: [
    ("--enable-prefix-caching", true), ("--no-enable-prefix-caching", false), ("--disable-prefix-caching", false),
    ("--no_enable_prefix_caching", false),
  ])
  func `switches come in pairs`(name: String, value: Bool) throws {
    #expect(try ServeFlags(line: name).enablePrefixCaching == value)
  }

  /// `EnableDisableAction` gives the disabling flag an enabling one.
  @Test func `enabling the hybrid manager is not disabling it`() throws {
    #expect(try ServeFlags(line: "--enable-hybrid-kv-cache-manager").disableHybridKVCacheManager == false)
    #expect(try ServeFlags(line: "--disable-hybrid-kv-cache-manager").disableHybridKVCacheManager == true)
  }

  @Test func `JSON and dotted JSON are the same`() throws {
    var whole = ServeFlags()
    try whole.apply(name: "--hf-overrides", value: #"{"rope_scaling": {"factor": 4.0, "rope_type": "yarn"}, "n": 8k}"#)
    var dotted = ServeFlags()
    try dotted.apply(name: "--hf_overrides.rope_scaling.factor", value: "4.0")
    try dotted.apply(name: "--hf-overrides.rope_scaling.rope_type", value: "yarn")
    try dotted.apply(name: "--hf-overrides.n", value: "8k")
    #expect(whole == dotted)
    #expect(
      whole.hfOverrides == [
        JSONSetting(path: ["rope_scaling", "factor"], text: "4.0"),
        JSONSetting(path: ["rope_scaling", "rope_type"], text: #""yarn""#),
        JSONSetting(path: ["n"], text: "8000"),
      ])
  }

  @Test func `a plus appends to a list`() throws {
    var flags = ServeFlags()
    try flags.apply(name: "-cc.custom_ops+", value: "a,b")
    try flags.apply(name: "-cc.custom_ops+", value: "c")
    #expect(flags.compilationConfig == [JSONSetting(path: ["custom_ops"], text: #"["a", "b", "c"]"#)])
  }

  @Test func `compilation settings are read through`() throws {
    var flags = ServeFlags()
    try flags.apply(
      name: "-cc", value: #"{"cudagraph_mode": "piecewise", "cudagraph_capture_sizes": [1, 2], "mode": 3}"#)
    #expect(flags.cudagraphMode == .piecewise)
    #expect(flags.givenCaptureSizes == [1, 2])
    #expect(flags.compilationMode == .vllmCompile)
  }

  @Test(arguments: [#"{"a": }"#, #"{"a": 1"#, #"{"a": 1} x"#, #"{a: 1}"#, #"{"a": 01x}"#, "[1]", "7"])
  func `broken JSON is an error`(text: String) {
    var flags = ServeFlags()
    #expect(throws: FlagError.self) { try flags.apply(name: "--hf-overrides", value: text) }
  }

  @Test func `deep JSON does not end the program`() {
    var flags = ServeFlags()
    let deep = String(repeating: #"{"a":"#, count: 100_000)
    #expect(throws: FlagError.self) { try flags.apply(name: "--hf-overrides", value: deep) }
  }

  @Test(arguments: [
    (#"{"image": 4, "video": 0}"#, ["image": 4, "video": 0]),
    (#"{"video": {"count": 1, "num_frames": 32}, "image": {"width": 512}}"#, ["video": 1, "image": 999]),
  ])
  func `limits are counts, or options with a count`(text: String, limits: [String: Int]) throws {
    var flags = ServeFlags()
    try flags.apply(name: "--limit-mm-per-prompt", value: text)
    #expect(flags.limitMMPerPrompt == limits)
  }

  @Test func `a mistyped choice is told the nearest`() {
    var flags = ServeFlags()
    let error = #expect(throws: FlagError.self) { try flags.apply(name: "--kv-cache-dtype", value: "fp8_e4m4") }
    #expect(error?.message.contains("did you mean 'fp8_e4m3'?") == true)
  }

  @Test(arguments: [
    ("--max-model-length", "--max-model-len"), ("--gpu-memory-utilisation", "--gpu-memory-utilization"),
    ("--tensor-paralel-size", "--tensor-parallel-size"), ("--enforce-eagre", "--enforce-eager"),
  ])
  func `a mistyped name is told the nearest`(name: String, nearest: String) {
    #expect(ServeFlags.match(name) == nil)
    #expect(ServeFlags.suggestions(for: name).first == nearest)
  }

  @Test(arguments: [
    ("--port", FlagArity.one), ("--trust-remote-code", .pair), ("--no-trust-remote-code", .none),
    ("--headless", .none), ("--hf-token", .optional), ("--served-model-name", .many), ("-asc", .one),
    ("--enable-log-requests", .pair), ("--allowed_origins", .one), ("--profiler-config.profiler", .one),
  ])
  func `flags that move no memory are taken and left alone`(name: String, arity: FlagArity) throws {
    let match = try #require(ServeFlags.match(name))
    #expect(match.arity == arity)
    var flags = ServeFlags()
    try flags.apply(name: name, value: "x")
    #expect(flags == ServeFlags())
  }

  @Test func `a flag's words read back as the same flags`() throws {
    let line =
      "-tp 4 --max-model-len auto --gpu-memory-utilization 0.9 --kv-cache-dtype fp8 --no-enable-prefix-caching "
      + #"--kv-cache-memory-bytes 10G --cudagraph-capture-sizes 1 2 4 --limit-mm-per-prompt {"image":0} "#
      + #"--hf-overrides {"a":{"b":1}} -O 1 --dtype half --cpu-offload-gb 10 --kv-cache-dtype-skip-layers 0 1"#
    let flags = try ServeFlags(line: line)
    var again = ServeFlags()
    for descriptor in ServeFlags.descriptors {
      let words = descriptor.arguments(in: flags)
      guard let name = words.first else { continue }
      try again.apply(name: name, values: Array(words.dropFirst()))
    }
    #expect(again == flags)
    // Ten flags of a word, one switch, one of three sizes and one of two layers.
    #expect(flags.arguments.count == 10 * 2 + 1 + 4 + 3)
    #expect(flags.unmodelled.map(\.name) == ["--kv-cache-dtype-skip-layers"])
  }

  @Test func `None takes a flag back only where vLLM allows it`() throws {
    var flags = try ServeFlags(line: "--quantization fp8 --block-size 32")
    try flags.apply(name: "-q", value: "None")
    #expect(flags.quantization == nil)
    #expect(throws: FlagError.self) { try flags.apply(name: "--block-size", value: "None") }
  }

  @Test func `every name is one flag's`() {
    var seen = Set<String>()
    for descriptor in ServeFlags.descriptors {
      for name in [descriptor.name] + descriptor.aliases {
        #expect(seen.insert(name).inserted, "\(name) is there twice")
      }
      #expect(!descriptor.help.isEmpty && !descriptor.effect.isEmpty)
    }
    #expect(ServeFlags.descriptors.count == 113)
  }

  @Test func `environment switches are typed`() throws {
    let environment = try EngineEnvironment(pairs: [
      "VLLM_PP_LAYER_PARTITION=15,16,16,15", "VLLM_KV_CACHE_LAYOUT=HND", "VLLM_MLA_DISABLE=1",
      "VLLM_ALLOW_LONG_MAX_MODEL_LEN=True", "VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS=0",
      "VLLM_DEEPEP_BUFFER_SIZE_MB=2", "HF_TOKEN=x=y",
    ])
    #expect(environment.ppLayerPartition == [15, 16, 16, 15])
    #expect(environment.kvCacheLayout == .lbhnc)
    #expect(environment.mlaDisable == true)
    #expect(environment.allowLongMaxModelLen == true)
    #expect(environment.estimateCUDAGraphs == false)
    #expect(environment.deepEPBuffer == .mib(2))
  }

  @Test(arguments: [
    "VLLM_MLA_DISABLE=yes", "VLLM_PP_LAYER_PARTITION=1,,2", "VLLM_KV_CACHE_LAYOUT=nhd", "VLLM_MLA_DISABLE", "=1",
  ])
  func `a switch that vLLM could not read is an error`(pair: String) {
    #expect(throws: FlagError.self) { try EngineEnvironment(pairs: [pair]) }
  }
}

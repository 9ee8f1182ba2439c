/// Flags of older releases that 0.33.0 no longer has, so that a line written for such a release can be read.
///
/// Which release has which stands in its row (`FlagVocabulary.alsoAccepts`).
/// Source: `EngineArgs.add_cli_args`, engine/arg_utils.py, and `make_arg_parser`, entrypoints/openai/cli_args.py, of
/// releases 0.8.5 to 0.28.0.
enum RetiredFlags {
  /// How many words follow a retired flag; nil for a name that no release of the rows had.
  static func arity(of name: String) -> FlagArity? {
    for (names, arity) in [(switches, FlagArity.none), (pairs, .pair), (values, .one), (lists, .many)] {
      let words = names.words
      if words.contains(name) { return arity }
      if arity == .pair, name.hasPrefix("--no-"), words.contains("--" + name.dropFirst(5)) { return FlagArity.none }
    }
    return nil
  }

  /// The name without `no-` before it.
  static func positive(_ name: String) -> String {
    pairs.words.contains(name) || !name.hasPrefix("--no-") ? name : "--" + name.dropFirst(5)
  }

  private static let switches = """
    --disable-frontend-multiprocessing --enable-reasoning --enable-multimodal-encoder-data-parallel
    --expand-tools-even-if-tool-choice-none --use-v2-block-manager
    """

  private static let pairs = """
    --calculate-kv-scales --disable-async-output-proc --disable-log-requests --disable-mm-preprocessor-cache
    --enable-lora-bias --enable-prompt-adapter --eplb-log-balancedness
    --guided-decoding-disable-additional-properties --guided-decoding-disable-any-whitespace
    --guided-decoding-disable-fallback --multi-step-stream-outputs --use-gpu-for-pooling-score
    """

  private static let values = """
    --device --eplb-step-interval --eplb-window-size --guided-decoding-backend --logits-processor-pattern
    --long-lora-scaling-factors --lora-extra-vocab-size --max-long-partial-prefills --max-num-partial-prefills
    --max-prompt-adapter-token --max-prompt-adapters --max-seq-len-to-capture --num-lookahead-slots
    --num-redundant-experts --num-scheduler-steps --override-attention-dtype --override-neuron-config
    --override-pooler-config --preemption-mode --qlora-adapter-name-or-path --rope-scaling --rope-theta
    --scheduler-delay-factor --swap-space --task --tokenizer-pool-extra-config --tokenizer-pool-size
    --tokenizer-pool-type
    """

  private static let lists = """
    --cuda-graph-sizes --prompt-adapters
    """

  /// Those that move memory in a way that is not modelled.
  static let movingMemory: Set<String> = [
    "--cuda-graph-sizes", "--enable-lora-bias", "--enable-multimodal-encoder-data-parallel", "--enable-prompt-adapter",
    "--lora-extra-vocab-size", "--num-redundant-experts", "--rope-scaling", "--rope-theta", "--task",
  ]
}

extension EngineRelease {
  /// The last release that takes a retired flag, of those that have a row; nil for none.
  public static func last(with flag: String) -> String? {
    names.first { name in
      guard case .found(let row) = named(name) else { return false }
      return row.vocabulary.alsoAccepts.contains(flag)
    }
  }
}

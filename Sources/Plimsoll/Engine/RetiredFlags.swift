/// Flags of older releases that 0.33.0 no longer has, so that a line written for such a release can be read.
///
/// Which release has which stands in its row (`FlagVocabulary.alsoAccepts`).
/// Source: `EngineArgs.add_cli_args`, engine/arg_utils.py, and `make_arg_parser`, entrypoints/openai/cli_args.py, of
/// releases 0.8.5 to 0.28.0.
package enum RetiredFlags {
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

  /// What to write now in place of a flag that earlier releases had; nil where there is nothing to say.
  package static func advice(for name: String) -> String? { replacements.first { $0.name == name }?.advice }

  /// Flags of earlier releases, and what to write now.
  ///
  /// Source: the argument parsers of releases 0.8.5 to 0.33.0.
  private static let replacements: [(name: String, advice: String)] = [
    ("--swap-space", "it went in 0.18.0, with the swapping of KV blocks; take it out"),
    ("--task", "--runner pooling takes its place, with --convert embed or classify for a generative model"),
    ("--num-scheduler-steps", "it belonged to the V0 engine, which went in 0.11.0; take it out"),
    ("--multi-step-stream-outputs", "it belonged to the V0 engine, which went in 0.11.0; take it out"),
    ("--use-v2-block-manager", "it belonged to the V0 engine, which went in 0.11.0; take it out"),
    ("--num-lookahead-slots", "it belonged to the V0 engine, which went in 0.11.0; take it out"),
    ("--preemption-mode", "it belonged to the V0 engine, which went in 0.11.0; take it out"),
    ("--max-seq-len-to-capture", "--cudagraph-capture-sizes and --max-cudagraph-capture-size take its place"),
    ("--cuda-graph-sizes", "--cudagraph-capture-sizes takes its place"),
    ("--speculative-model", "--speculative-config takes its place, or --spec-model"),
    ("--num-speculative-tokens", "--speculative-config takes its place, or --spec-tokens"),
    ("--rope-scaling", "--hf-overrides with rope_parameters takes its place"),
    ("--rope-theta", "--hf-overrides with rope_parameters takes its place"),
    ("--guided-decoding-backend", "--structured-outputs-config.backend takes its place"),
    ("--enable-reasoning", "--reasoning-parser alone is enough; take it out"),
    ("--device", "the platform is found by itself; take it out"),
  ]

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

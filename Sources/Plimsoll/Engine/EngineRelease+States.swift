/// How a release keeps the states of state-space layers.
///
/// Source: `MambaSpec.max_memory_usage_bytes`, v1/kv_cache_interface.py; `MambaModelConfig`,
/// model_executor/models/config.py; `_align_hybrid_block_size`, platforms/interface.py, since 0.20.
public struct StateCacheRule: Hashable, Sendable {
  public var prefixes: Prefixes
  /// Whether each drafted token holds a page, as since 0.15.
  public var countsDrafts: Bool
  /// The kinds of layers whose prefills leave a checkpoint in a page of its own: KDA since 0.29, Mamba 2 since 0.32,
  /// the gated delta net since 0.33.
  public var checkpointing: [StateMixer.Kind]
  /// Whether blocks are multiples of what checkpoints lie at, as since 0.33.
  public var alignsToCheckpoints: Bool
  /// What blocks of latent attention are a multiple of: 128 since 0.28, 64 through 0.19, else what the backend reads.
  public var latentMultiple: Int
  /// What blocks of heads of 256 are a multiple of on data-centre Blackwell: 32 from 0.11.1 to 0.17.
  public var wideHeadMultiple = 1
  /// Whether whole graphs need a block for each of `--max-num-seqs`, as since 0.20 (`resolve_cudagraph_mode_and_sizes`,
  /// config/compilation.py).
  public var needsBlockForEachSequence = true

  public init(
    prefixes: Prefixes, countsDrafts: Bool, checkpointing: [StateMixer.Kind], alignsToCheckpoints: Bool,
    latentMultiple: Int
  ) {
    self.prefixes = prefixes
    self.countsDrafts = countsDrafts
    self.checkpointing = checkpointing
    self.alignsToCheckpoints = alignsToCheckpoints
    self.latentMultiple = latentMultiple
  }

  /// What prefix caching keeps of states.
  public enum Prefixes: String, CaseIterable, Hashable, Sendable {
    /// Nothing: it is switched off. Before 0.11.1.
    case never
    /// Every block's state, of classes that can; with others it is switched off. 0.11.1 to 0.14.
    case everyBlock
    /// Every block's state, of classes that can; of others the last block's. 0.15 to 0.27.
    case everyOrLast
    /// The last block's state; every block's where `--mamba-cache-mode all` asks a class that can. 0.28 to 0.31.
    case lastUnlessAsked
    /// The last block's state: since 0.32.
    case last
  }

  /// What is kept of a request's states (`mamba_cache_mode`).
  public enum Mode: String, Hashable, Sendable {
    /// The running state.
    case none
    /// The running state and the last block's.
    case align
    /// Every block's state.
    case all
  }

  /// The mode that follows from prefix caching, `--mamba-cache-mode` and the class of the layers.
  public func mode(cachesPrefixes: Bool, asked: String?, maySaveEveryBlock: Bool) -> Mode {
    guard cachesPrefixes else { return .none }
    return switch prefixes {
    case .never: .none
    case .everyBlock: maySaveEveryBlock ? .all : .none
    case .everyOrLast: maySaveEveryBlock && asked != Mode.align.rawValue ? .all : .align
    case .lastUnlessAsked: maySaveEveryBlock && asked == Mode.all.rawValue ? .all : .align
    case .last: .align
    }
  }
}

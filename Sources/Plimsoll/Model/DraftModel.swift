/// A model that drafts tokens for another one (`--speculative-config`), as the last pipeline stage holds it.
///
/// vLLM 0.33.0 `config/speculative.py`, `v1/worker/gpu/spec_decode`.
public struct DraftModel: Hashable, Sendable {
  /// The class of vLLM's registry that serves it.
  public var architecture: String
  /// How it drafts.
  public var kind: Kind
  /// Its layers, and of what lies outside of them what it does not share with the target model.
  public var shape: ModelShape
  /// The embedding, which it has of its own where the target's lies on another pipeline stage.
  public var embedding: Module?
  /// Its rotary table, where it is not the target's.
  public var rotary: Rotary?
  /// Hidden states of the target's layers that it reads, each of a step's tokens (EAGLE-3).
  public var auxiliaryStates = 0
  /// Tokens that it predicts at once, where its config says so: what `num_speculative_tokens` is by default.
  public var predictedTokens: Int?
  /// Layers that predict one token after the other, each with a cache that trails the one before (multi-token prediction).
  public var modules = 1
  /// Rows of its lm_head.
  public var draftVocabSize: Int
  /// The longest request that it takes, where that shortens the target's.
  public var maxModelLen: Int?
  /// It takes embeddings of images from the target.
  public var takesImages = false

  public init(architecture: String, kind: Kind, shape: ModelShape) {
    self.architecture = architecture
    self.kind = kind
    self.shape = shape
    draftVocabSize = shape.vocabSize
  }

  /// How a draft comes by its tokens.
  public enum Kind: String, Hashable, Sendable {
    /// A head on the target's hidden states.
    case eagle, eagle3
    /// Layers of the target's own checkpoint, likewise.
    case mtp
    /// A whole model of its own.
    case standalone = "draft_model"

    /// Whether each step reads the target's hidden states.
    public var readsHiddenStates: Bool { self != .standalone }
  }

  /// A table of rotary positions.
  public struct Rotary: Hashable, Sendable {
    /// What a position takes.
    public var row: Bytes
    /// Positions by the draft's own config.
    public var positions: Int
    /// The positions are raised to the target's length where they are fewer.
    public var isRaised: Bool
    /// Positions of the target's table, where it has the same parameters: tables of one size are one.
    public var sharedPositions: Int?

    public init(row: Bytes, positions: Int, isRaised: Bool, sharedPositions: Int? = nil) {
      self.row = row
      self.positions = positions
      self.isRaised = isRaised
      self.sharedPositions = sharedPositions
    }

    /// What the table takes beside the target's.
    func bytes(maxModelLen: Int) -> Bytes {
      let rows = isRaised ? max(positions, maxModelLen) : positions
      return rows == sharedPositions ? .zero : row * rows
    }
  }
}

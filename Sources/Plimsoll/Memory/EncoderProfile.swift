/// The largest image that a class's encoder takes.
public struct LargestImage: Hashable, Sendable {
  /// Patches that the encoder looks at.
  public var patches: Int
  /// Tokens that are made of it.
  public var tokens: Int
  /// Elements of what the processor makes of it.
  public var elements: Int

  public init(patches: Int, tokens: Int, elements: Int) {
    (self.patches, self.tokens, self.elements) = (patches, tokens, elements)
  }
}

/// The encoder of images in the profile run: its widths, and on how many patches it runs.
///
/// vLLM runs it once on as many of the largest items of one kind as its budget of tokens holds (`profile_run`,
/// v1/worker/gpu_model_runner.py; `MultiModalBudget`), before the language model, and keeps what it made until both are
/// done. The V1 runner keeps what it made it of as well, as a local variable of the function.
public struct EncoderProfile: Hashable, Sendable {
  /// Patches of all images.
  public var patches: Int
  /// Elements of a patch's hidden state.
  public var hiddenSize: Int
  /// Elements of a patch in the network of a layer at once, on the rank: what its first products make, and their product.
  public var networkWidth: Int
  /// Tokens that are kept of what the encoder made.
  public var tokens: Int
  /// Elements of such a token, features for deeper layers among them.
  public var tokenWidth: Int
  /// Elements of what the processor made of all images.
  public var inputs: Int
}

extension RankWork {
  /// Patches · a · (N + 3·H), N for the network as in a layer of the language model, what is made of them, and the images.
  func encoderPeak() -> Bytes {
    guard let encoder, stage == 0 else { return .zero }
    let made = encoder.patches / 4 * encoder.tokenWidth
    let running = encoder.patches * (encoder.networkWidth + 3 * encoder.hiddenSize) + made + encoder.inputs
    return Bytes(running * dtype.size.count)
  }

  /// What the encoder made, kept while the language model and the sampler run, and what the V1 runner made it of.
  var encoderOutput: Bytes {
    guard let encoder, stage == 0 else { return .zero }
    let inputs = usesV2ModelRunner ? 0 : encoder.inputs
    return Bytes((encoder.tokens * encoder.tokenWidth + inputs) * dtype.size.count)
  }
}

extension ModelShape {
  /// Of all images together; more than any memory holds.
  private static var mostPatches: Int { 1 << 32 }

  /// What the profile runs of the encoder on a rank; nil where none is profiled or its largest image is not known.
  ///
  /// - Parameters:
  ///   - tensorRanks: Over how many ranks the encoder is cut.
  ///   - spreadsVideos: The release spreads what is made of a video over its text (``MeasuredTerms``).
  ///   - budget: Tokens that the encoder makes in a step, max-num-batched-tokens or those of the largest item.
  ///   - most: No more images than requests hold.
  func encoderProfile(tensorRanks: Int, spreadsVideos: Bool, budget: Int, most: Int) -> EncoderProfile? {
    guard let image = traits.largestImage else { return nil }
    let video = spreadsVideos ? traits.largestVideoTokens : nil
    var (hidden, network) = (0, 0)
    // By their places: a module is copied at a price, and an encoder has hundreds.
    for place in outer.indices where outer[place].module.part == .encoder {
      switch outer[place].module.kind {
      case .qkv(let qkv): hidden = max(hidden, qkv.input)
      case .column(let input, let outputs, _) where input == hidden:
        network = max(network, outputs.reduce(outputs.max() ?? 0, +))
      default: break
      }
    }
    guard hidden > 0 else { return nil }
    // Of patches beyond any card's memory it does not matter how many there are.
    let images = video == nil ? max(1, min(budget / image.tokens, most, Self.mostPatches / image.patches)) : 1
    let patches = video.map { 4 * $0 } ?? images * image.patches
    return EncoderProfile(
      patches: patches, hiddenSize: hidden, networkWidth: network.dividedRoundingUp(by: tensorRanks),
      // Text between frames: 12.5 tokens for each of the video's (`qwen3_vl.py get_max_video_tokens`).
      tokens: video.map { $0 + $0 * 25 / 2 } ?? images * image.tokens,
      tokenWidth: hiddenSize * (1 + traits.deepstackLevels), inputs: patches * (image.elements / image.patches))
  }
}

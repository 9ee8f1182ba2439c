/// The encoder of images in the profile run: its widths, and on how many patches it runs.
///
/// vLLM runs it once on the largest item of one kind (`profile_run`, v1/worker/gpu_model_runner.py), before the language
/// model, and keeps what it made until both are done.
public struct EncoderProfile: Hashable, Sendable {
  /// Patches of the largest image.
  public var patches: Int
  /// Elements of a patch's hidden state.
  public var hiddenSize: Int
  /// Elements of the widest product of a patch's network on the rank.
  public var intermediateSize: Int
  /// Tokens that are kept of what the encoder made.
  public var tokens: Int
  /// Elements of such a token, features for deeper layers among them.
  public var tokenWidth: Int
}

extension RankWork {
  /// Patches · a · (3·I + 3·H), as for a layer of the language model, and what is made of them.
  func encoderPeak() -> Bytes {
    guard let encoder, stage == 0 else { return .zero }
    let widths = 3 * encoder.intermediateSize + 3 * encoder.hiddenSize
    return Bytes((encoder.patches * widths + encoder.patches / 4 * encoder.tokenWidth) * dtype.size.count)
  }

  /// What the encoder made, kept while the language model and the sampler run.
  var encoderOutput: Bytes {
    guard let encoder, stage == 0 else { return .zero }
    return Bytes(encoder.tokens * encoder.tokenWidth * dtype.size.count)
  }
}

extension ModelShape {
  /// What the profile runs of the encoder on a rank; nil where none is profiled or its largest image is not known.
  ///
  /// - Parameters:
  ///   - tensorRanks: Over how many ranks the encoder is cut.
  ///   - spreadsVideos: The release spreads what is made of a video over its text (``MeasuredTerms``).
  func encoderProfile(tensorRanks: Int, spreadsVideos: Bool) -> EncoderProfile? {
    let video = spreadsVideos ? traits.largestVideoTokens : nil
    guard let patches = video.map({ 4 * $0 }) ?? traits.largestImagePatches else { return nil }
    var (hidden, inner) = (0, 0)
    for placed in outer where placed.module.part == .encoder {
      switch placed.module.kind {
      case .qkv(let qkv): hidden = max(hidden, qkv.input)
      case .column(let input, let outputs, _) where input == hidden:
        inner = max(inner, outputs.max() ?? 0)
      default: break
      }
    }
    guard hidden > 0 else { return nil }
    return EncoderProfile(
      patches: patches, hiddenSize: hidden, intermediateSize: inner.dividedRoundingUp(by: tensorRanks),
      // Text between frames: 12.5 tokens for each of the video's (`qwen3_vl.py get_max_video_tokens`).
      tokens: video.map { $0 + $0 * 25 / 2 } ?? patches / 4, tokenWidth: hiddenSize * (1 + traits.deepstackLevels))
  }
}

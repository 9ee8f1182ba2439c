/// What a release's memory terms need beside shapes and flags: coefficients, and how its profile differs.
///
/// Structure is the engine's, in `Memory/`. The coefficients, none of them a model's own, are in
/// `Presets/engines/measured-terms.json` with what they rest on, and become ``FittedTerms`` at build time.
public struct MeasuredTerms: Hashable, Sendable {
  /// The coefficients.
  public var fitted: FittedTerms
  /// Whether rows for the programs of the V1 sampler's top-k kernel are kept (`v1/sample/ops/topk_topp_triton.py`).
  public var keepsSamplerRows = true
  /// Whether the workspace of routed experts stays allocated once used, as since 0.13 (`v1/worker/workspace.py`);
  /// before, each layer gave its scratch back.
  public var keepsExpertWorkspace = true
  /// Whether the V2 runner runs the encoder in its profile, as since 0.29 (`v1/worker/gpu/model_runner.py profile_run`).
  public var profilesEncoderV2 = true
  /// Whether what the encoder made is spread over all tokens that an item may become, the ones between frames too, and
  /// kept so beside the rest: 0.11 and 0.12 (`profile_run` of v1/worker/gpu_model_runner.py).
  public var spreadsEncoderOutput = false

  public init(fitted: FittedTerms) { self.fitted = fitted }

  /// 0.33. Older releases undo what came after them, each where it came (`EngineRelease.steps`); coefficients say
  /// themselves through which release a value holds.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let v0_33 = MeasuredTerms(fitted: .newest)
}

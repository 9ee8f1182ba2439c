/// What the kernels of routed experts ask of the shared workspace, which is never given back.
///
/// With M tokens, k experts a token, hidden size H and an expert's width I on the rank, in elements
/// (vLLM 0.33.0 `fused_moe/experts/*.workspace_shapes`, summed by `modular_kernel.py`): max(first, M·H) + second.
public enum ExpertWorkspace: String, Hashable, Sendable {
  /// first = M·k·max(I, H), second = M·k·max(2·I, H); Marlin asks the same.
  case grouped
  /// first = 0, second = M·k·I (the Triton kernels of MXFP4).
  case activationOnly
  /// The kernel keeps its own scratch, only the output is asked for (TRT-LLM, CUTLASS of FlashInfer).
  case outputOnly

  func elements(tokens: Int, routed: FeedForward.Routed, width: Int, hiddenSize: Int) -> Int {
    let (pairs, output) = (tokens * routed.expertsPerToken, tokens * hiddenSize)
    return switch self {
    case .grouped: max(pairs * max(width, hiddenSize), output) + pairs * max(2 * width, hiddenSize)
    case .activationOnly: output + pairs * width
    case .outputOnly: output
    }
  }
}

extension WeightKernels {
  /// Which workspace the kernels of experts in a scheme ask for.
  func expertWorkspace(_ scheme: WeightScheme) -> ExpertWorkspace {
    switch scheme {
    case .mxfp4:
      switch mxfp4Experts {
      case .triton: .activationOnly
      case .marlin: .grouped
      case .trtllm: .outputOnly
      }
    case .nvfp4WeightOnly: nvfp4 == .humming ? .outputOnly : .grouped
    case .nvfp4, .mxfp8, .mxfp4Experts: nvfp4 == .marlin ? .grouped : .outputOnly
    case .unquantized, .fp8Block, .fp8Tensor, .fp8Channel: expertsKeepScratch ? .outputOnly : .grouped
    case .int8Channel, .integerGroups, .lookedUp: .grouped
    }
  }
}

extension RankWork {
  /// The largest of the layers; all share one workspace.
  func expertWorkspace() -> Bytes {
    var most = 0
    for group in layers {
      guard case .experts(let routed) = group.feedForward else { continue }
      let width = parallelism.expertWidth(of: routed.intermediateSize)
      let asked = kernels.expertWorkspace(group.expertScheme).elements(
        tokens: maxNumBatchedTokens * parallelism.data, routed: routed, width: width, hiddenSize: hiddenSize)
      most = max(most, asked)
    }
    return Bytes(most * dtype.size.count)
  }
}

extension LayerGroup {
  /// How the layer's routed experts are stored.
  fileprivate var expertScheme: WeightScheme {
    for module in modules { if case .experts = module.kind { return module.scheme } }
    return .unquantized
  }
}

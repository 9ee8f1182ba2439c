/// The tensors that LoRA slots take on one rank.
///
/// With M slots of rank r and elements of a bytes (vLLM 0.33.0 `lora/layers`):
/// - column: A = M·r·K for each fused part, B = M·(N/tp)·r; fully sharded: A's rank by tp
/// - row: A = M·r·(K/tp), B = M·N·r; fully sharded: B's rows by tp
/// - replicated: A = M·r·K for each fused part, B = M·N·r
/// - experts: A = M·E·r·(2·H + I), B = M·E·r·(2·I + H), and 4·(M + 1) B of switches
/// - embedding: A = M·V·r, B = M·H·r; lm_head: A = M·r·H, B = M·V·r, and 8 B a row of the vocabulary where TP cuts it
struct LoRATensors {
  var slots: LoRASlots
  var layout: LoRALayout
  var weights: LoadedTensors
  /// The type of the slots.
  var dtype: DType

  private var tp: Int { weights.parallelism.tensor }

  /// Calls `body` with the size of each tensor of the slots of `module`, in the order in which they are made.
  func forEach(of module: Module, _ body: (Bytes) -> Void) {
    guard hasSlots(module) else { return }
    let tp = weights.tensorRanks(of: module)
    let (rank, cutRank) = (slots.rank, slots.fullySharded ? slots.rank / tp : slots.rank)
    switch module.kind {
    case .replicated(let input, let outputs, _):
      for _ in outputs { factor(rank, input, body) }
      for output in outputs { factor(output, rank, body) }
    case .column(let input, let outputs, _):
      let slices = outputs.count == 2 ? layout.gateUpSlices : outputs.count
      guard slices > 0 else { return }
      for _ in 0..<slices { factor(cutRank, input, body) }
      let rows = outputs.map { $0 / tp }
      for slice in slices == 1 ? [rows.reduce(0, +)] : rows { factor(slice, rank, body) }
    case .partlyCut(let input, let cut, let whole):
      for _ in 0...cut.count { factor(cutRank, input, body) }
      for slice in cut.map({ $0 / tp }) + [whole] { factor(slice, rank, body) }
    case .grouped(let input, let outputs, let groups, let groupOutputs, _):
      // A slice for each output, and two for the groups (B and C of Mamba 2).
      for _ in 0..<(outputs.count + 2) { factor(cutRank, input, body) }
      let ofGroups = (groups % tp == 0 ? groups : tp) * groupOutputs / tp
      for slice in outputs.map({ $0 / tp }) + [ofGroups] { factor(slice, rank, body) }
    case .row(let input, let output, _):
      factor(rank, input / tp, body)
      factor(slots.fullySharded ? output / tp : output, rank, body)
    case .qkv(let qkv):
      for _ in 0..<layout.qkvSlices { factor(cutRank, qkv.input, body) }
      let kvHeads = max(1, qkv.numKVHeads / tp)
      let rows = [
        qkv.numHeads / tp * qkv.headSize * (qkv.gated ? 2 : 1), kvHeads * qkv.headSize, kvHeads * qkv.headSizeV,
      ]
      for slice in layout.qkvSlices == 1 ? [rows.reduce(0, +)] : rows { factor(slice, rank, body) }
    case .experts(let experts): forEach(of: experts, module, body)
    case .vocabulary(let rows, let width, _):
      if module.part == .lmHead { return head(rows: rows, width: width, body) }
      factor(rows, rank, body)
      factor(width, rank, body)
    case .tensor, .paddedHeads: break
    }
  }

  /// What is kept at the logits for a head of `rows` × `width`, whose weight may be the embedding's.
  func head(rows: Int, width: Int, _ body: (Bytes) -> Void) {
    factor(slots.rank, width, body)
    factor(rows, slots.rank, body)
    if tp > 1 { body(Bytes(8 * rows.roundedUp(toMultipleOf: 64))) }
  }

  /// Whether lm_head has slots.
  var wrapsHead: Bool { slots.targetModules.isEmpty ? layout.wrapsHead : slots.targetModules.contains("lm_head") }

  /// Tables of which token and which prompt uses which adapter: 48 B a batched token, 24 B a sequence, and counts.
  ///
  /// vLLM 0.33.0 `lora/punica_wrapper`, `lora/ops/triton_ops/lora_kernel_metadata.py`.
  func forEachTable(tokens: Int, sequences: Int, _ body: (Bytes) -> Void) {
    for _ in 0..<4 { body(Bytes(8 * tokens)) }
    for _ in 0..<3 { body(Bytes(8 * sequences)) }
    for _ in 0..<2 {
      for _ in 0..<2 { body(Bytes(4 * tokens)) }
      for extra in [1, 1, 2] { body(Bytes(4 * (slots.count + extra))) }
    }
  }

  private func forEach(of experts: Module.Experts, _ module: Module, _ body: (Bytes) -> Void) {
    let parallelism = weights.parallelism
    let count = parallelism.localExperts(of: experts.count)
    let (width, hidden) = weights.kernels.expertShape(
      width: parallelism.expertWidth(of: experts.intermediateSize), hidden: experts.hiddenSize, module.scheme)
    let ranks = parallelism.usesExpertParallel ? 1 : parallelism.expertRanks
    let sharded = slots.fullySharded ? ranks : 1
    let isFused = layout.fusesExpertProjections && !slots.takesBothExpertFormats && !slots.sharesExpertFactors
    let slices = experts.gated && !isFused ? 2 : 1
    let outer = slots.sharesExpertFactors ? 1 : count
    body(Bytes(4 * (slots.count + 1)))
    for _ in 0..<slices { factor(slots.rank / sharded, hidden, body, times: outer) }
    factor(slots.rank, width, body, times: count)
    for _ in 0..<slices { factor(isFused && experts.gated ? 2 * width : width, slots.rank, body, times: count) }
    factor(hidden / sharded, slots.rank, body, times: outer)
  }

  private func factor(_ rows: Int, _ columns: Int, _ body: (Bytes) -> Void, times: Int = 1) {
    body(dtype.size * (slots.count * times * rows * columns))
  }

  private func hasSlots(_ module: Module) -> Bool {
    if module.part == .encoder || module.isBuffer { return false }
    let last = module.lastName
    if slots.targetModules.isEmpty {
      if case .vocabulary = module.kind { return module.part == .embedding ? layout.wrapsEmbedding : layout.wrapsHead }
      return true
    }
    let parts: [String] =
      switch module.kind {
      case .qkv where layout.qkvSlices > 1: ["q_proj", "k_proj", "v_proj"]
      case .column(_, let outputs, _) where outputs.count == 2 && layout.gateUpSlices > 1: ["gate_proj", "up_proj"]
      case .replicated(_, let outputs, _) where outputs.count == 2: ["q_a_proj", "kv_a_proj_with_mqa"]
      default: []
      }
    return ([last] + parts).contains { slots.targetModules.contains($0) }
  }
}

extension Module {
  /// The last part of the name: `qkv_proj`.
  var lastName: String { name.utf8.split(separator: UInt8(ascii: ".")).last.flatMap { String(Substring($0)) } ?? name }
}

extension WeightKernels {
  /// The shape that a kernel rounds experts to before they are made, which their LoRA slots follow.
  func expertShape(width: Int, hidden: Int, _ scheme: WeightScheme) -> (width: Int, hidden: Int) {
    switch scheme {
    case .unquantized: (width.roundedUp(toMultipleOf: unquantizedExpertsMultiple), hidden)
    case .mxfp4, .mxfp4Experts:
      mxfp4Experts == .triton
        ? (width.roundedUp(toMultipleOf: 64), hidden)
        : (width.roundedUp(toMultipleOf: 128), hidden.roundedUp(toMultipleOf: 256))
    default: (width, hidden)
    }
  }

  /// The kernels where LoRA is on: experts in 16 bits go to Triton, which rounds nothing
  /// (vLLM 0.33.0 `fused_moe/oracle/unquantized.py`).
  func servingLoRA() -> WeightKernels {
    var kernels = self
    kernels.unquantizedExpertsMultiple = 1
    kernels.expertsKeepScratch = false
    return kernels
  }
}

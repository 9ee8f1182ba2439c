/// Block tables and their like on a rank as a function of the length alone, other flags as they are.
///
/// 8·S·⌈⌈L/B⌉⌉ to a multiple for each group, 8 B a batched token and group, the latent attention's context workspace of
/// min(max(8·L, 4·S·B), 65,536) tokens, the compressed attention's places of 2·4·T·⌈L/ratio⌉, and what does not depend
/// on the length: scores of blocks, and FlashInfer's workspace.
struct BlockTables: Equatable {
  /// Groups whose tables have columns for as many tokens, to a multiple of as many columns.
  private struct Columns: Equatable {
    var tokens: Int
    var multiple: Int
    var groups: Int
  }

  private var columns: [Columns] = []
  private var perColumn: Int
  private var fixed: Int
  /// The least tokens of the latent attention's workspace, and bytes for each; none without it.
  private var leastContext = 0
  private var perContext = 0
  private var ratio = 1
  /// Bytes for each place; none without compressed attention.
  private var perPlace = 0

  init(_ work: RankWork, pool: KVCachePool, backends: [AttentionBackend]) {
    perColumn = 8 * work.maxNumSeqs
    fixed = work.blockScores.count
    for group in pool.groups {
      guard let spec = group.specs.first else { continue }
      fixed += 8 * work.maxNumBatchedTokens
      let (tokens, multiple) = (spec.blockSize * pool.decodeContext, max(1, 128 / spec.blockSize))
      if let known = columns.firstIndex(where: { $0.tokens == tokens && $0.multiple == multiple }) {
        columns[known].groups += 1
      } else {
        columns.append(Columns(tokens: tokens, multiple: multiple, groups: 1))
      }
    }
    if case .latentAttention(let attention)? = work.layers.first?.mixer {
      leastContext = 4 * work.maxNumSeqs * work.blockSize
      perContext = attention.headSize * work.dtype.size.count
    }
    if let compression = work.compressionOfAll {
      (ratio, perPlace) = (compression, 2 * 4 * work.maxNumBatchedTokens)
    }
    if backends.contains(.flashInfer) || backends.contains(.tritonFlashInfer) { fixed += 394 << 20 }
  }

  /// What requests of up to `length` tokens ask.
  func bytes(length: Int) -> Bytes {
    var sum = fixed
    for group in columns {
      let count = length.dividedRoundingUp(by: group.tokens).roundedUp(toMultipleOf: group.multiple)
      sum += perColumn * count * group.groups
    }
    if perContext > 0 { sum += min(max(8 * length, leastContext), 65_536) * perContext }
    if perPlace > 0 { sum += perPlace * length.dividedRoundingUp(by: ratio).roundedUp(toMultipleOf: 128) }
    return Bytes(sum)
  }
}

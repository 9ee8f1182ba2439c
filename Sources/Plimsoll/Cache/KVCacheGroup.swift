/// Layers that share one block table: a block id is theirs together, one page in each of them.
public struct KVCacheGroup: Hashable, Sendable {
  /// The layers' indices in the model.
  public var layers: [Int]
  /// The spec of each of them, in the same order.
  public var specs: [KVCacheSpec]

  /// The blocks that one request of `length` tokens needs of this group: the most that any of its layers needs.
  public func blocks(length: Int, inFlight: Int, decodeContext: Int) -> Int {
    // Layers of a group differ in their pages at most, so the first answers for all unless the group is mixed.
    var most = 0
    var last: KVCacheSpec?
    for spec in specs where spec != last {
      most = max(most, spec.blocks(length: length, inFlight: inFlight, decodeContext: decodeContext))
      last = spec
    }
    return most
  }

  /// What one block takes in the layers of this group that lie in `range`.
  public func blockBytes(in range: Range<Int>) -> Bytes {
    var sum = Bytes.zero
    for (layer, spec) in zip(layers, specs) where range.contains(layer) { sum += spec.pageSize }
    return sum
  }
}

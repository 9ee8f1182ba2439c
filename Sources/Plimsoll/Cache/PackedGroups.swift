/// Groups of layers with pages of several sizes, which lie side by side in a block where blocks are the outermost part
/// of the cache's layout.
///
/// vLLM 0.33.0 `v1/core/kv_cache_planning.py _get_packed_kv_cache_groups`.
extension KVCacheGroups {
  /// Buckets of one type, in the order in which each begins.
  ///
  /// A bucket with as many layers of each page size is a pattern that repeats, a layer of each size a time, and is cut
  /// into groups of whole repeats, of a number that pads least; the others stay whole. States, and where nothing
  /// repeats windows too, are cut until a group fits the widest of the others.
  static func packedGroups(_ specs: [(layer: Int, spec: KVCacheSpec)]) -> [KVCacheGroup] {
    var buckets: [Bucket] = []
    for entry in specs {
      if let index = buckets.firstIndex(where: { $0.entries[0].spec.isOneType(with: entry.spec) }) {
        buckets[index].add(entry)
      } else {
        var bucket = Bucket()
        bucket.add(entry)
        buckets.append(bucket)
      }
    }
    let floor = buckets.filter { $0.isBalanced && $0.pages.count > 1 }.map(\.repeats).max()
    let repeats = floor.map { leastPadding(buckets.filter(\.isBalanced).map(\.repeats), from: $0) }
    func count(_ bucket: Bucket) -> Int {
      guard let repeats, bucket.isBalanced else { return 1 }
      return bucket.repeats.dividedRoundingUp(by: repeats)
    }
    func isState(_ bucket: Bucket) -> Bool {
      switch bucket.entries[0].spec.retention {
      case .pages: true
      case .window: repeats == nil
      case .everything, .chunk: false
      }
    }
    var widest = Bytes.zero
    for bucket in buckets {
      widest = max(widest, bucket.groupBytes(cutInto: isState(bucket) ? bucket.entries.count : count(bucket)))
    }
    return buckets.flatMap { bucket in
      var groups = count(bucket)
      if isState(bucket) {
        let perBlock = max(widest / bucket.entries[0].spec.pageSize, 1)
        groups = max(groups, bucket.entries.count.dividedRoundingUp(by: perBlock))
      }
      return bucket.cut(into: groups)
    }
  }

  /// The size from `least` to the largest of `values` whose multiples they are rounded up to with the least padding,
  /// the largest of several.
  private static func leastPadding(_ values: [Int], from least: Int) -> Int {
    var (best, bestPadding) = (least, Int.max)
    for size in least...max(least, values.max() ?? least) {
      let padding = values.reduce(0) { $0 + $1.roundedUp(toMultipleOf: size) - $1 }
      if padding <= bestPadding { (best, bestPadding) = (size, padding) }
    }
    return best
  }

  /// Layers that need the same number of token slots, by the sizes of their pages.
  private struct Bucket {
    var entries: [(layer: Int, spec: KVCacheSpec)] = []
    var pages: [(size: Bytes, entries: [(layer: Int, spec: KVCacheSpec)])] = []

    /// The most layers of one page size.
    var repeats: Int { pages.map(\.entries.count).max() ?? 0 }
    var isBalanced: Bool { pages.allSatisfy { $0.entries.count == pages[0].entries.count } }

    mutating func add(_ entry: (layer: Int, spec: KVCacheSpec)) {
      entries.append(entry)
      if let index = pages.firstIndex(where: { $0.size == entry.spec.pageSize }) {
        pages[index].entries.append(entry)
      } else {
        pages.append((entry.spec.pageSize, [entry]))
      }
    }

    /// The pages of the largest of `count` groups.
    func groupBytes(cutInto count: Int) -> Bytes {
      pages.reduce(Bytes.zero) { $0 + $1.size * $1.entries.count.dividedRoundingUp(by: count) }
    }

    /// Repeat i goes to group i mod count.
    func cut(into count: Int) -> [KVCacheGroup] {
      if count == 1 { return [KVCacheGroup(layers: entries.map(\.layer), specs: entries.map(\.spec))] }
      let whole = pages.map(\.entries.count).min() ?? 0
      return (0..<count).map { group in
        var members: [(layer: Int, spec: KVCacheSpec)] = []
        for index in stride(from: group, to: whole, by: count) { members += pages.map { $0.entries[index] } }
        return KVCacheGroup(layers: members.map(\.layer), specs: members.map(\.spec))
      }
    }
  }
}

/// Why the layers of a model cannot share one pool of blocks.
public enum KVCacheGroupingError: Error, Hashable, Sendable {
  /// A latent page that does not divide the largest page cannot be padded to it.
  case pageNotUnifiable(page: Bytes, largest: Bytes)
  /// With the hybrid manager off, the layers cannot be brought to one type.
  case notOneType
}

/// How vLLM sorts a model's layers into groups that share one pool of blocks.
///
/// vLLM 0.33.0 `v1/core/kv_cache_planning.py get_kv_cache_groups`.
public struct KVCacheGroups: Hashable, Sendable {
  /// The groups, those of one bucket of equal layers next to each other.
  public var groups: [KVCacheGroup]

  /// - Parameters:
  ///   - specs: The spec of each layer that caches, with the layer's index, in the order of the model.
  ///   - hybridManager: Off, local layers are allocated at full length like the others.
  ///   - rule: How the group size is chosen in this release.
  ///   - packsPages: Pages of several sizes lie side by side in a block.
  ///   - uneven: What becomes of pages smaller than the largest in this release.
  public init(
    of specs: [(layer: Int, spec: KVCacheSpec)], hybridManager: Bool, rule: GroupSizeRule, packsPages: Bool = false,
    uneven: UnevenPages = .padded
  ) throws(KVCacheGroupingError) {
    var specs = specs
    if !hybridManager { specs = try Self.promotingLocalLayers(specs) }
    guard let first = specs.first else {
      groups = []
      return
    }
    if specs.allSatisfy({ first.spec.isOneType(with: $0.spec) }) {
      // One type throughout: one group, whose pages may differ from layer to layer.
      groups = [KVCacheGroup(layers: specs.map(\.layer), specs: specs.map(\.spec))]
      return
    }
    if packsPages, specs.contains(where: { $0.spec.pageSize != first.spec.pageSize }) {
      groups = Self.packedGroups(specs)
      return
    }
    groups = Self.uniformPageGroups(try Self.unifyingPages(specs, uneven), rule: rule)
  }

  /// What becomes of an attention page that is smaller than the largest.
  public enum UnevenPages: Hashable, Sendable {
    /// There is no group with it: before 0.12.
    case refused
    /// Its blocks get longer where it divides the largest: 0.12 to 0.23.
    case lengthened
    /// Where it does not divide the largest, it is padded: since 0.24.
    case padded
  }

  /// The group size from the smallest and the largest bucket of equal layers.
  ///
  /// The largest where it is below `factor` times the smallest, else the smallest (0.33.0: 3/2).
  public struct GroupSizeRule: Hashable, Sendable {
    /// The factor's numerator.
    public var numerator: Int
    /// The factor's denominator.
    public var denominator: Int

    public init(_ numerator: Int, over denominator: Int) {
      self.numerator = numerator
      self.denominator = denominator
    }

    func groupSize(smallest: Int, largest: Int) -> Int {
      largest * denominator < smallest * numerator ? largest : smallest
    }
  }

  /// Local layers as if they kept everything, where full layers stand beside them (`_promote_local_kv_cache_specs`).
  private static func promotingLocalLayers(
    _ specs: [(layer: Int, spec: KVCacheSpec)]
  ) throws(KVCacheGroupingError) -> [(layer: Int, spec: KVCacheSpec)] {
    guard let first = specs.first else { return specs }
    if specs.allSatisfy({ first.spec.isOneType(with: $0.spec) }) { return specs }
    guard let full = specs.first(where: { $0.spec.retention == .everything }) else { throw .notOneType }
    let promoted = specs.map { layer, spec in
      var spec = spec
      if spec.retention.isLocal {
        spec.retention = .everything
        spec.blockSize = full.spec.blockSize
      }
      return (layer: layer, spec: spec)
    }
    // States, and an encoder's pages, stay another type.
    guard promoted.allSatisfy({ promoted[0].spec.isOneType(with: $0.spec) }) else { throw .notOneType }
    return promoted
  }

  /// Every page made as large as the largest: by a larger block where it divides, else by padding
  /// (`unify_kv_cache_spec_page_size`).
  private static func unifyingPages(
    _ specs: [(layer: Int, spec: KVCacheSpec)], _ uneven: UnevenPages
  ) throws(KVCacheGroupingError) -> [(layer: Int, spec: KVCacheSpec)] {
    var largest = Bytes.zero
    for (_, spec) in specs { largest = max(largest, spec.pageSize) }
    var unified: [(layer: Int, spec: KVCacheSpec)] = []
    unified.reserveCapacity(specs.count)
    for (layer, spec) in specs {
      var spec = spec
      let page = spec.pageSize
      if page != largest {
        if spec.kind == .state {
          spec.paddedPage = largest
        } else if uneven != .refused, largest.count % page.count == 0 {
          spec.blockSize *= largest / page
        } else if uneven == .padded, spec.kind == .heads {
          spec.paddedPage = largest
        } else {
          throw .pageNotUnifiable(page: page, largest: largest)
        }
      }
      unified.append((layer, spec))
    }
    return unified
  }

  /// Buckets of equal layers cut into groups of one size; layer i of a bucket goes to group i mod n
  /// (`_get_kv_cache_groups_uniform_page_size`).
  private static func uniformPageGroups(
    _ specs: [(layer: Int, spec: KVCacheSpec)], rule: GroupSizeRule
  ) -> [KVCacheGroup] {
    var buckets: [[(layer: Int, spec: KVCacheSpec)]] = []
    for entry in specs {
      if let index = buckets.firstIndex(where: { $0[0].spec == entry.spec }) {
        buckets[index].append(entry)
      } else {
        buckets.append([entry])
      }
    }
    let sizes = buckets.map(\.count)
    let size = rule.groupSize(smallest: sizes.min() ?? 1, largest: sizes.max() ?? 1)
    return buckets.flatMap { bucket in
      let count = bucket.count.dividedRoundingUp(by: size)
      return (0..<count).map { group in
        let members = stride(from: group, to: bucket.count, by: count).map { bucket[$0] }
        return KVCacheGroup(layers: members.map(\.layer), specs: members.map(\.spec))
      }
    }
  }
}

extension KVCacheSpec {
  /// Whether layers of these specs can share one group although their pages differ; those of states must not.
  ///
  /// vLLM 0.33.0 `v1/kv_cache_interface.py UniformTypeKVCacheSpecs.is_uniform_type`.
  func isOneType(with other: KVCacheSpec) -> Bool {
    blockSize == other.blockSize && retention == other.retention
      && (kind == .state) == (other.kind == .state) && (kind != .state || pageSize == other.pageSize)
  }
}

extension KVCacheSpec.Retention {
  /// Only the latest tokens are needed.
  fileprivate var isLocal: Bool {
    switch self {
    case .window, .chunk: true
    case .everything, .pages: false
    }
  }
}

extension Deriver {
  /// What the start-up log says of the cache: its size in tokens, and how many requests of full length that is.
  func capacity(_ pool: KVCachePool) -> [Derivation] {
    guard let tokens = evaluation.tokens, let concurrency = evaluation.maxConcurrency else { return [blocks(pool)] }
    let length = Derivation.count("L", "max-model-len", evaluation.maxModelLen)
    let blocks = self.blocks(pool)
    let (sizePlace, requestsPlace) = (source(sources.tokens), source(sources.concurrency))
    func size(_ formula: String, _ children: [Derivation]) -> Derivation {
      Derivation("tokens", "KV cache size, as printed", .tokens(tokens), formula, children, source: sizePlace)
    }
    let need = request(pool)
    let smallest = pool.groups.compactMap(\.specs.first?.blockSize).min() ?? 1
    let block = Derivation.count("B", "tokens of the smallest block", smallest)
    var sized: Derivation?
    switch pool.counting.printedTokens {
    case .blocks: sized = size("N · B", [blocks, block])
    case .blocksOverGroups:
      sized = size(
        "⌊N / groups⌋ · B · dcp",
        [
          blocks, .count("groups", "groups", max(1, pool.groups.count)), block,
          .count("dcp", "ranks that share a request's tokens", pool.decodeContext),
        ])
    case .concurrencyTimesLength: break
    }
    func ratio(_ formula: String, _ children: [Derivation]) -> Derivation {
      Derivation(
        "C", "requests of full length at once, as printed", .ratio(concurrency), formula, children,
        source: requestsPlace)
    }
    guard let sized else {
      let ratio = ratio("N / b", [blocks, need])
      return [size("⌊C · L⌋", [ratio, length])]
    }
    if pool.counting.concurrency == .tokensOverLength {
      return [sized, ratio("tokens / L", [sized.again, length]), need]
    }
    return [sized, ratio("N / b", [blocks.again, need])]
  }

  /// How many blocks there are: the fewest over the stages.
  private func blocks(_ pool: KVCachePool) -> Derivation {
    let name = "blocks of the pool"
    let place = source(sources.blocks)
    if let override = flags.numGPUBlocksOverride {
      return Derivation("N", name, .count(override), source: place, note: "--num-gpu-blocks-override")
    }
    let stages = evaluation.stages.indices.filter { pool.blockBytes[$0] > .zero }
    func formula(_ index: Int, _ kv: Derivation, _ block: Derivation) -> String {
      kv.amount < .zero ? "max(0, ⌊\(kv.symbol) / \(block.symbol)⌋)" : "⌊\(kv.symbol) / \(block.symbol)⌋"
    }
    let limiting = evaluation.limitingStage
    let parts = stages.map { index -> Derivation in
      let stage = evaluation.stages[index]
      let isDetailed = index == limiting
      let kv = cache(stage, isDetailed: isDetailed)
      let block = self.block(pool, index, isDetailed: isDetailed)
      return Derivation(
        "N\(index)", "blocks that stage \(index) holds", .count(max(0, stage.kvCache.best / pool.blockBytes[index])),
        formula(index, kv, block), [kv, block], source: place)
    }
    if parts.count == 1 {
      return Derivation(
        "N", name, .count(evaluation.numBlocks), parts[0].formula, parts[0].children, source: place)
    }
    let all = "min(\(parts.map(\.symbol).joined(separator: ", ")))"
    return Derivation("N", name, .count(evaluation.numBlocks), parts.isEmpty ? nil : all, parts, source: place)
  }

  /// One block of a stage: the pages of the group that has most of them there.
  private func block(_ pool: KVCachePool, _ stage: Int, isDetailed: Bool) -> Derivation {
    let range = pool.stages[stage]
    let name = evaluation.stages.count > 1 ? "a block of stage \(stage)" : "a block"
    let symbol = evaluation.stages.count > 1 ? "block\(stage)" : "block"
    let kinds = isDetailed ? kinds(pool, in: range) : []
    let groups = kinds.enumerated().map { index, kind in
      let pages = kind.pages.enumerated().map {
        $1.derivation("\($0 + 1)", dtype: flags.kvCacheDType, source(sources.page))
      }
      let terms = pages.map { "\($0.symbol.replacingFirst(with: "n")) · \($0.symbol)" }.joined(separator: " + ")
      let counts = zip(pages, kind.pages).map {
        Derivation.count($0.symbol.replacingFirst(with: "n"), "layers with such a page", $1.count)
      }
      let times = kind.count == 1 ? "a group" : "each of \(kind.count) groups"
      return Derivation(
        "g\(index + 1)", "\(times) of \(kind.layers) layers: \(kind.name)", .bytes(kind.bytes), terms,
        zip(counts, pages).flatMap { [$0, $1] }, source: source(sources.groups))
    }
    if groups.count == 1, let only = groups.first {
      return Derivation(
        symbol, "\(name): \(only.name)", .exact(pool.blockBytes[stage]), only.formula, only.children,
        source: source(sources.block))
    }
    let formula = groups.isEmpty ? nil : "max(\(groups.map(\.symbol).joined(separator: ", ")))"
    return Derivation(symbol, name, .exact(pool.blockBytes[stage]), formula, groups, source: source(sources.block))
  }

  /// What one request of full length holds of the pool: the blocks of all groups.
  private func request(_ pool: KVCachePool) -> Derivation {
    let length = evaluation.maxModelLen
    let all = kinds(pool, in: 0..<Int.max)
    let groups = all.enumerated().flatMap { index, kind -> [Derivation] in
      guard let spec = kind.spec else { return [] }
      let blocks = kind.blocks(length: length, pool)
      let (formula, inputs) = spec.formula(length: length, inFlight: pool.inFlight, decodeContext: pool.decodeContext)
      // Layers of one group may keep different amounts; the formula is of the first, the number of all.
      let isFirst = spec.blocks(length: length, inFlight: pool.inFlight, decodeContext: pool.decodeContext) == blocks
      let node = Derivation(
        "r\(index + 1)", "blocks of a group: \(kind.name)", .count(blocks), isFirst ? formula : nil,
        isFirst ? inputs : [], source: source(sources.holds))
      return kind.count == 1 ? [node] : [.count("n\(index + 1)", "such groups", kind.count), node]
    }
    let sum = all.enumerated().filter { $1.spec != nil }.map { index, kind in
      kind.count == 1 ? "r\(index + 1)" : "n\(index + 1) · r\(index + 1)"
    }
    if groups.count == 1, groups[0].formula != nil {
      return Derivation(
        "b", "blocks of one request of full length", .count(evaluation.blocksPerRequest), groups[0].formula,
        groups[0].children, source: source(sources.need))
    }
    return Derivation(
      "b", "blocks of one request of full length", .count(evaluation.blocksPerRequest), sum.joined(separator: " + "),
      groups, source: source(sources.need))
  }

  /// Groups of a pool that are alike: how many, and their pages in a stage.
  struct Kind {
    var name: String
    var count: Int
    var layers: Int
    var pages: [Page]
    var group: KVCacheGroup
    var bytes: Bytes

    var spec: KVCacheSpec? { group.specs.first }

    func blocks(length: Int, _ pool: KVCachePool) -> Int {
      group.blocks(length: length, inFlight: pool.inFlight, decodeContext: pool.decodeContext)
    }
  }

  /// Equal pages of a group.
  struct Page {
    var spec: KVCacheSpec
    var count: Int
  }

  private func kinds(_ pool: KVCachePool, in range: Range<Int>) -> [Kind] {
    var kinds: [Kind] = []
    for group in pool.groups {
      if let index = kinds.firstIndex(where: {
        $0.group.specs == group.specs && $0.bytes == group.blockBytes(in: range)
      }) {
        kinds[index].count += 1
        continue
      }
      var pages: [Page] = []
      for (layer, spec) in zip(group.layers, group.specs) where range.contains(layer) {
        if let index = pages.firstIndex(where: { $0.spec == spec }) {
          pages[index].count += 1
        } else {
          pages.append(Page(spec: spec, count: 1))
        }
      }
      kinds.append(
        Kind(
          name: group.specs.first?.kindName ?? "", count: 1, layers: pages.reduce(0) { $0 + $1.count }, pages: pages,
          group: group, bytes: group.blockBytes(in: range)))
    }
    return kinds
  }
}

extension String {
  /// `p2` as `n2`.
  fileprivate func replacingFirst(with letter: String) -> String { letter + dropFirst() }
}

extension Deriver.Page {
  func derivation(_ number: String, dtype: KVCacheDType, _ source: Derivation.Source) -> Derivation {
    let page = spec.pageSize
    let symbol = "p" + number
    if spec.kind == .state {
      let padded = spec.paddedPage == nil ? "the state of one request" : "the state of one request, padded"
      return Derivation(symbol, "a layer's page: \(padded)", .bytes(page), source: source)
    }
    var inputs = [
      Derivation.count("heads", "heads of the rank", spec.numHeads),
      .bytes("each", "what a head keeps of a token (\(dtype.rawValue))", spec.stateBytes),
      .count("B", "tokens of a block", spec.blockSize),
    ]
    var formula = "heads · each · B"
    if spec.tokensPerState > 1 {
      inputs.append(.count("ratio", "tokens that one vector stands for", spec.tokensPerState))
      formula = "heads · each · ⌊B / ratio⌋"
    }
    let isPlain = spec.paddedPage == nil && spec.pageMultiple == 1
    let bare = spec.stateBytes * (spec.numHeads * (spec.blockSize / spec.tokensPerState))
    if !isPlain, page != bare {
      inputs.append(.bytes("padding", "padding", page - bare))
      formula += " + padding"
    }
    return Derivation(symbol, "a layer's page", .bytes(page), formula, inputs, source: source)
  }
}

extension KVCacheSpec {
  /// What a layer keeps, in the words of the contract.
  public var kindName: String {
    switch (kind, retention) {
    case (.state, _): "state"
    case (.latent, .window): "mla-sliding-window"
    case (.latent, _): "mla"
    case (.heads, .everything): "full-attention"
    case (.heads, .window): "sliding-window"
    case (.heads, .chunk): "chunked-local"
    case (.heads, .pages): "cross-attention"
    }
  }

  /// The formula of ``blocks(length:inFlight:decodeContext:)``, and what is put into it.
  func formula(length: Int, inFlight: Int, decodeContext: Int) -> (String, [Derivation]) {
    let size = Derivation.count("B", "tokens of a block", blockSize)
    let (all, flight) = (
      Derivation.count("L", "max-model-len", length),
      Derivation.count("F", "tokens that steps have in flight", inFlight)
    )
    switch retention {
    case .everything:
      if decodeContext == 1 { return ("⌈L / B⌉", [all, size]) }
      return ("⌈⌈L / dcp⌉ / B⌉", [all, .count("dcp", "ranks that share the tokens", decodeContext), size])
    case .window(let window):
      return ("⌈min(W − 1 + F, L) / B⌉ + 1", [.count("W", "window", window), flight, all, size])
    case .chunk(let chunk): return ("⌈min(W + F, L) / B⌉", [.count("W", "chunk", chunk), flight, all, size])
    case .pages(let count): return ("pages", [.count("pages", "pages of a request, whatever its length", count)])
    }
  }
}

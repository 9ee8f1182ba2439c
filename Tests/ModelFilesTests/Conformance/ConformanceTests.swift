import ModelFiles
import Plimsoll
import Testing

/// Whether config.json and flags lead to what vLLM's own code answers, over every architecture that is modelled.
@Suite struct ConformanceTests {
  /// The cache of a deployment, from its config up.
  struct Cache {
    var placement: CachePlacement
    var pool: KVCachePool

    init(_ answer: VLLMAnswer) throws {
      let shape = try answer.shape()
      placement = try shape.cachePlacement(
        CachePlacement.Settings(
          capability: answer.capability, kvCacheDType: answer.kvCacheDType, modelDType: shape.dtype,
          blockSize: answer.blockSize, tensorParallel: answer.parallelism.tensor, servesImages: !answer.textOnly,
          decodeContext: answer.parallelism.decodeContext))
      let groups = try KVCacheGroups(
        of: placement.specs.map { ($0.layer, $0.spec) }, hybridManager: answer.hybridManager, rule: .init(3, over: 2),
        packsPages: placement.packsPages)
      pool = KVCachePool(
        groups: groups.groups, stages: answer.parallelism.stages(of: shape), inFlight: answer.inFlight,
        decodeContext: answer.parallelism.decodeContext, reservesNullBlock: true)
    }
  }

  @Test(arguments: VLLMAnswer.all)
  func backendsAndBlockSizesAreVLLMs(_ answer: VLLMAnswer) throws {
    let cache = try Cache(answer)
    #expect(Set(cache.placement.backends.map(\.rawValue)) == answer.backends)
    #expect(cache.placement.blockSize == answer.resolvedBlockSize)
    #expect(cache.pool.largestBlock == answer.blockBytes)
  }

  @Test(arguments: VLLMAnswer.all)
  func blocksTokensAndRefusalsAreVLLMs(_ answer: VLLMAnswer) throws {
    let pool = try Cache(answer).pool
    #expect(!answer.plans.isEmpty)
    for plan in answer.plans {
      let available = Array(repeating: plan.available, count: answer.parallelism.pipeline)
      #expect(pool.holds(length: plan.length, available: available) == (plan.numBlocks != nil))
      if let needed = plan.needed { #expect(pool.need(length: plan.length) == needed) }
      if let longest = plan.longest {
        let ours = pool.longestRequest(available: available) ?? plan.length
        #expect(min(ours, plan.length) == longest)
      }
      guard let numBlocks = plan.numBlocks else { continue }
      #expect(pool.numBlocks(available: available) == numBlocks)
      guard let concurrency = plan.concurrency else { continue }
      let ours = Double(numBlocks) / Double(pool.blocksPerRequest(length: plan.length))
      #expect(ours == concurrency)
      #expect(Int(ours * Double(plan.length)) == plan.tokens)
    }
  }

  /// Exact in tensors; within 0.3 % as the allocator counts them, since the order of small tensors differs.
  @Test(arguments: VLLMAnswer.all.filter { !$0.weights.isEmpty })
  func weightsAreVLLMs(_ answer: VLLMAnswer) throws {
    let shape = try answer.shape()
    let attention = AttentionBuffers(
      backends: AttentionBackend.allCases.filter { answer.backends.contains($0.rawValue) },
      numHeads: shape.numAttentionHeads, hasSinks: shape.traits.hasSinks,
      maxNumBatchedTokens: answer.maxNumBatchedTokens, parallelism: answer.parallelism,
      sparse: AttentionBuffers.Sparse(shape, maxNumSeqs: answer.maxNumSeqs), blockIndex: shape.blockIndex,
      compressed: shape.compressedAttention)
    for (stage, expected) in answer.weights.enumerated() {
      let weights = shape.weights(
        stage: stage, parallelism: answer.parallelism, kernels: WeightKernels(for: answer.capability),
        attention: attention, computesLogits: !answer.pooling && !shape.traits.isPooling,
        servesImages: !answer.textOnly, maxNumBatchedTokens: answer.maxNumBatchedTokens)
      #expect(weights.parts.values.reduce(.zero, +) == weights.tensors)
      // Without its encoder a model weighs less, and says so; the encoder is on the first stage alone.
      if weights.isLowerBound, !answer.textOnly, stage == 0 {
        #expect(weights.tensors < expected.tensors)
        continue
      }
      #expect(weights.tensors == expected.tensors, "stage \(stage)")
      let ratio = Double(weights.allocated.count) / Double(expected.allocated.count)
      #expect(abs(ratio - 1) <= 0.003, "stage \(stage)")
    }
  }

  @Test func theAnswersCoverWhatDeploymentsVary() {
    let answers = VLLMAnswer.all
    #expect(answers.count >= 120)
    #expect(Set(answers.map(\.gpu)) == ["h100", "b200", "a100", "l40s"])
    #expect(Set(answers.map(\.parallelism.tensor)).isSuperset(of: [1, 2, 4, 8]))
    #expect(Set(answers.map(\.parallelism.pipeline)) == [1, 2, 4])
    #expect(answers.contains { $0.parallelism.decodeContext == 8 })
    #expect(answers.contains { !$0.hybridManager })
    #expect(Set(answers.map(\.kvCacheDType)).count >= 7)
    #expect(answers.contains { answer in answer.plans.contains { $0.numBlocks == nil } })
    #expect(answers.contains { $0.blockBytes == .zero })
  }
}

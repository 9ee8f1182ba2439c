/// Chooses one flag set: searches layouts and lengths, and of those found settles seats and the share of memory so that
/// the start is sure and enough stays free.
public struct Recommender: Sendable {
  public var request: RecommendRequest
  /// What is advised to stay free is given up: it starts surely, and nothing that leaves as much does.
  var givesUpReserve = false
  private var deployment: Deployment { request.deployment }

  public init(_ request: RecommendRequest) { self.request = request }

  /// What came of it.
  public enum Outcome: Hashable, Sendable {
    case found(Recommendation)
    /// Nothing fits: why, and the nearest changes that do, each planned again.
    case nothing([Finding])
    /// Part of it is not modelled.
    case unknown(Finding)
  }

  /// The utilization of the release where none is asked.
  var defaultUtilization: Double { deployment.release.budget.defaultGPUMemoryUtilization }

  /// Whether the length is ours to choose.
  var choosesLength: Bool {
    if case .tokens? = deployment.flags.maxModelLen { false } else { true }
  }

  /// Whether the share of memory is ours to choose.
  var choosesUtilization: Bool {
    deployment.flags.gpuMemoryUtilization == nil && deployment.flags.kvCacheMemoryBytes == nil
      && deployment.availableKVCacheMemory == nil && deployment.total != nil
  }

  /// One way to search.
  struct Pass {
    /// Hundredths of memory that may be asked for.
    var shares: ClosedRange<Int>
    /// `--max-num-batched-tokens`; nil: the engine's.
    var batch: Int?
    /// Tensor parallel within a node and stages between nodes, or whatever is legal.
    var isUsualLayout: Bool
    var meetsWish: Bool
    /// The least length that counts, for which seats give way.
    var leastLength: Int
    var givesUpReserve = false
  }

  /// The least share of memory that is tried: below it a GPU serves something else.
  private static let leastHundredths = 50

  /// Seats that are kept where length is what matters.
  private static let fewSeats = 16

  /// The length for which seats give way: seats of which not one can hold as much are worth little.
  static let usefulLength = 8192

  /// Ways to search, the least loss first: the defaults, a smaller batch, and only then more memory than the release
  /// takes by itself. A wish that nothing meets is given up before length is, length before what is to stay free, and
  /// that before memory.
  private var passes: [Pass] {
    let flags = deployment.flags
    let now = deployment.resolved.maxNumBatchedTokens
    let batches: [Int?] = flags.maxNumBatchedTokens == nil && now > 2048 ? [nil, 2048] : [nil]
    let isFixed = flags.tensorParallelSize != nil && flags.pipelineParallelSize != nil
    let layouts = request.count == 1 || isFixed ? [true] : [true, false]
    let usual = Int((defaultUtilization * 100).rounded())
    let own = deployment.resolved.maxModelLen
    let least = choosesLength ? min(Self.usefulLength, own) : 1
    var passes: [Pass] = []
    func add(_ shares: ClosedRange<Int>, meetsWish: Bool, _ least: Int, givesUpReserve: Bool = false) {
      for batch in batches {
        passes += layouts.map {
          Pass(
            shares: shares, batch: batch, isUsualLayout: $0, meetsWish: meetsWish, leastLength: least,
            givesUpReserve: givesUpReserve)
        }
      }
    }
    let below = min(Self.leastHundredths, usual)...usual
    if request.concurrency != nil { add(below, meetsWish: true, least) }
    // What stays free is not to come off the length.
    if request.goal == .headroom, choosesLength { add(below, meetsWish: false, own) }
    add(below, meetsWish: false, least)
    if least > 1 { add(below, meetsWish: false, 1) }
    // Headroom that is demanded, or the goal, is not given up.
    if choosesUtilization, request.goal != .headroom, request.gates.minHeadroom == nil {
      add(below, meetsWish: false, least, givesUpReserve: true)
      if least > 1 { add(below, meetsWish: false, 1, givesUpReserve: true) }
    }
    if choosesUtilization, usual < 98 { add(usual + 1...98, meetsWish: false, 1) }
    return passes
  }

  /// How many engines are tried: several where requests at once are what is asked for.
  private var engines: [Int] {
    if let given = deployment.flags.dataParallelSize { return [given] }
    let counts =
      request.goal == .concurrency || request.concurrency != nil
      || request.workload != nil && request.gates.minConcurrency != nil
    guard request.mayAddEngines, counts else { return [1] }
    return (1...max(1, request.count)).filter { $0 <= 16 || $0 % 8 == 0 }
  }

  /// The flag set, or why there is none.
  public func recommend() -> Outcome {
    let first = deployment.evaluate()
    if let unknown = deployment.unknown(first) { return .unknown(unknown) }
    var exclusions: [Exclusion] = []
    var isShort = false
    for pass in passes {
      // Layouts out of the usual are for models that fit no other way.
      if isShort, pass.meetsWish, !pass.isUsualLayout { continue }
      // What falls short of the wish is to fall short by little.
      let goal = request.concurrency != nil && !pass.meetsWish ? .concurrency : request.goal
      var search = self
      search.givesUpReserve = pass.givesUpReserve
      let met = search.settled(pass, goal, &exclusions)
      let isFallback = request.concurrency != nil && !pass.meetsWish
      for var found in ordered(met, goal, mindsCloseness: !isFallback).map(\.recommendation) {
        if pass.meetsWish, !meetsWish(found) {
          isShort = true
          continue
        }
        found.findings += remarks(found)
        found.reasons = reasons(found)
        return .found(found)
      }
    }
    return nothing(exclusions)
  }

  /// Of each layout what comes of it, with the largest share of memory that is sure: more of it is more KV cache, and
  /// for the goal of headroom the least share.
  private func settled(_ pass: Pass, _ goal: Goal, _ exclusions: inout [Exclusion]) -> [Met] {
    var ranked = space(pass, engines: 1)
    ranked.workload = request.workload
    let ranking = Ranking(goal, in: ranked)
    var base: Evaluation?
    var met: [Met] = []
    for engines in engines {
      let space = self.space(pass, engines: engines)
      for layout in space.layouts(of: space.starts[0]) where isWhole(layout, isUsual: pass.isUsualLayout) {
        for dtype in space.kvCacheDTypes {
          for eager in space.eager {
            var cell = Candidate(start: 0, layout: layout, maxModelLen: 1, maxNumSeqs: 1)
            (cell.kvCacheDType, cell.eager, cell.batchedTokens) = (dtype, eager, pass.batch)
            var one = space.holding(cell, shares(pass, cell, in: space, goal, reusing: &base))
            var candidates: [Candidate] = []
            var solution = Solver(one).enumerate { candidates.append($0) }
            // Experts that ranks cannot cut lie whole on them.
            let isCut = solution.exclusions.contains(where: \.isOfExperts)
            if isCut, hasExperts, deployment.flags.enableExpertParallel == nil {
              cell.layout.expertParallel = true
              one = space.holding(cell, shares(pass, cell, in: space, goal, reusing: &base))
              solution = Solver(one).enumerate { candidates.append($0) }
            }
            exclusions += solution.exclusions.filter { !exclusions.contains($0) }
            if goal == .context || pass.leastLength == 1 {
              candidates = candidates.ordered {
                ($0.utilization ?? 0, $0.maxModelLen) > ($1.utilization ?? 0, $1.maxModelLen)
              }
            }
            for candidate in candidates {
              guard let found = settle(onNodes(one.deployment(of: candidate)), reusing: &base) else { continue }
              met.append(Met(candidate, found, ranking))
              break
            }
          }
        }
      }
    }
    return met
  }

  private func space(_ pass: Pass, engines: Int) -> SearchSpace {
    let flags = deployment.flags
    var open = deployment
    open.count = nil
    let start = SearchSpace.Start(open, count: request.count)
    var space = SearchSpace([start])
    let nodes = deployment.nodes
    let isUsual = pass.isUsualLayout
    space.tensor = flags.tensorParallelSize.map { [$0] } ?? (isUsual ? Array(1...start.perNode) : nil)
    space.pipeline = flags.pipelineParallelSize.map { [$0] } ?? (isUsual ? nodes > 1 ? [1, nodes] : [1] : nil)
    space.data = [engines]
    // Engines that share a model's experts hand tokens over; one engine cuts them.
    space.expertParallel =
      flags.enableExpertParallel.map { [$0] } ?? (isUsual ? [engines > 1 && hasExperts] : nil)
    if request.allowsFP8KV, flags.kvCacheDType == nil { space.kvCacheDTypes = [nil, .fp8] }
    if request.allowsEager, flags.enforceEager == nil { space.eager = [nil, true] }
    // Where not even useful requests fit, length is what is left to save.
    let savesLength = request.goal == .context || choosesLength && pass.leastLength == 1
    if choosesLength, savesLength || pass.leastLength > 1 {
      space.lengths = .most(pass.leastLength...max(pass.leastLength, deployment.resolved.maxModelLen))
    }
    if flags.maxNumSeqs == nil, savesLength, !request.guaranteesFullLength, request.workload == nil {
      // Seats give way to length, but not the last of them.
      let usual = deployment.resolved.maxNumSeqs
      space.sequences = .most(min(Self.fewSeats, usual)...usual)
    }
    if pass.meetsWish, flags.maxNumSeqs == nil, let wished = request.concurrency {
      let each = wished.dividedRoundingUp(by: engines)
      let seats = deployment.release.captureSizes.gridSize(from: each)
      space.sequences = .each([request.workload == nil ? max(seats, deployment.resolved.maxNumSeqs) : seats])
    }
    space.decodeContext = [flags.decodeContextParallelSize ?? 1]
    space.batchedTokens = [pass.batch]
    space.gates = request.gates
    space.gates.guaranteesFullLength = request.guaranteesFullLength
    // What is surely left is no more than what is left by the best estimate.
    if choosesUtilization, !givesUpReserve {
      space.gates.minHeadroom = max(request.gates.minHeadroom ?? .zero, deployment.leastReserve)
    }
    // Demands in requests of the workload are held against what is settled, not against full lengths.
    if request.workload != nil { space.gates.minConcurrency = nil }
    return space
  }

  /// Why nothing fits, and what would: remedies of the layout that takes all GPUs, which change one thing each.
  private func nothing(_ exclusions: [Exclusion]) -> Outcome {
    var whole = deployment
    whole.count = nil
    if whole.flags.tensorParallelSize == nil, whole.flags.pipelineParallelSize == nil {
      // The layout that memory excludes rather than a rule: the largest there is.
      let tried = exclusions.filter { Self.memoryCodes.contains($0.code) }.flatMap(\.layouts)
      if let layout = tried.max(by: { $0.accelerators < $1.accelerators }) { layout.apply(to: &whole.flags) }
    }
    let plan = Planner.plan(whole)
    var findings = plan.findings.filter { $0.severity == .error }
    if findings.isEmpty, plan.evaluation.startsSurely {
      let reserve = whole.reserve(plan.evaluation, servesPromptLogprobs: request.servesPromptLogprobs)
      findings = [
        Finding("demands", .error, "it starts, and does not have what is demanded, or to stay free (\(reserve.text))")
      ]
    }
    if findings.isEmpty {
      // It starts by the best estimate: what is tight is what is in the way.
      findings = plan.findings.filter { Self.memoryCodes.contains($0.code) }.map {
        Finding($0.code, .error, $0.message, remedies: $0.remedies)
      }
    }
    if findings.isEmpty { findings = exclusions.map { Finding($0.code, .error, $0.reason) } }
    return .nothing(findings)
  }

  /// Refusals by the size of things.
  private static let memoryCodes: Set<String> = [
    "startup-check", "kv-cache-too-small", "mamba-blocks", "after-budget", "demands",
  ]
}

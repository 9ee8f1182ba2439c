import CommandLineKit
import EngineLogs
import ModelFiles
import Plimsoll

/// Which flag to move for what holds an engine back, with a value where load and plan give one.
struct WatchAdvice {
  var load: EngineLoad
  /// Tokens that the engine's cache holds; nil where neither it nor a plan says so.
  var tokens: Double?
  var plan: SavedPlan?
  /// nil where there is no plan, or its deployment cannot be planned again here.
  var replanner: Replanner?

  /// Tokens that a running request holds, as the engine is now.
  var tokensPerRequest: Double? {
    guard let tokens, let use = load.cacheUse, let running = load.runningEach, running >= 1, use > 0 else { return nil }
    return use * tokens / running
  }

  /// How many requests like those that run the cache holds, with the twentieth free that a full one lacks.
  private var held: Int? {
    guard let tokens, let each = tokensPerRequest, each > 0 else { return nil }
    return Int(min(tokens * LoadLimits.fullCache / each, 1e6))
  }

  func remedies(for verdict: LoadVerdict) -> [WatchRemedy] {
    switch verdict {
    case .kvBound: moreCache + fewerSeats + [WatchRemedy(says: "another replica, or the model over more GPUs")]
    case .seatBound: moreSeats
    case .prefillBound: longerSteps
    case .oversized: smaller
    case .drifted, .healthy, .noLoad, .unknown: []
    }
  }

  private func checked(_ remedy: WatchRemedy, _ change: (inout ServeFlags) -> Void) -> [WatchRemedy] {
    guard let replanner else { return [remedy] }
    return replanner.checked(remedy, change).map { [$0] } ?? []
  }

  private var moreCache: [WatchRemedy] {
    var remedies: [WatchRemedy] = []
    if let plan, let most = plan.mostUtilization {
      // The most, to hundredths, with which it starts for sure.
      for hundredths in stride(from: Int(min(most, 1) * 100 + 1e-9), to: 0, by: -1) {
        let share = Double(hundredths) / 100
        guard share > plan.utilization + 0.005 else { break }
        let remedy = WatchRemedy(arguments: ["--gpu-memory-utilization", share.fixed(2)], says: "a larger cache")
        let found = checked(remedy) { $0.gpuMemoryUtilization = share }
        remedies += found
        if !found.isEmpty { break }
      }
    } else if plan == nil {
      remedies.append(WatchRemedy(says: "raise --gpu-memory-utilization: a larger cache, where the GPU has room"))
    }
    let cache = load.sample.cacheConfig["cache_dtype"] ?? plan?.flags["kv_cache_dtype"]?.word
    if cache == nil || cache == "auto" || cache == "bfloat16" || cache == "float16" {
      let remedy = WatchRemedy(
        arguments: ["--kv-cache-dtype", "fp8"], says: "half the bytes a token, where GPU and attention backend have it")
      remedies += checked(remedy) { $0.kvCacheDType = .fp8 }
    }
    return remedies
  }

  private var fewerSeats: [WatchRemedy] {
    let says = "requests wait for a seat, rather than lose what they computed"
    guard let held, let running = load.runningEach, Double(held) < running else {
      return load.preemptionsPerMinute ?? 0 > 0 ? [WatchRemedy(says: "lower --max-num-seqs: " + says)] : []
    }
    return [WatchRemedy(arguments: ["--max-num-seqs", String(Self.rounded(held, up: false))], says: says)]
  }

  private var moreSeats: [WatchRemedy] {
    let wanted = Self.rounded(Int(min((load.runningEach ?? 0) + (load.waitingEach ?? 0), 1e6)), up: true)
    let seats = plan?.seats ?? Int(min(load.runningEach ?? 0, 1e6))
    let limit = min(held ?? .max, plan?.mostSeats ?? .max)
    guard limit > seats else {
      return [WatchRemedy(says: "another replica: the cache holds no more requests like these")]
    }
    let value = wanted <= limit ? wanted : Self.rounded(limit, up: false)
    guard value > seats else {
      return [WatchRemedy(says: "another replica: the cache holds \(limit.grouped) of these requests")]
    }
    var says = "seats for who waits"
    if let held { says += "; the cache holds \(held.grouped) like those that run" }
    if wanted > value { says += ", and the rest of the queue is for a replica" }
    return checked(WatchRemedy(arguments: ["--max-num-seqs", String(value)], says: says)) { $0.maxNumSeqs = value }
  }

  private var longerSteps: [WatchRemedy] {
    let says = "longer steps take more of a prompt; the time between tokens grows with them"
    guard let now = plan?.stepTokens, now < 1 << 15 else {
      return [WatchRemedy(says: "raise --max-num-batched-tokens: " + says)]
    }
    let value = now * 2
    let longer = checked(WatchRemedy(arguments: ["--max-num-batched-tokens", String(value)], says: says)) {
      $0.maxNumBatchedTokens = value
    }
    return longer + [WatchRemedy(says: "another replica, or servers of their own for prompts")]
  }

  private var smaller: [WatchRemedy] {
    var remedies = [WatchRemedy(says: "fewer replicas, or a smaller GPU")]
    if let plan, let longest = plan.longest, longest > plan.maxModelLen {
      remedies.append(
        WatchRemedy(arguments: ["--max-model-len", String(longest)], says: "longer requests, at no cost"))
    }
    return remedies
  }

  /// To a size that graphs are captured for: multiples of 8 up to 256, of 16 above.
  static func rounded(_ seats: Int, up: Bool) -> Int {
    guard seats >= 8 else { return max(1, seats) }
    let step = seats > 256 ? 16 : 8
    return (seats + (up ? step - 1 : 0)) / step * step
  }
}

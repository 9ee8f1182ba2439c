import EngineLogs

/// What earlier looks saw.
struct WatchHistory {
  private var last: [EngineSample] = []
  /// Seconds between the last look and the one at hand.
  private var gap = 0.0
  private var lastSeconds = 0.0
  private var began: Double?
  private var now = 0.0
  /// The most of the cache that was in use, of any engine.
  private var peak = 0.0
  /// Only one look is made: what it sees is all that can be said.
  var isSingle: Bool

  init(isSingle: Bool) { self.isSingle = isSingle }

  /// An hour has its busy minutes.
  private static let long = 3600.0

  /// Notes that a look begins.
  mutating func look(_ samples: [EngineSample], at seconds: Double) {
    gap = began == nil ? 0 : seconds - lastSeconds
    began = began ?? seconds
    now = seconds
    peak = max(peak, samples.compactMap(\.cacheUse).max() ?? 0)
  }

  /// Notes that it has ended.
  mutating func keep(_ samples: [EngineSample]) {
    last = samples
    lastSeconds = now
  }

  func load(_ sample: EngineSample) -> EngineLoad {
    let before = last.first {
      $0.engine == sample.engine && $0.model == sample.model && $0.place == sample.place
    }
    return EngineLoad(sample, since: before, seconds: gap)
  }

  /// The most of an engine's cache that was in use, where that tells its size.
  func busiest(_ load: EngineLoad) -> Double? {
    if isSingle { return load.cacheUse }
    guard let began, now - began >= Self.long else { return nil }
    return peak
  }
}

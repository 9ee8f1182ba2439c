import Testing

@testable import EngineLogs

@Suite struct StatisticFiguresTests {
  static func figures(_ line: String) -> StatisticFigures? {
    let bytes = Array(line.utf8)
    guard let place = LinePattern.find(Array("Running: ".utf8), in: bytes, from: 0, limit: bytes.count) else {
      return nil
    }
    return bytes.withUnsafeBufferPointer { StatisticFigures($0, at: place) }
  }

  @Test(arguments: [
    (
      "Running: 40 reqs, Waiting: 25 reqs, Preemptions: 12, GPU KV cache usage: 99.3%, Prefix cache hit rate: 1.0%",
      [40, 25, 12, 99.3]
    ),
    (
      "Running: 128 reqs, Waiting: 31 reqs, Deferred: 4 reqs, CUDA KV cache usage: 22.3%, Prefix cache hit rate: 5%",
      [128, 31, 0, 22.3]
    ),
    ("tokens/s, Running: 1 reqs, Waiting: 0 reqs, GPU KV cache usage: 0.1%", [1, 0, 0, 0.1]),
  ])
  func theFiguresOfALineAreRead(line: String, figures: [Double]) throws {
    let read = try #require(Self.figures(line))
    #expect([read.running, read.waiting, read.preempted, read.use] == figures)
  }

  @Test(arguments: [
    "Running: a model", "Running: 4 reqs, Waiting: 2 reqs\nGPU KV cache usage: 4.0%", "Running: ", "Running: 4",
  ])
  func whatEndsBeforeTheCacheIsNone(line: String) { #expect(Self.figures(line) == nil) }

  /// The order of what tells more: preemptions, a full cache before a queue, a queue for seats, the fuller cache.
  @Test func theLineThatTellsMostIsKept() throws {
    let lines = [
      "Running: 1 reqs, Waiting: 0 reqs, GPU KV cache usage: 1.0%",
      "Running: 9 reqs, Waiting: 0 reqs, GPU KV cache usage: 90.0%",
      "Running: 8 reqs, Waiting: 4 reqs, GPU KV cache usage: 10.0%",
      "Running: 8 reqs, Waiting: 9 reqs, GPU KV cache usage: 10.0%",
      "Running: 8 reqs, Waiting: 2 reqs, GPU KV cache usage: 96.0%",
      "Running: 8 reqs, Waiting: 0 reqs, Preemptions: 1, GPU KV cache usage: 40.0%",
      "Running: 8 reqs, Waiting: 0 reqs, Preemptions: 7, GPU KV cache usage: 40.0%",
    ].compactMap(Self.figures)
    #expect(lines.count == 7)
    for (place, less) in lines.enumerated() {
      for more in lines[(place + 1)...] {
        var kept = TellingStatistic(less)
        let takesMore = kept.take(more)
        #expect(takesMore)
        #expect(kept.figures == more)
        var best = TellingStatistic(more)
        let takesLess = best.take(less)
        #expect(!takesLess)
        #expect(best.figures == more)
      }
    }
  }
}

import Plimsoll
import Testing

/// vLLM's `get_pp_indices`: one layer more for the stages before the last, counted from the end.
@Suite struct ParallelismStagesTests {
  @Test(arguments: [
    (61, 1, [61]), (61, 2, [31, 30]), (61, 4, [15, 15, 16, 15]), (62, 4, [15, 16, 16, 15]), (80, 3, [27, 27, 26]),
    (94, 8, [11, 12, 12, 12, 12, 12, 12, 11]), (64, 4, [16, 16, 16, 16]), (3, 4, [1, 1, 1, 0]),
  ])
  func theLastStageNeverGetsAnExtraLayer(layers: Int, stages: Int, sizes: [Int]) {
    let ranges = Parallelism(pipeline: stages).stages(of: layers)
    #expect(ranges.map(\.count) == sizes)
    #expect(ranges.first?.lowerBound == 0)
    #expect(ranges.last?.upperBound == layers)
    for (one, next) in zip(ranges, ranges.dropFirst()) { #expect(one.upperBound == next.lowerBound) }
  }

  @Test func anExplicitPartitionWins() {
    let parallelism = Parallelism(pipeline: 4, layerPartition: [16, 15, 15, 15])
    #expect(parallelism.stages(of: 61) == [0..<16, 16..<31, 31..<46, 46..<61])
  }

  @Test func decodeContextReusesTheTensorRanks() {
    let parallelism = Parallelism(tensor: 8, pipeline: 2, data: 3, decodeContext: 8)
    #expect(parallelism.worldSize == 48)
    #expect(parallelism.expertRanks == 24)
  }
}

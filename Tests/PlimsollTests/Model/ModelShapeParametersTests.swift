import Plimsoll
import Testing

@Suite struct ModelShapeParametersTests {
  /// Two vocabularies, 64 layers, a norm; buffers do not count. The hub's page of QwQ-32B says 32.8B.
  ///
  /// A layer: query, key and value (40 + 16) · 128 · 5,121, output 5,120², gate, up and down 3 · 27,648 · 5,120, two norms.
  @Test func qwq32BHasTheParametersOfItsCheckpoint() {
    let layer = 7_168 * 5_121 + 5_120 * 5_120 + 3 * 27_648 * 5_120 + 2 * 5_120
    #expect(ModelShape.qwq32B.parameters == 2 * 152_064 * 5_120 + 64 * layer + 5_120)
    #expect(ModelShape.qwq32B.parameters == 32_763_876_352)
  }

  @Test(arguments: [
    (Module.Kind.vocabulary(rows: 50_257, width: 768, bias: false), 50_257 * 768),
    (.column(input: 10, outputs: [3, 4], bias: true), 7 * 11),
    (.row(input: 10, output: 3, bias: true), 33),
    (.replicated(input: 10, outputs: [5], bias: false), 50),
    (.tensor(shape: [2, 3, 4], cut: 0), 24),
    // Gate, up and down of 6 experts, with a bias on each.
    (
      .experts(Module.Experts(count: 6, hiddenSize: 10, intermediateSize: 4, bias: true)),
      6 * (3 * 10 * 4 + 2 * 4 + 10)
    ),
    // Queries and their gates, keys and values: (2 · 4 + 2 + 2) heads of 8.
    (.qkv(Module.QKV(input: 5, numHeads: 4, numKVHeads: 2, headSize: 8, gated: true)), 12 * 8 * 5),
  ])
  func aModuleCountsItsWholeWeight(kind: Module.Kind, parameters: Int) {
    #expect(Module("module", .mlp, kind).parameters == parameters)
  }

  @Test func tiedAndUnlearnedTensorsDoNotCount() {
    var shape = ModelShape.qwq32B
    let untied = shape.parameters
    shape.outer[3].tiedToEmbedding = true
    #expect(shape.parameters == untied - 152_064 * 5_120)
    #expect(Module("rotary", .buffers, .tensor(shape: [40_960, 128], cut: nil)).parameters == 0)
  }

  @Test func runsOfLayersAreCutWhereAStageCutsThem() {
    #expect(ModelShape.qwq32B.layers(in: 60..<70).map(\.count) == [4])
    #expect(ModelShape.qwq32B.layers(in: 64..<70).isEmpty)
    #expect(ModelShape.qwq32B.numLayers == 64)
  }
}

import Catalog
import Testing

@testable import Plimsoll

@Suite("What a search does grows no faster than its cells")
struct SolverWorkTests {
  private func grid(_ model: String, lengths: Int, seqs: Int, shares: Int) throws -> SearchSpace {
    let shape = try #require(RandomSpace.models[model])
    let deployment = Deployment(model: shape, device: try Catalog.gpu(named: "h100-80gb-sxm"))
    var space = SearchSpace([SearchSpace.Start(deployment, count: 2)])
    (space.tensor, space.pipeline, space.data, space.expertParallel) = ([1, 2], [1], [1], [false])
    let longest = deployment.resolved.maxModelLen
    space.lengths = .each((1...lengths).map { longest * $0 / lengths })
    space.sequences = .each((1...seqs).map { 256 * $0 / seqs })
    space.utilizations = (0..<shares).map { 0.6 + 0.3 * Double($0) / Double(shares) }
    return space
  }

  private func work(_ space: SearchSpace) -> (cells: Int, terms: Int) {
    let solution = Solver(space).solve(for: .balanced)
    return (solution.cells, solution.evaluations)
  }

  @Test(
    "Twice the values of an axis are twice the cells, and at most 2.6 times the terms to count",
    arguments: ["meta-llama/Llama-3.1-8B-Instruct", "deepseek-ai/DeepSeek-V2-Lite-Chat", "google/gemma-3-27b-it"])
  func linear(model: String) throws {
    let few = work(try grid(model, lengths: 64, seqs: 4, shares: 10))
    let (lengths, seqs, shares) = (
      work(try grid(model, lengths: 128, seqs: 4, shares: 10)), work(try grid(model, lengths: 64, seqs: 8, shares: 10)),
      work(try grid(model, lengths: 64, seqs: 4, shares: 20))
    )
    #expect(few.cells == 2 * 64 * 4 * 10)
    for more in [lengths, seqs, shares] {
      #expect(more.cells == 2 * few.cells)
      #expect(5 * more.terms <= 13 * few.terms, "\(few) \(more)")
    }
    // A share of the memory changes no term.
    #expect(shares.terms == few.terms)
  }

  @Test("Of a range of a million lengths some twenty are tried, as halving has it: 2^20 > 10^6")
  func halved() throws {
    var space = try grid("deepseek-ai/DeepSeek-V2-Lite-Chat", lengths: 1, seqs: 1, shares: 1)
    space.lengths = .most(1...1_000_000)
    let work = work(space)
    #expect(work.cells == 2)
    #expect(work.terms <= 2 * 24, "\(work)")
  }

  @Test("A value that vLLM refuses beside one that it takes leaves the other valid")
  func refusedValue() throws {
    var space = try grid("meta-llama/Llama-3.1-8B-Instruct", lengths: 1, seqs: 1, shares: 1)
    space.lengths = .each([8_192])
    space.batchedTokens = [0, 2_048]
    let solution = Solver(space).solve(for: .balanced)
    #expect(solution.valid == 2)
    #expect(solution.exclusions.map(\.code) == ["positive"])
  }

  @Test(
    "What comes of a device does not depend on the devices before it",
    arguments: [
      "Qwen/Qwen3-8B-FP8", "google/gemma-2-9b-it", "deepseek-ai/DeepSeek-V3.2", "openai/gpt-oss-20b",
      "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16",
    ])
  func devices(model: String) throws {
    let shape = try #require(RandomSpace.models[model])
    let first = try #require(RandomSpace.devices.first)
    let deployment = Deployment(model: shape, device: first)
    var sweep = DeviceSweep(deployment)
    for device in RandomSpace.devices {
      let answer = sweep.answer(on: device, DeviceTraits(device))
      var alone = deployment
      alone.device = device
      guard answer.verdict == .fits || answer.verdict == .tight else { continue }
      alone.flags.tensorParallelSize = answer.accelerators
      let evaluation = alone.evaluate()
      #expect(evaluation.starts && evaluation.startsSurely == (answer.verdict == .fits), "\(device.id)")
      #expect(evaluation.tokens == answer.tokens && evaluation.maxConcurrency == answer.concurrency, "\(device.id)")
      // One GPU fewer by half does not start.
      guard answer.accelerators > 1 else { continue }
      alone.flags.tensorParallelSize = answer.accelerators / 2
      #expect(!alone.evaluate().starts, "\(device.id)")
    }
  }
}

import Catalog
import Testing

@testable import Plimsoll

@Suite("What a search does grows no faster than its cells")
struct SolverWorkTests {
  private func grid(_ model: String, lengths: Int, seqs: Int, shares: Int) throws -> SearchSpace {
    let shape = try #require(RandomSpace.models[model])
    let deployment = Deployment(model: shape, device: try Catalog.gpu(named: "h100-80gb-sxm"))
    var space = SearchSpace([SearchSpace.Start(deployment, count: 2)])
    let longest = deployment.resolved.maxModelLen
    space.lengths = .each((1...lengths).map { longest * $0 / lengths })
    space.sequences = .each((1...seqs).map { 256 * $0 / seqs })
    space.utilizations = (0..<shares).map { 0.6 + 0.3 * Double($0) / Double(shares) }
    return space
  }

  /// Cells of which none is valid are a block that is refused: three layouts of two GPUs, each a block of the grid.
  private func work(_ space: SearchSpace) -> (cells: Int, terms: Int) {
    let solution = Solver(space).solve(for: .balanced)
    return (solution.cells, solution.evaluations)
  }

  @Test(
    "Twice the values of an axis are twice the cells, and at most 2.6 times the terms to count",
    arguments: ["meta-llama/Llama-3.1-8B-Instruct", "deepseek-ai/DeepSeek-V2-Lite-Chat", "google/gemma-3-27b-it"])
  func linear(model: String) throws {
    let few = work(try grid(model, lengths: 16, seqs: 4, shares: 10))
    let (lengths, seqs, shares) = (
      work(try grid(model, lengths: 32, seqs: 4, shares: 10)), work(try grid(model, lengths: 16, seqs: 8, shares: 10)),
      work(try grid(model, lengths: 16, seqs: 4, shares: 20))
    )
    #expect(few.cells == 3 * 16 * 4 * 10)
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
    #expect(work.cells == 3)
    #expect(work.terms <= 3 * 24, "\(work)")
  }

  @Test("A value that vLLM refuses beside one that it takes leaves the other valid")
  func refusedValue() throws {
    var space = try grid("meta-llama/Llama-3.1-8B-Instruct", lengths: 1, seqs: 1, shares: 1)
    space.lengths = .each([8_192])
    space.batchedTokens = [0, 2_048]
    let solution = Solver(space).solve(for: .balanced)
    #expect(solution.valid == 3)
    #expect(solution.exclusions.map(\.code) == ["positive"])
  }
}

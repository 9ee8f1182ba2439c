import Deployments
import ModelFiles
import SeededRandom
import Testing

/// Whatever the words are, a line is read or refused with a sentence.
@Suite struct LineFuzzTests {
  @Test("Mutated lines are read, or refused with a sentence", arguments: 0..<4)
  func lines(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let lines = try Fixture.read("command-lines.json")["lines"]?.items.compactMap { $0["words"]?.texts } ?? []
    let pool =
      lines.flatMap { $0 } + ["", "-", "--", "=", "-c", "sh", "docker", "--gpus", "$A", "`", "--.", "-.", "-O", "-O."]
    for _ in 0..<1_000 {
      var words = lines.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0...words.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where place < words.count: words.remove(at: place)
        case 1: words.insert(pool.randomElement(using: &random) ?? "", at: place)
        case 2 where place < words.count: words[place] = String(words[place].shuffled(using: &random))
        default: words.insert(pool.randomElement(using: &random) ?? "", at: words.count)
        }
      }
      do throws(LineError) { _ = try ServeLine.read(words) } catch {
        #expect(!error.message.isEmpty && !error.code.isEmpty)
      }
    }
  }

  @Test("Mutated YAML is read, or refused with a line", arguments: 0..<4)
  func yaml(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    guard case .object(let files)? = try Fixture.read("command-lines.json")["files"] else { return }
    let texts = files.members.compactMap { $0.value.text }.map { Array($0.utf8) }
    let pool = Array("[]{}:,-#'\"\\\n \t|>&*!?%@`0aé.".utf8)
    for _ in 0..<2_500 {
      var text = texts.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...5, using: &random) where !text.isEmpty {
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text.remove(at: place)
        case 1: text.insert(pool.randomElement(using: &random) ?? 0, at: place)
        default: text[place] = pool.randomElement(using: &random) ?? 0
        }
      }
      do throws(YAMLError) { _ = try YAMLBlock.parse(text) } catch { #expect(error.line >= 1) }
    }
  }

  @Test("Lines of great length are read in good time")
  func long() throws {
    let start = ContinuousClock.now
    let sizes = (0..<20_000).map { String($0) }
    let line = try ServeLine.read(["vllm", "serve", "m", "--cudagraph-capture-sizes"] + sizes)
    #expect(line.flags.cudagraphCaptureSizes?.count == 20_000)
    let script = "true; " + String(repeating: "echo 'x' && ", count: 20_000) + "vllm serve m"
    #expect(try ServeLine.read(["sh", "-c", script]).model == "m")
    let nested = (0..<5_000).map { _ in "nohup" } + ["vllm", "serve", "m"]
    #expect(throws: LineError.self) { try ServeLine.read(nested) }
    #expect(try ServeLine.read(nested.suffix(12)).model == "m")
    #expect(ContinuousClock.now - start < .seconds(20))
  }
}

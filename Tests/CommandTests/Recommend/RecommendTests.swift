import Foundation
import ModelFiles
import Testing

@testable import PlimsollCommand

/// What is recommended, held against `fit`.
@Suite struct RecommendTests {
  /// Models of several kinds and sizes on GPUs that hold them easily, barely, in part, or not.
  static let table: [(String, String)] = {
    let models = [
      "Qwen/Qwen3-8B", "QwQ-32B", "llama-3.1-70b", "gpt-oss-20b", "gemma-3-27b-it", "deepseek-v3", "Qwen3-30B-A3B",
    ]
    let gpus = ["h100:1", "h100:8", "l4:1", "a100-80gb:2", "h200:8", "rtx-4090:4", "t4:2", "mi300x:1"]
    return models.flatMap { model in gpus.map { (model, $0) } }
  }()

  private static func lineOfRun(_ answer: JSON, _ gpu: String) -> [String] {
    ["fit", "--gpu", gpu.split(separator: ":").map(String.init)[0] + ":64", "--json", "--"] + answer.texts("run.argv")
  }

  @Test("Every command that is recommended fits when it is planned again", arguments: table)
  func fits(_ model: String, _ gpu: String) throws {
    let answer = plimsoll(["recommend", model, "--gpu", gpu, "--ladder", "--json"])
    let document = try answer.json()
    #expect(try JSONSchema(named: "recommend").complaints(about: document) == [])
    switch document.text("verdict") {
    case "fits":
      #expect(answer.status == 0)
      let again = try plimsoll(Self.lineOfRun(document, gpu)).json()
      #expect(again.text("verdict") == "fits", "\(document.texts("run.argv"))")
      let release = again.double("flags.gpu_memory_utilization") ?? 1
      let isAbove = document.findings("warning").contains("utilization-above-default")
      #expect(release <= 0.92 || isAbove)
      #expect((again.int("flags.max_num_batched_tokens") ?? 0) >= 2048)
      let isGivenUp = document.findings("warning").contains("reserve-not-kept")
      let advised = document.int("reserve.advised_bytes") ?? 0
      #expect((document.int("reserve.left_bytes") ?? 0) >= (isGivenUp ? 0 : advised))
      for rung in document.items("ladder") where rung.at("fits") == true {
        let line = ["fit", "--gpu", gpu.split(separator: ":").map(String.init)[0] + ":64", "--json", "--"]
        #expect(try plimsoll(line + rung.texts("argv")).json().text("verdict") == "fits")
      }
    case "nothing-fits":
      #expect(answer.status == 1)
      #expect(document.at("run") == .null)
      #expect(!document.findings("error").isEmpty)
      for remedy in document.items("findings").flatMap({ $0.items("remedies") }) {
        #expect(remedy.text("verdict") == "fits")
      }
    default: #expect(answer.status == 4)
    }
  }

  private static let chat = "--prompt-tokens p50=400,p95=2000 --output-tokens p50=200,p95=800"

  @Test("With a workload the seats are what the pool surely sustains, a size that is captured (story 4)")
  func seats() throws {
    let line = "recommend Qwen/Qwen3-8B --gpu l40s --max-model-len 8192 \(Self.chat)"
    let answer = try document(line)
    let run = answer.texts("run.argv")
    let place = try #require(run.firstIndex(of: "--max-num-seqs"))
    let seats = try #require(Int(run[place + 1]))
    let sustained = answer.items("workload.served.sustained").first { $0.double("margin") == 2 }
    #expect(seats <= (sustained?.int("requests") ?? 0))
    // A size that is captured, or one between two of which the smaller would cost one in eight.
    #expect([1, 2, 4].contains(seats) || seats % 8 == 0 || seats % 8 * 8 >= seats)
    #expect(seats > 4)
    // Fewer wishes, fewer seats.
    let few = try document(line + " --concurrency 4").texts("run.argv")
    #expect(few.contains("--max-num-seqs") && few[(few.firstIndex(of: "--max-num-seqs") ?? 0) + 1] == "4")
  }

  @Test("Without one the engine's seats are kept, and the answer is tabled at three lengths")
  func notStated() throws {
    let line = "recommend Qwen/Qwen3-8B --gpu h100"
    let answer = try document(line)
    #expect(answer.items("kv_cache.requests_at_once").count == 3)
    #expect(answer.at("workload") == ["stated": false])
    let fit = try document("fit Qwen/Qwen3-8B --gpu h100")
    let run = answer.texts("run.argv")
    let place = try #require(run.firstIndex(of: "--max-num-seqs"))
    #expect(Int(run[place + 1]) == fit.int("flags.max_num_seqs"))
    let text = plimsoll(line).out
    #expect(text.contains("workload") && text.contains("not stated"))
  }

  @Test("A guarantee of full length lowers the seats to what the pool holds")
  func guarantee() throws {
    let answer = try document("recommend QwQ-32B --gpu h100:2 -tp 2 --guarantee full-length")
    let run = answer.texts("run.argv")
    let place = try #require(run.firstIndex(of: "--max-num-seqs"))
    let seats = try #require(Int(run[place + 1]))
    #expect(seats <= (answer.items("kv_cache.requests_at_once").first?.int("requests") ?? 0))
    #expect(seats >= 1)
  }

  @Test("Each flag says why, and what another value changes")
  func reasons() throws {
    let answer = try document("recommend QwQ-32B --gpu h100:2 --max-model-len 16k")
    let flags = answer.items("flags")
    let names = flags.compactMap { $0.texts("argv").first }
    for name in [
      "--gpu-memory-utilization", "--max-model-len", "--max-num-seqs", "--max-num-batched-tokens", "--kv-cache-dtype",
      "--enable-prefix-caching",
    ] { #expect(names.contains(name), "\(name)") }
    for flag in flags { #expect(flag.text("why")?.isEmpty == false && flag.text("changes") != nil) }
    let length = flags.first { $0.texts("argv").first == "--max-model-len" }
    #expect(length?.text("why") == "as asked")
  }

  @Test("A layout that the model's heads do not allow is not proposed (story 5: 28 heads)")
  func heads() throws {
    let answer = try document("recommend Qwen/Qwen2.5-7B-Instruct --gpu l4:8 --goal context")
    let run = answer.texts("run.argv")
    if let place = run.firstIndex(of: "--tensor-parallel-size") {
      #expect([1, 2, 4, 7].contains(Int(run[place + 1]) ?? 0))
    }
    #expect(answer.text("verdict") == "fits")
  }

  @Test("Two nodes of eight: tensor parallel within a node, stages between them (story 16)")
  func nodes() throws {
    let answer = try document("recommend deepseek-v3 --gpu h100:16 --nodes 2")
    let run = answer.texts("run.argv")
    #expect(answer.text("verdict") == "fits")
    let place = try #require(run.firstIndex(of: "--tensor-parallel-size"))
    #expect((Int(run[place + 1]) ?? 99) <= 8)
    let written = plimsoll("recommend deepseek-v3 --gpu h100:16 --nodes 2 --format lws")
    #expect(written.status == 0 && written.out.contains("LeaderWorkerSet"))
  }

  @Test("What starts surely is recommended where nothing leaves the reserve free, with a warning")
  func reserveGivenUp() throws {
    let line = "recommend openai/gpt-oss-20b --gpu l4"
    let answer = try document(line)
    #expect(answer.text("verdict") == "fits")
    #expect(answer.findings("warning").contains("reserve-not-kept"))
    // The rungs are around what is recommended, which is one of them where no workload is stated.
    let ladder = try document(line + " --ladder").items("ladder")
    #expect(ladder.contains { $0.at("fits") == true })
    // What is demanded is not given up.
    #expect(plimsoll(line + " --min-headroom 2GiB").status == 1)
  }

  @Test("What does not fit prints no command, exits 1 and says what would help (story 2)")
  func nothing() throws {
    let answer = plimsoll("recommend llama-3.1-70b --gpu l4 -tp 1")
    #expect(answer.status == 1)
    #expect(!answer.out.contains("vllm serve"))
    #expect(answer.out.contains("NOTHING FITS"))
    let written = plimsoll("recommend llama-3.1-70b --gpu l4 -tp 1 --format shell")
    #expect(written.status == 1 && written.out.isEmpty)
  }

  @Test("prompt_logprobs keep rows · vocabulary · 6 bytes free: 1,024 · 151,936 · 6 under the V2 runner")
  func promptLogprobs() throws {
    let answer = try document("recommend Qwen/Qwen3-8B --gpu h100 --prompt-logprobs")
    #expect(answer.int("reserve.prompt_logprobs_bytes") == 1024 * 151_936 * 6)
    #expect(try document("recommend Qwen/Qwen3-8B --gpu h100").int("reserve.prompt_logprobs_bytes") == 0)
    // The larger of 1 GiB and 2 %.
    let fit = try document("fit Qwen/Qwen3-8B --gpu h100")
    let total = try #require(fit.int("accelerator.total_bytes"))
    #expect(answer.int("reserve.base_bytes") == max(1 << 30, total / 50))
  }

  @Test("A file to commit carries the reason of each flag as a comment (story 10)")
  func format() throws {
    let written = plimsoll("recommend Qwen/Qwen3-8B --gpu h100 --format config")
    #expect(written.status == 0)
    #expect(written.out.contains("# ") && written.out.contains("max-model-len"))
    #expect(written.out.contains("changes context"))
  }

  @Test("KV kept for prefixes is taken off what requests hold")
  func prefixReserve() throws {
    let line = "recommend Qwen/Qwen3-8B --gpu h100 --goal cost"
    let (all, kept) = (try document(line), try document(line + " --prefix-reserve 16000"))
    let before = try #require(all.int("kv_cache.blocks_surely"))
    #expect(kept.int("kv_cache.blocks_surely") == before - 1000)
  }

  @Test(
    "What cannot be meant exits 2",
    arguments: [
      "recommend QwQ-32B", "recommend QwQ-32B --gpu h100 --goal best", "recommend QwQ-32B --gpu h100 --guarantee none",
      "recommend QwQ-32B --gpu h100 --prefix-reserve -1", "recommend QwQ-32B --gpu h100:3 --nodes 2",
      "recommend --gpu h100 -- vllm serve QwQ-32B", "recommend QwQ-32B --gpu h100 --image 10x10",
      "recommend QwQ-32B --gpu h100 --prompt-tokens 10", "recommend QwQ-32B --gpu h100 --json --format shell",
    ])
  func wrong(_ line: String) { #expect(plimsoll(line).status == 2) }

  @Test(
    "What is not modelled is no no",
    arguments: ["recommend no-such-model --gpu h100", "recommend QwQ-32B --gpu tpu-v5p"])
  func unknown(_ line: String) { #expect(plimsoll(line).status == 4) }
}

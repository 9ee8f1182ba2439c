import ModelFiles
import Testing

/// A deployment as words, so that it can be put together again with other ones.
struct Deployed: CustomTestStringConvertible, Hashable {
  var model: String
  var gpu: String?
  var count: Int?
  /// Options of plimsoll, which stay when a line of vLLM is planned in its place.
  var own = ""
  /// Flags of vLLM.
  var flags = ""

  init(_ model: String, on gpu: String?, count: Int? = nil, own: String = "", _ flags: String = "") {
    self.model = model
    self.gpu = gpu
    self.count = count
    self.own = own
    self.flags = flags
  }

  var testDescription: String { base(count: count).joined(separator: " ") }

  private func base(count: Int?) -> [String] {
    let accelerator = gpu.map { name in ["--gpu", name + (count.map { ":\($0)" } ?? "")] } ?? []
    return ["fit", model] + accelerator + words(own) + words(flags)
  }

  /// Its plan, made once for all tests.
  func plan() throws -> JSON { try #require(Self.plans[self]) }

  private static let plans: [Deployed: JSON] = Dictionary(
    uniqueKeysWithValues: all.compactMap { deployed in
      guard let plan = try? plimsoll(deployed.base(count: deployed.count) + ["--json"]).json() else { return nil }
      return (deployed, plan)
    })

  /// The same with the words of a remedy; later words take the place of earlier ones, as in vLLM.
  func plan(with remedy: JSON) throws -> Answer {
    let count = self.count == nil ? nil : remedy.int("accelerators") ?? self.count
    return plimsoll(base(count: count) + remedy.texts("argv") + ["--json"])
  }

  /// The line to run, planned on as many of the accelerator as it needs.
  func plan(run: JSON) throws -> Answer {
    let environment = (run.at("env")?.keys ?? []).map { "\($0)=\(run.text("env.\($0)") ?? "")" }
    let accelerator = gpu.map { ["--gpu", $0] } ?? []
    let own = words(self.own).filter { !$0.hasPrefix("VLLM_") && $0 != "--env" }
    return plimsoll(["fit"] + accelerator + own + ["--json", "--"] + environment + run.texts("argv"))
  }

  static let all: [Deployed] = [
    Deployed("QwQ-32B", on: "a100-80gb-sxm", "--max-model-len 32768"),
    Deployed(
      "QwQ-32B", on: "a100-80gb-sxm", "--max-model-len 32768 --gpu-memory-utilization 0.85 --max-num-seqs 4"),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", "--max-model-len 131072"),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", count: 1, "--max-model-len 131072 --kv-cache-dtype fp8"),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", "--max-model-len auto"),
    Deployed("QwQ-32B", on: "h100", count: 3),
    Deployed("QwQ-32B", on: "l40s", count: 2),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", own: "--gpu-free 60GiB", "--max-model-len 8192"),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", own: "--measured weights=70GiB", "--max-model-len 8192"),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", own: "--available-kv-cache-memory 4GiB"),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", "--num-gpu-blocks-override 100"),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", "--max-model-len 8192 --num-gpu-blocks-override 20000"),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", "--max-model-len 16384 --kv-cache-memory-bytes 1G"),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", "--kv-cache-memory-bytes 30G"),
    Deployed("QwQ-32B", on: "a100-80gb-sxm", own: "--env VLLM_USE_V2_MODEL_RUNNER=0"),
    Deployed("Qwen3-8B", on: nil, own: "--gpu-memory 23.5GiB"),
    Deployed("llama-3.1-8b", on: "l4"),
    Deployed("llama-3.3-70b-instruct", on: "h100"),
    Deployed("llama-3.3-70b-instruct", on: "h100", count: 2, "--max-num-batched-tokens 65536"),
    Deployed("gemma-3-27b-it", on: "a100-40gb-sxm", "--language-model-only"),
    Deployed("gemma-2-9b-it", on: "t4", "--max-model-len 16384"),
    Deployed("mistral-7b-instruct-v0.1", on: "a10", "--max-model-len 65536"),
    Deployed("gpt-oss-20b", on: "l4"),
    Deployed("deepseek-v3", on: "h200"),
    Deployed("deepseek-v2-lite", on: "rtx-4090", "--max-model-len 32k"),
    Deployed("qwen3-30b-a3b-fp8", on: "l40s", "--max-model-len 40960"),
    Deployed("llama-4-scout-17b-16e-instruct", on: "h100", count: 8, "--language-model-only"),
    Deployed("phi-4", on: "mi300x", "--gpu-memory-utilization 0.1"),
  ]
}

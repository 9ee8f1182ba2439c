import Foundation
import ModelFiles
import Testing

/// Flags go over variables, those over the project's file, that over the user's, and that over vLLM's defaults.
@Suite struct ProjectLayersTests {
  private static let gpu = #""model": "QwQ-32B", "gpu": "a100-80gb-sxm""#

  @Test("What a project file says needs not be typed")
  func project() throws {
    let file = #"""
      {
        "schema": "plimsoll.project/1",
        "model": "Qwen/QwQ-32B",
        "gpu": "a100-80gb-sxm:2",
        "gpu_memory": "79GiB",
        "nodes": 2,
        "vllm": "0.33.0",
        "entry_point": "llm",
        "flags": {"max_model_len": "32k", "pipeline-parallel-size": 2, "enable_prefix_caching": false},
        "env": {"VLLM_USE_V2_MODEL_RUNNER": 0},
        "measured": {"weights": "40GiB", "activation": 1073741824},
        "min_concurrency": 1.5,
        "min_kv_tokens": 1000,
        "min_headroom": "1GiB"
      }
      """#
    try Workplace.with(project: file) { place in
      let plan = try place.document("fit")
      let typed = try document(
        "fit Qwen/QwQ-32B --gpu a100-80gb-sxm:2 --gpu-memory 79GiB --nodes 2 --vllm 0.33.0 --entry-point llm "
          + "--max-model-len 32k -pp 2 --no-enable-prefix-caching --env VLLM_USE_V2_MODEL_RUNNER=0 "
          + "--measured weights=40GiB --measured activation=1GiB --min-concurrency 1.5 --min-kv-tokens 1000 "
          + "--min-headroom 1GiB")
      for key in typed.keys where key != "findings" && key != "project" { #expect(plan[key] == typed[key], "\(key)") }
      #expect(plan.int("rank.activation.bytes") == 1 << 30)
      #expect(plan.at("flags.enable_prefix_caching") == .bool(false))
      #expect(plan.text("project") == place.projectFile)
      #expect(typed.at("project") == .null)
    }
  }

  /// `max-num-seqs` as each layer says it, and the one that wins.
  @Test(
    "Of two layers the upper wins",
    arguments: [
      (nil, nil, nil, 256), (32, nil, nil, 32), (32, 48, nil, 48), (nil, 48, nil, 48), (nil, nil, 64, 64),
      (32, nil, 64, 64), (32, 48, 64, 64),
    ] as [(Int?, Int?, Int?, Int)])
  func order(_ user: Int?, _ project: Int?, _ typed: Int?, _ wins: Int) throws {
    func file(_ count: Int?) -> String? { count.map { "{\(Self.gpu), \"flags\": {\"max-num-seqs\": \($0)}}" } }
    try Workplace.with(project: file(project), user: file(user)) { place in
      let flag = typed.map { " --max-num-seqs \($0)" } ?? ""
      // 256 is vLLM's default for the server on a GPU with less than 70 GiB or of Ampere.
      let plan = try place.document("fit QwQ-32B --gpu a100-80gb-sxm" + flag)
      #expect(plan.int("flags.max_num_seqs") == wins)
    }
  }

  @Test("A variable goes over both files and under what is typed")
  func variables() throws {
    let file = #"{"model": "QwQ-32B", "gpu": "l4", "vllm": "0.33.0"}"#
    try Workplace.with(project: file, user: file, ["PLIMSOLL_GPU": "h100", "PLIMSOLL_VLLM": ""]) { place in
      let plan = try place.document("fit")
      #expect(plan.text("accelerator.id") == "h100-80gb-sxm")
      #expect(try place.document("fit --gpu l40s").text("accelerator.id") == "l40s")
      // An empty variable is one that is not set.
      #expect(plan.at("engine.assumed") == .bool(false))
    }
  }

  @Test("Every key with one value has a variable")
  func everyVariable() throws {
    let environment = [
      "PLIMSOLL_MODEL": "QwQ-32B", "PLIMSOLL_GPU": "h100:2", "PLIMSOLL_GPU_MEMORY": "79GiB", "PLIMSOLL_NODES": "2",
      "PLIMSOLL_VLLM": "0.33.0", "PLIMSOLL_ENTRY_POINT": "llm", "PLIMSOLL_MIN_CONCURRENCY": "1000",
      "PLIMSOLL_MIN_KV_TOKENS": "99999999", "PLIMSOLL_MIN_HEADROOM": "70GiB", "PLIMSOLL_NONSENSE": "x",
    ]
    try Workplace.with(environment) { place in
      let plan = try place.document("fit")
      #expect(plan.text("model.id") == "Qwen/QwQ-32B")
      #expect(plan.int("accelerator.count") == 2 && plan.int("accelerator.nodes") == 2)
      #expect(plan.int("accelerator.total_bytes") == 79 << 30)
      #expect(plan.at("engine.assumed") == .bool(false))
      // LLM's default is 16,384 tokens on an H100, the server's 8,192.
      #expect(plan.int("flags.max_num_batched_tokens") == 16_384)
      #expect(plan.findings("error") == ["min-concurrency", "min-kv-tokens", "min-headroom"])
    }
  }

  @Test("Flags of vLLM are merged by name, however they are spelt")
  func flags() throws {
    let user = #"{"flags": {"max-num-seqs": 32, "tensor-parallel-size": 8, "enable-prefix-caching": true}}"#
    let project = "{\(Self.gpu), \"flags\": {\"max_model_len\": \"8k\", \"tensor_parallel_size\": 2}}"
    try Workplace.with(project: project, user: user) { place in
      let plan = try place.document("fit --no-enable-prefix-caching")
      #expect(plan.int("flags.max_num_seqs") == 32)
      #expect(plan.int("flags.max_model_len") == 8000)
      #expect(plan.int("flags.tensor_parallel_size") == 2)
      #expect(plan.at("flags.enable_prefix_caching") == .bool(false))
      #expect(try place.document("fit -tp 4 --max_model_len=16k").int("flags.tensor_parallel_size") == 4)
    }
  }

  @Test("A list of a file is replaced as a whole, and so is the value of a JSON flag by single keys, as in vLLM")
  func structured() throws {
    let project = """
      {\(Self.gpu), "flags": {"cudagraph-capture-sizes": [1, 2, 4], "max-model-len": 8192,
        "compilation-config": {"cudagraph_mode": "FULL"}, "limit-mm-per-prompt": {"image": 2}}}
      """
    try Workplace.with(project: project) { place in
      let plan = try place.document("fit")
      #expect(plan.int("flags.max_cudagraph_capture_size") == 4)
      #expect(plan.text("flags.cudagraph_mode") == "FULL")
      let typed = try place.document(
        "fit --cudagraph-capture-sizes 1 8 --compilation-config.cudagraph_mode=FULL_DECODE_ONLY")
      #expect(typed.int("flags.num_cudagraph_capture_sizes") == 2)
      #expect(typed.text("flags.cudagraph_mode") == "FULL_DECODE_ONLY")
      // vLLM puts the object that single keys make behind the one of its file, and argparse keeps the last.
      #expect(try place.document("fit -cc.mode=3").text("flags.cudagraph_mode") == "FULL_AND_PIECEWISE")
    }
  }

  @Test("Switches are merged by name, and each measured term is")
  func named() throws {
    let user = #"{"env": {"VLLM_USE_V2_MODEL_RUNNER": "1", "VLLM_A": "user"}, "measured": {"non_torch": "2GiB"}}"#
    let project = """
      {\(Self.gpu), "env": {"VLLM_USE_V2_MODEL_RUNNER": false}, "measured": {"non_torch": "1GiB", "weights": "62GiB"},
       "flags": {"max-model-len": 8192}}
      """
    try Workplace.with(project: project, user: user) { place in
      let plan = try place.document("fit --measured weights=61GiB")
      #expect(plan.at("flags.use_v2_model_runner") == .bool(false))
      #expect(plan.at("run.env") == ["VLLM_A": "user", "VLLM_USE_V2_MODEL_RUNNER": "0"])
      #expect(plan.int("rank.non_torch.bytes") == 1 << 30)
      #expect(plan.int("rank.weights.bytes") == 61 << 30)
      // A variable that is set twice stands once in the line to run.
      #expect(place.plimsoll("fit").out.components(separatedBy: "VLLM_USE_V2_MODEL_RUNNER").count == 2)
    }
  }

  @Test("A figure measured on another model or GPU is left out, and so is the memory of another GPU")
  func outdated() throws {
    let project = """
      {\(Self.gpu), "gpu_memory": "78GiB", "measured": {"weights": "50GiB"}, "flags": {"max-model-len": 8192}}
      """
    try Workplace.with(project: project) { place in
      #expect(try place.document("fit").text("rank.weights.basis") == "measured")
      // Other names of the same.
      let same = try place.document("fit Qwen/QwQ-32B --gpu NVIDIA-A100-SXM4-80GB --vllm v0.33.0")
      #expect(same.int("rank.weights.bytes") == 50 << 30)
      for (line, word) in [("fit qwen3-32b", "model"), ("fit --gpu a100-80gb-sxm:2", "GPU")] {
        let plan = try place.document(line)
        #expect(plan.text("rank.weights.basis") != "measured", "\(line)")
        let note = plan.items("findings").first { $0.text("code") == "left-out" }?.text("message") ?? ""
        #expect(note.hasPrefix(place.projectFile + ":1:") && note.contains("another \(word)"), "\(note)")
      }
      #expect(try place.document("fit --gpu h100").int("accelerator.total_bytes") != 78 << 30)
      #expect(try place.document("fit --max-num-seqs 8").int("accelerator.total_bytes") == 78 << 30)
    }
    // A figure of a file that names no model is everyone's.
    try Workplace.with(project: "{\(Self.gpu)}", user: #"{"measured": {"non_torch": "1GiB"}}"#) { place in
      let plan = try place.document("fit --max-model-len 8k")
      #expect(plan.text("rank.non_torch.basis") == "measured")
    }
  }

  @Test("A line after '--' is the deployment: GPU, release, figures and gates of a file hold, and nothing else of it")
  func line() throws {
    let project = """
      {\(Self.gpu.replacingOccurrences(of: "sxm", with: "sxm:2")), "vllm": "0.33.0", "entry_point": "llm",
       "flags": {"max-model-len": 4096, "max-num-seqs": 8}, "env": {"VLLM_USE_V2_MODEL_RUNNER": "0"},
       "measured": {"weights": "31GiB"}, "min_kv_tokens": 99999999}
      """
    try Workplace.with(project: project, ["PLIMSOLL_MODEL": "qwen3-8b", "PLIMSOLL_ENTRY_POINT": "llm"]) { place in
      let plan = try place.document("fit -- vllm serve QwQ-32B --max-model-len 8192 --tensor-parallel-size 2")
      let alone = try document(
        "fit --gpu a100-80gb-sxm:2 --vllm 0.33.0 --measured weights=31GiB --min-kv-tokens 99999999 "
          + "-- vllm serve QwQ-32B --max-model-len 8192 --tensor-parallel-size 2")
      for key in alone.keys where key != "findings" && key != "project" { #expect(plan[key] == alone[key], "\(key)") }
      #expect(plan.findings("error") == ["min-kv-tokens"])
      #expect(plan.int("flags.max_num_seqs") == 256)
      #expect(plan.text("project") == place.projectFile)
      // Nothing is inferred from the file's count of GPUs.
      let one = try place.document("fit -- vllm serve QwQ-32B --max-model-len 8192")
      #expect(one.int("flags.tensor_parallel_size") == 1)
      #expect(one.findings("warning").contains("unused-accelerators"))
      // The file's model does not stand in for one that the line lacks.
      let none = place.plimsoll("fit -- vllm serve --max-model-len 8192")
      #expect(none.status == 2 && none.err.contains("the line names no model"))
      // Other than flags that are typed, a file's may stand beside a line.
      #expect(place.plimsoll("fit --max-num-seqs 8 -- vllm serve QwQ-32B").status == 2)
    }
  }

  @Test("A count of GPUs in a file means tensor parallelism, as it does on the command line")
  func count() throws {
    try Workplace.with(project: #"{"model": "QwQ-32B", "gpu": "h100:4"}"#) { place in
      let plan = try place.document("fit")
      #expect(plan.int("flags.tensor_parallel_size") == 4)
      #expect(try place.document("fit -pp 4").int("flags.tensor_parallel_size") == 1)
      #expect(try place.document("fit --gpu h100").int("flags.tensor_parallel_size") == 1)
    }
  }

  @Test("Where something is from a file or a variable, one line on standard error says so")
  func note() throws {
    let project = #"{"model": "QwQ-32B", "gpu": "h100", "flags": {"max-model-len": 8192, "seed": 1}}"#
    try Workplace.with(project: project, ["PLIMSOLL_VLLM": "0.33.0"]) { place in
      let notes = place.plimsoll("fit").err.split(separator: "\n").filter { $0.contains(place.projectFile) }
      #expect(notes.count == 1)
      #expect(
        notes.first ?? ""
          == "note: \(place.projectFile) gives model, gpu, 2 flags; PLIMSOLL_VLLM gives vllm; --show-origin says all")
      #expect(place.plimsoll("fit --quiet").err.isEmpty)
      // What is typed over is not counted.
      #expect(place.plimsoll("fit qwen3-8b --max-model-len 4096").err.contains("gives gpu, 1 flag;"))
      let survey = place.plimsoll("fit --project none qwen3-8b")
      #expect(survey.status == 0 && survey.out.contains("the fewest of each"))
      #expect(survey.err.contains("PLIMSOLL_VLLM gives vllm"))
    }
    try Workplace.with(project: "{}") { place in
      let said = place.plimsoll("fit QwQ-32B --gpu h100").err
      #expect(said.contains("nothing of \(place.projectFile) is in force"))
    }
  }
}

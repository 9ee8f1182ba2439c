import Foundation
import ModelFiles
import Testing

/// `--show-origin` says of each value in force where it is from.
@Suite struct ShowOriginTests {
  private static let project = """
    {
      "model": "QwQ-32B",
      "gpu": "h100:2",
      "flags": {
        "max_model_len": "32k",
        "compilation-config": {"cudagraph_mode": "FULL"},
        "seed": 1
      },
      "env": {"VLLM_USE_V2_MODEL_RUNNER": 0},
      "measured": {"non_torch": "1.5GiB"}
    }
    """

  /// The rows of a plan's `origins`: name, value, and kind with what goes with it.
  private func rows(_ plan: JSON) -> [String: String] {
    Dictionary(
      plan.items("origins").map { row in
        let value: String
        switch row.at("value") {
        case .string(let text)?: value = text
        case let other: value = other?.serialized(pretty: false) ?? "missing"
        }
        let place = row.int("line").map { ":\($0)" } ?? row.text("variable").map { " " + $0 } ?? ""
        return (row.text("name") ?? "", "\(value) \(row.text("origin") ?? "")\(place)")
      }, uniquingKeysWith: { first, second in "\(first) and \(second)" })
  }

  @Test("Options and flags have the layer, the line and the variable that they are from")
  func layers() throws {
    let user = "{\n\"min_concurrency\": 1,\n\"flags\": {\"max-num-seqs\": 32,\n\"enable-prefix-caching\": true}}"
    try Workplace.with(project: Self.project, user: user, ["PLIMSOLL_VLLM": "0.33.0"]) { place in
      let rows = rows(try place.document("fit --show-origin --no-enable-prefix-caching --measured weights=40GiB"))
      for (name, expected) in [
        "MODEL": "QwQ-32B project:2", "--gpu": "h100:2 project:3", "--vllm": "0.33.0 variable PLIMSOLL_VLLM",
        "--min-concurrency": "1 user:2", "--measured weights": "40GiB command-line",
        "--measured non_torch": "1.5GiB project:10", "--env VLLM_USE_V2_MODEL_RUNNER": "0 project:9",
        "--nodes": "1 default", "--entry-point": "serve default", "--gpu-memory": "79.18 GiB preset",
        "--max-model-len": "32000 project:5", "--max-num-seqs": "32 user:3",
        "--enable-prefix-caching": "false command-line", "--tensor-parallel-size": "2 project:3",
        "--gpu-memory-utilization": "0.92 engine", "--dtype": "bfloat16 preset",
        "cudagraph_mode": "FULL project:6", "use_v2_model_runner": "false project:9",
        "--compilation-config": "{\"cudagraph_mode\": \"FULL\"} project:6",
      ] {
        let found = rows[name]?.replacingOccurrences(of: "\":\"", with: "\": \"")
        #expect(found == expected, "\(name)")
      }
      #expect(rows["--show-origin"] == nil && rows["--json"] == nil)
      // A flag that moves no memory is no part of a plan.
      #expect(rows["--seed"] == nil)
    }
  }

  @Test("Every flag that is resolved has a row, and each name one")
  func complete() throws {
    let plan = try document("fit QwQ-32B --gpu h100 --show-origin")
    let names = plan.items("origins").compactMap { $0.text("name") }
    #expect(Set(names).count == names.count)
    for key in plan.at("flags")?.keys ?? [] {
      #expect(names.contains(key) || names.contains("--" + key.replacingOccurrences(of: "_", with: "-")), "\(key)")
    }
    for row in plan.items("origins") {
      #expect(row.keys == ["name", "value", "origin", "path", "line", "variable"])
    }
    #expect(try document("fit QwQ-32B --gpu h100").at("origins") == nil)
  }

  @Test("What nobody said is vLLM's, the model's or the preset's")
  func unsaid() throws {
    let rows = rows(try document("fit QwQ-32B --gpu h100 --show-origin"))
    #expect(rows["--max-model-len"] == "40960 preset")
    #expect(rows["--max-num-batched-tokens"] == "8192 engine")
    #expect(rows["--vllm"] == "0.33.0 default")
    try withConfig(smallConfig()) { folder in
      let plan = try plimsoll(["fit", folder, "--gpu", "l4", "--show-origin", "--json"]).json()
      #expect(self.rows(plan)["--max-model-len"] == "8192 model")
    }
  }

  @Test("A line after '--' is an origin of its own, its variables too")
  func line() throws {
    try Workplace.with(project: Self.project) { place in
      let rows = rows(
        try place.document(
          "fit --show-origin -- VLLM_USE_V2_MODEL_RUNNER=1 vllm serve QwQ-32B -tp 2 --max_model_len=8k --port 80"))
      for (name, expected) in [
        "MODEL": "QwQ-32B line", "--gpu": "h100:2 project:3", "--tensor-parallel-size": "2 line",
        "--max-model-len": "8000 line", "--env VLLM_USE_V2_MODEL_RUNNER": "1 line",
        "use_v2_model_runner": "true line", "--max-num-seqs": "1024 engine",
        "cudagraph_mode": "FULL_AND_PIECEWISE engine",
      ] {
        #expect(rows[name] == expected, "\(name)")
      }
      #expect(rows["--compilation-config"] == nil)
    }
  }

  @Test("A file that the line names with --config is an origin of its own, under what the line says")
  func lineConfig() throws {
    try Workplace.with(project: Self.project) { place in
      let file = place.root + "/vllm.yaml"
      try place.write("max-num-seqs: 32\nmax_model_len: 4096\ncompilation-config.cudagraph_mode: FULL\n", to: file)
      let plan = try place.document("fit --show-origin -- vllm serve QwQ-32B --config \(file) --max-model-len 8192")
      let rows = rows(plan)
      #expect(rows["--max-num-seqs"] == "32 line-config")
      #expect(rows["--max-model-len"] == "8192 line")
      #expect(rows["cudagraph_mode"] == "FULL line-config")
      #expect(plan.items("origins").contains { $0.text("path") == file })
    }
  }

  @Test("An image's release goes over a file's, and is the line's")
  func image() throws {
    try Workplace.with(project: #"{"gpu": "h100", "vllm": "0.1.0"}"#) { place in
      let line = "fit --show-origin -- docker run --gpus 1 vllm/vllm-openai:v0.33.0 --model QwQ-32B"
      let plan = try place.document(line)
      #expect(rows(plan)["--vllm"] == "0.33.0 line")
      let untold = place.plimsoll("fit -- vllm serve QwQ-32B")
      #expect(untold.status == 4 && untold.err.contains("plimsoll.json:1:17: vLLM 0.1.0 is not modelled"))
    }
  }

  @Test("Of a JSON flag the value above is shown, and not what it took the place of")
  func replaced() throws {
    try Workplace.with(project: Self.project) { place in
      let keys = rows(try place.document("fit --show-origin --compilation-config.mode=3 -cc.cudagraph_mode=NONE"))
      #expect(keys["--compilation-config"] == nil)
      #expect(keys["--compilation-config.mode"] == "3 command-line")
      #expect(keys["cudagraph_mode"] == "NONE command-line")
      let whole = rows(try place.document("fit --show-origin --compilation-config '{\"mode\":3}'"))
      #expect(whole["--compilation-config"] == "{\"mode\":3} command-line")
    }
  }

  @Test("A secret is named and not shown")
  func secret() throws {
    let line =
      "fit --gpu h100 --show-origin -- HF_TOKEN=hf_SECRET01 vllm serve QwQ-32B --api-key hf_SECRET01"
    #expect(rows(try document(line))["--env HF_TOKEN"] == "(not shown) line")
    for answer in [plimsoll(line), plimsoll(withJSON(words(line))), plimsoll("fit QwQ-32B --env HF_TOKEN=hf_SECRET01")]
    {
      #expect(answer.status <= 1 && !answer.out.contains("SECRET") && !answer.err.contains("SECRET"))
    }
  }

  @Test("The table has the file and its line, and without a GPU there is one too")
  func table() throws {
    try Workplace.with(project: Self.project) { place in
      let out = place.plimsoll("fit --show-origin").out
      #expect(out.contains("32000") && out.contains("project \(place.projectFile):5"))
      let lines = out.components(separatedBy: "\n")
      #expect(lines.contains { $0.hasPrefix("--max-num-seqs ") && $0.hasSuffix("vLLM 0.33.0") })
    }
    try Workplace.with(user: #"{"flags": {"max-model-len": 8192}}"#) { place in
      let survey = place.plimsoll("fit QwQ-32B --show-origin").out
      #expect(survey.contains("--max-model-len") && survey.contains("user \(place.userFile):1"))
      let document = try place.document("fit QwQ-32B --show-origin")
      #expect(rows(document)["--max-model-len"] == "8192 user:1")
      #expect(try JSONSchema(named: "fit-gpus").complaints(about: document) == [])
    }
  }

  @Test("With origins a document holds to its schema")
  func schema() throws {
    try Workplace.with(project: Self.project, ["PLIMSOLL_NODES": "1"]) { place in
      let plan = try place.document("fit --show-origin")
      #expect(try JSONSchema(named: "fit").complaints(about: plan) == [])
    }
  }
}

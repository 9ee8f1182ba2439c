import Deployments
import Foundation
import ModelFiles
import Plimsoll
import Testing

/// Whatever a model, a value or a variable is called, each format gives it back as it was.
@Suite struct EscapingTests {
  private static let texts = Sample.awkward + Sample.dashed

  /// The words that vLLM is to get, without `vllm serve`.
  private func expected(_ text: String, stuck: Bool = false) throws -> [String] {
    let json = (["key": .string(text)] as JSON).serialized(pretty: false)
    let tokenizer = stuck || text.hasPrefix("-") ? ["--tokenizer=" + text] : ["--tokenizer", text]
    let rest = stuck ? ["--hf-overrides=" + json] : ["--hf-overrides", json]
    return ["org/" + text, stuck ? "--tensor-parallel-size=2" : "--tensor-parallel-size"] + (stuck ? [] : ["2"])
      + tokenizer + rest
  }

  private func written(_ format: DeploymentFormat, _ text: String) throws -> String {
    try format.written(Sample.spec(saying: text)).text
  }

  @Test("A shell passes the words on as they were", arguments: texts)
  func shell(_ text: String) throws {
    let words = try Stubs().run(try written(.shell, text))
    #expect(words == [text, "serve"] + (try expected(text)))
  }

  @Test("docker gets the words and the variable as they were", arguments: texts)
  func docker(_ text: String) throws {
    let words = try Stubs().run(try written(.docker, text))
    let image = try #require(words.firstIndex(of: "vllm/vllm-openai:v0.33.0"))
    #expect(Array(words[(image + 1)...]) == ["serve"] + (try expected(text)))
    #expect(words[..<image].contains("VLLM_NOTE=" + text))
    #expect(Array(words[..<image].suffix(2)) == ["--entrypoint", "vllm"])
  }

  @Test("JSON holds the words as they were, behind env", arguments: texts)
  func argv(_ text: String) throws {
    let words = try JSON.parse(try written(.argv, text)).texts
    #expect(words == ["env", "VLLM_NOTE=" + text, "vllm", "serve"] + (try expected(text)))
  }

  @Test(
    "A --config file holds the values as they were, and its companion the variable",
    arguments: Sample.awkward.filter { !$0.hasPrefix("-") })
  func config(_ text: String) throws {
    let written = try DeploymentFormat.config.written(Sample.spec(saying: text))
    let document = try YAMLBlock.parse(Array(written.text.utf8))
    #expect(document["model"]?.text == "org/" + text)
    #expect(document["tokenizer"]?.text == text)
    #expect(document["hf-overrides"]?["key"]?.text == text)
    #expect(document["tensor-parallel-size"] == 2)
    let beside = try #require(written.beside)
    let said = try Stubs().run(beside.text + "vllm\n")
    #expect(said == [text])
  }

  @Test("A --config file cannot say a value that begins with a dash, and says so", arguments: ["-a", "--config"])
  func dashedConfig(_ text: String) {
    let error = #expect(throws: FormatError.self) { try DeploymentFormat.config.written(Sample.spec(saying: text)) }
    #expect(error?.message.contains("begins with a dash") == true)
  }

  @Test("Compose passes the words on as they were", arguments: texts)
  func compose(_ text: String) throws {
    let service = try YAMLBlock.parse(Array(try written(.compose, text).utf8))["services"]?["vllm"]
    #expect(service?["command"]?.texts.map(ReadBack.compose) == (try expected(text, stuck: true)))
    #expect(service?["environment"]?.texts.map(ReadBack.compose) == ["HF_TOKEN", "VLLM_NOTE=" + text])
  }

  @Test("Kubernetes passes the words on as they were", arguments: texts)
  func kubernetes(_ text: String) throws {
    let deployment = try #require(try ReadBack.document(try written(.kubernetes, text), kind: "Deployment"))
    let container = deployment["spec"]?["template"]?["spec"]?["containers"]?.items.first
    // Whatever is set there: nothing of it is a variable.
    let variables = ["A": "!", "HOME": "!", "touch /tmp/plimsoll-was-here": "!", "b": "!"]
    #expect(
      container?["args"]?.texts.map { ReadBack.kubernetes($0, variables) } == (try expected(text, stuck: true)))
    let variable = container?["env"]?.items.last
    #expect(variable?["name"]?.text == "VLLM_NOTE")
    #expect(variable?["value"]?.text.map { ReadBack.kubernetes($0, variables) } == text)
  }

  @Test("Both pods of a LeaderWorkerSet get the words as they were", arguments: texts)
  func leaderWorkerSet(_ text: String) throws {
    let spec = Sample.spec(saying: text, gpus: 1, nodes: 2)
    let set = try ReadBack.document(try DeploymentFormat.lws.written(spec).text, kind: "LeaderWorkerSet")
    let template = try #require(set?["spec"]?["leaderWorkerTemplate"])
    let variables = ["LWS_GROUP_SIZE": "2", "LWS_WORKER_INDEX": "1", "LWS_LEADER_ADDRESS": "first"]
    let own = ["--nnodes=2", "--node-rank=1", "--master-addr=first"]
    for (pod, more) in [("leaderTemplate", own), ("workerTemplate", own + ["--headless"])] {
      let args = template[pod]?["spec"]?["containers"]?.items.first?["args"]?.texts
      #expect(args?.map { ReadBack.kubernetes($0, variables) } == (try expected(text, stuck: true)) + more)
    }
  }

  @Test("The chart's values hold the words as they were", arguments: texts)
  func helm(_ text: String) throws {
    let values = try YAMLBlock.parse(Array(try written(.helm, text).utf8))
    let model = try #require(values["servingEngineSpec"]?["modelSpec"]?.items.first)
    let more = model["vllmConfig"]?["extraArgs"]?.texts.map { ReadBack.kubernetes($0) }
    #expect(model["modelURL"]?.text.map { ReadBack.kubernetes($0) } == "org/" + text)
    #expect(more == Array(try expected(text, stuck: true).dropFirst(2)))
    #expect(model["vllmConfig"]?["tensorParallelSize"] == 2)
    #expect(model["env"]?.items.first?["value"]?.text.map { ReadBack.kubernetes($0) } == text)
  }

  @Test("Ray Serve's config holds the values as they were", arguments: texts)
  func ray(_ text: String) throws {
    let app = try YAMLBlock.parse(Array(try written(.ray, text).utf8))["applications"]?.items.first
    let model = try #require(app?["args"]?["llm_configs"]?.items.first)
    #expect(model["model_loading_config"]?["model_source"]?.text == "org/" + text)
    #expect(model["engine_kwargs"]?["tokenizer"]?.text == text)
    #expect(model["engine_kwargs"]?["hf_overrides"]?["key"]?.text == text)
    #expect(model["runtime_env"]?["env_vars"]?["VLLM_NOTE"]?.text == text)
  }

  @Test("systemd passes the words on as they were", arguments: texts)
  func systemd(_ text: String) throws {
    let unit = ReadBack.unit(try written(.systemd, text))
    let starts = unit.filter { $0.key == "ExecStart" }
    #expect(starts.count == 1)
    let words = starts.first.flatMap { ReadBack.systemd($0.value, isCommand: true) }
    #expect(words == ["/opt/vllm/bin/vllm", "serve"] + (try expected(text)))
    let variables = unit.filter { $0.key == "Environment" }.compactMap { ReadBack.systemd($0.value, isCommand: false) }
    #expect(variables.last == ["VLLM_NOTE=" + text])
    #expect(unit.map(\.key).filter { $0 == "Description" }.count == 1)
  }

  @Test("Slurm's tasks get the words as they were, on one node and on two", arguments: texts)
  func slurm(_ text: String) throws {
    let stubs = try Stubs()
    #expect(try stubs.run(try written(.slurm, text), shell: "/bin/bash") == [text, "serve"] + (try expected(text)))
    let script = try DeploymentFormat.slurm.written(Sample.spec(saying: text, gpus: 1, nodes: 2)).text
    for (node, headless) in [("0", []), ("1", ["--headless"])] {
      let slurm = ["SLURM_NODEID": node, "SLURM_NNODES": "2", "SLURM_JOB_NODELIST": "n[1-2]"]
      let words = try stubs.run(script, shell: "/bin/bash", slurm)
      let group = ["--nnodes", "2", "--node-rank", node, "--master-addr", "first"]
      #expect(words == [text, "serve"] + (try expected(text)) + headless + group)
    }
  }

  @Test("No text in a comment or a title leaves its line", arguments: DeploymentFormat.allCases)
  func comments(_ format: DeploymentFormat) throws {
    for text in Sample.awkward where format != .argv {
      var spec = Sample.spec(gpus: 1)
      let plain = try format.written(spec).text
      spec.title = [text + "\nx: y", text]
      spec.flags[0].comment = text + "\r\nExecStart=x\u{2028}#SBATCH"
      let said = try format.written(spec).text
      func code(_ text: String) -> [Substring] {
        text.split(whereSeparator: \.isNewline).filter {
          !$0.drop { $0 == " " }.hasPrefix("#") || $0.hasPrefix("#SBATCH")
        }
      }
      #expect(code(said) == code(plain), "\(text.debugDescription)")
    }
  }
}

import Deployments
import Foundation
import ModelFiles
import Testing

/// The programs of docs/scripting.md, taken from the page and run, with a stand-in for vLLM that says how it was called.
@Suite("The recipes for scripts")
struct ScriptingPageTests {
  /// The fenced blocks that have a name, by it.
  static let blocks: [String: String] = {
    let page = projectFolder.appending(path: "docs/scripting.md")
    let parts = ((try? String(contentsOf: page, encoding: .utf8)) ?? "").components(separatedBy: "\n```")
    return parts.reduce(into: [:]) { blocks, part in
      let head = part.prefix { $0 != "\n" }.split(separator: " ")
      if head.count == 2 { blocks[String(head[1])] = part.drop { $0 != "\n" }.dropFirst() + "\n" }
    }
  }()

  /// A folder `bin` that has the page's programs, the tool and the stand-ins, and beside it whatever else is needed.
  ///
  /// Another program copies them into place, for a file that a test has open for writing cannot be run.
  static func at<Result>(
    _ files: [String: String] = [:], gpu: String? = nil, _ body: (_ folder: String, _ run: Run) throws -> Result
  ) throws -> Result {
    try withFolder { folder in
      let note = "printf '%s\\n' \"$@\" >\"$NOTE\"\n"
      let standIns = [
        "vllm": note, "sbatch": note,
        "srun": "while case \"$1\" in --*) true;; *) false;; esac; do shift; done\nexec \"$@\"\n",
      ].mapValues { "#!/bin/sh\n" + $0 }
      let programs = standIns.merging(blocks) { $1 }.inFolder("new")
      for (name, text) in files.merging(programs, uniquingKeysWith: { $1 }) {
        let path = URL(fileURLWithPath: folder + "/" + name)
        try FileManager.default.createDirectory(
          at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: path, atomically: false, encoding: .utf8)
      }
      let made = try shell("cd \(folder) && cp -r new bin && chmod -R 755 bin && ln -s $plimsoll bin/plimsoll")
      try #require(made.status == 0, "\(made.err)")
      return try body(folder, Run(folder: folder, gpu: gpu))
    }
  }

  struct Run {
    var folder: String
    var gpu: String?

    /// Runs a line, and gives its answer and how the stand-in was called; nil where it was not.
    func callAsFunction(_ line: String, _ more: [String: String] = [:]) throws -> (answer: Answer, called: [String]?) {
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      var variables = ["PATH": folder + "/bin:" + path, "NOTE": folder + "/note"]
      variables["PLIMSOLL_GPU"] = gpu
      try? FileManager.default.removeItem(atPath: folder + "/note")
      let answer = try shell("cd \(folder) && " + line, environment: variables.merging(more) { $1 })
      let note = try? String(contentsOfFile: folder + "/note", encoding: .utf8)
      return (answer, note.map { $0.split(separator: "\n").map(String.init) })
    }
  }

  /// One line for each way in which a start can be answered, planned for an H100 or an L4.
  ///
  /// QwQ-32B's length ends at 40,960 (config.json, `max_position_embeddings`), so that vLLM refuses 131,072; on an L4
  /// Qwen3-8B fits by the best estimate only.
  static let unknown = ["odd/config.json": smallConfig(["architectures": ["NobodysForCausalLM"]])]

  @Test("what is known to fail does not start, and nothing else is stopped")
  func entrypoint() throws {
    try Self.at(Self.unknown, gpu: "h100") { (_, run) throws in
      let fits = try run("entrypoint Qwen/QwQ-32B --max-model-len 16384")
      #expect(fits.answer.status == 0 && fits.answer.err.isEmpty)
      #expect(fits.called == ["serve", "Qwen/QwQ-32B", "--max-model-len", "16384"])
      let refused = try run("entrypoint Qwen/QwQ-32B --max-model-len 131072")
      #expect(refused.answer.status == 1 && refused.called == nil)
      #expect(refused.answer.err.hasPrefix("plimsoll: refused: "))
      let wrong = try run("entrypoint Qwen/QwQ-32B --max-modle-len 32768")
      #expect(wrong.answer.status == 2 && wrong.called == nil)
      let unknown = try run("entrypoint ./odd")
      #expect(unknown.answer.status == 0 && unknown.called == ["serve", "./odd"])
      // What is not modelled is 4 and never 1, and nothing of it is on standard output.
      let answer = try run("plimsoll fit --quiet -- vllm serve ./odd").answer
      #expect(answer.status == 4 && answer.out.isEmpty)
      #expect(unknown.answer.err.hasSuffix("preflight: not checked (4), and started all the same\n"))
      let tight = try run("entrypoint Qwen/Qwen3-8B --max-model-len 4096", ["PLIMSOLL_GPU": "l4"])
      #expect(tight.called?.count == 4)
      #expect(tight.answer.err.hasSuffix("preflight: it may fail, and is started all the same\n"))
    }
  }

  @Test("an entrypoint asks the driver, and starts where there is none")
  func probes() throws {
    let library = try standInDriver("DEVICES=1")
    defer { unlink(library) }
    try Self.at { (_, run) throws in
      let driver = ["PLIMSOLL_NVML_LIBRARY": library, "PLIMSOLL_CUDA_LIBRARY": library]
      #expect(try run("entrypoint Qwen/QwQ-32B --max-model-len 8192", driver).called?.count == 4)
      // 65.5 GB of weights on each of two GPUs of which there is one.
      let two = try run("entrypoint Qwen/QwQ-32B --tensor-parallel-size 2", driver)
      #expect(two.answer.status == 1 && two.called == nil)
      let none = try run("entrypoint Qwen/QwQ-32B", driver.mapValues { _ in "/nowhere.so" })
      #expect(none.answer.status == 0 && none.called == ["serve", "Qwen/QwQ-32B"])
      #expect(none.answer.err.hasSuffix("preflight: not checked (5), and started all the same\n"))
    }
  }

  @Test("the init container checks the very line that the pod runs, with as many GPUs")
  func kubernetes() throws {
    let pod = try YAMLBlock.parse(Array(try #require(Self.blocks["pod.yaml"]).utf8))
    let (check, serve) = (pod.at("spec.initContainers.#0"), pod.at("spec.containers.#0"))
    let line = (serve?.texts("command") ?? []) + (serve?.texts("args") ?? [])
    #expect((check?.texts("command") ?? []) + (check?.texts("args") ?? []) == ["preflight"] + line)
    #expect(check?.at("resources") == serve?.at("resources"))
    #expect(serve?.at("resources")?["limits"]?["nvidia.com/gpu"] == 1)
    try Self.at { (_, run) throws in
      let words = (["preflight"] + line).map { "'\($0)'" }.joined(separator: " ")
      #expect(try run(words, ["PLIMSOLL_GPU": "h100"]).answer.status == 0)
      #expect(try run(words, ["PLIMSOLL_GPU": "l4"]).answer.status == 1)
      #expect(try run(line.joined(separator: " ")).called == Array(line.dropFirst()))
    }
  }

  /// The commands of a unit in the order in which systemd runs them: key, whether it may fail, and the line.
  private static func unit(in folder: String) throws -> [(key: String, mayFail: Bool, line: String)] {
    let lines = try #require(blocks["vllm.service"]).split(separator: "\n").map(String.init)
    return ["ExecStartPre=", "ExecStart="].flatMap { key in
      lines.filter { $0.hasPrefix(key) }.map { line in
        let command = String(line.dropFirst(key.count))
        // Where the page has files of an installation, the test has its folder.
        let local = ["/usr/local/bin", "/opt/vllm/bin"].reduce(command) { text, place in
          text.replacingOccurrences(of: place, with: folder + "/bin")
        }.replacingOccurrences(of: "/etc/vllm", with: folder)
        return (String(key.dropLast()), local.hasPrefix("-"), local.hasPrefix("-") ? String(local.dropFirst()) : local)
      }
    }
  }

  @Test(
    "a unit starts what its configuration says if it fits, and not if it does not",
    arguments: [(8192, true), (131_072, false)])
  func systemd(length: Int, starts: Bool) throws {
    let config = "model: Qwen/QwQ-32B\nmax-model-len: \(length)\n"
    try Self.at(["config.yaml": config], gpu: "h100") { (folder, run) throws in
      var called: [String]?
      for step in try Self.unit(in: folder) {
        // No driver is here to wait for: the line that lets that fail goes first.
        let (answer, call) = try run(step.line.replacingOccurrences(of: "30s", with: "1s"))
        called = call
        if answer.status != 0, !step.mayFail { break }
      }
      #expect(called == (starts ? ["serve", "--config", folder + "/config.yaml"] : nil))
    }
  }

  @Test("a job is handed in if it fits on such a node, and on the node checked with what is free")
  func slurm() throws {
    let library = try standInDriver()
    defer { unlink(library) }
    try Self.at { (_, run) throws in
      let submitted = try run("submit h100:2")
      #expect(submitted.called == ["--gpus-per-node=h100:2", "job"])
      let refused = try run("submit l4:2")
      #expect(refused.answer.status == 1 && refused.called == nil)
      var node = ["PLIMSOLL_NVML_LIBRARY": library, "PLIMSOLL_CUDA_LIBRARY": library, "SLURM_GPUS_ON_NODE": "2"]
      #expect(try run("job", node).called?.suffix(2) == ["--max-model-len", "32768"])
      // Three ranks do not divide 40 heads.
      node["SLURM_GPUS_ON_NODE"] = "3"
      let three = try run("job", node)
      #expect(three.answer.status == 1 && three.called == nil)
    }
  }

  @Test("a prolog drains a node whose driver does not answer, and for a job with GPUs alone")
  func prolog() throws {
    let library = try standInDriver("LOST=0")
    let broken = try standInDriver("INIT_CODE=9", "NO_CUDA")
    defer {
      unlink(library)
      unlink(broken)
    }
    func node(_ library: String, gpus: String? = "0") -> [String: String] {
      let names = ["PLIMSOLL_NVML_LIBRARY", "PLIMSOLL_CUDA_LIBRARY", "PLIMSOLL_ROCM_LIBRARY"]
      var variables = Dictionary(uniqueKeysWithValues: names.map { ($0, library) })
      variables["SLURM_JOB_GPUS"] = gpus
      return variables
    }
    try Self.at { (_, run) throws in
      #expect(try run("prolog", node(library)).answer.status == 0)
      #expect(try run("prolog", node(broken)).answer.status == 1)
      #expect(try run("prolog", node("/nowhere.so")).answer.status == 1)
      #expect(try run("prolog", node("/nowhere.so", gpus: nil)).answer.status == 0)
    }
  }

  @Test("the gate of a folder names each file with its answer, and fails for those that would")
  func gate() throws {
    let good = [
      "all/h100/length.yaml": "model: Qwen/QwQ-32B\nmax-model-len: 16384\n", "all/h100/notes.txt": "not looked at",
      "all/h100/script.line": "export VLLM_LOGGING_LEVEL=DEBUG; exec vllm serve Qwen/Qwen3-8B >>log 2>&1\n",
      "all/l4/small.line": "vllm serve Qwen/Qwen3-8B --max-model-len 4096\n",
      "all/l4/odd.line": "vllm serve ./odd\n",
    ].merging(Self.unknown) { $1 }
    let answers = [
      "fits     all/h100/length.yaml", "fits     all/h100/script.line", "unknown  all/l4/odd.line",
      "tight    all/l4/small.line",
    ]
    try Self.at(good) { (_, run) throws in
      let answer = try run("gate all").answer
      #expect(answer.status == 0)
      #expect(answer.out.split(separator: "\n").map(String.init) == answers)
    }
    let bad = [
      "all/l4/big.yaml": "model: Qwen/QwQ-32B\n", "all/nope/a.line": "vllm serve Qwen/Qwen3-8B\n",
      "all/h100/empty.line": "echo hello\n",
    ]
    for (name, text) in bad {
      try Self.at(good.merging([name: text]) { $1 }) { (_, run) throws in
        let answer = try run("gate all").answer
        #expect(answer.status == 1)
        let word = name.hasSuffix("big.yaml") ? "fails    " : "wrong    "
        #expect(answer.out.contains(word + name), "\(answer.out)\(answer.err)")
      }
    }
  }

  @Test("verdict and summary are read out of the document by a plain shell, whatever they are")
  func outputs() throws {
    try Self.at(Self.unknown) { (folder, run) throws in
      func outputs(_ line: String) throws -> (Int32, String) {
        let file = folder + "/outputs"
        try? FileManager.default.removeItem(atPath: file)
        let status = try run("outputs " + line, ["GITHUB_OUTPUT": file]).answer.status
        return (status, (try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
      }
      let (status, fits) = try outputs("h100 vllm serve Qwen/Qwen3-8B")
      #expect(status == 0 && fits.hasPrefix("verdict=fits\nsummary=fits: "))
      #expect(try outputs("h100 vllm serve Qwen/QwQ-32B --max-model-len 131072").1.hasPrefix("verdict=refused\n"))
      #expect(try outputs("h100 vllm serve ./odd").1.hasPrefix("verdict=unknown\n"))
      #expect(try outputs("nope vllm serve Qwen/Qwen3-8B").0 == 2)
    }
  }

  @Test("saved plans are planned again under another release", .enabled(if: hasPython))
  func drift() throws {
    try Self.at { (_, run) throws in
      let save = "plimsoll fit Qwen/Qwen3-8B --gpu h100 --kv-cache-dtype fp8 --json >plan.json 2>/dev/null"
      let kept = try run(save + " && drift 0.11.0 plan.json").answer
      #expect(kept.status == 0)
      #expect(kept.out.hasPrefix("plan.json ") && kept.out.hasSuffix(" tokens\n"))
      // --performance-mode came with 0.17.1 (docs/releases.md): under an older release the saved line is wrong.
      let newer = "plimsoll fit Qwen/Qwen3-8B --gpu h100 --performance-mode throughput --json >plan.json 2>/dev/null"
      let gone = try run(newer + " && drift 0.11.0 plan.json").answer
      #expect(gone.status == 1, "\(gone.out)\(gone.err)")
      #expect(gone.out.contains("--performance-mode"))
    }
  }

  private static let hasPython = (try? shell("command -v python3"))?.status == 0

  @Test("each block that has a name is run here")
  func all() {
    let names = ["preflight", "entrypoint", "pod.yaml", "vllm.service", "submit", "job", "prolog", "gate", "outputs"]
    #expect(Set(Self.blocks.keys) == Set(names + ["drift"]))
  }
}

extension [String: String] {
  fileprivate func inFolder(_ folder: String) -> [String: String] {
    Dictionary(uniqueKeysWithValues: map { (folder + "/" + $0.key, $0.value) })
  }
}

import Deployments
import Plimsoll
import Testing

/// `--config FILE`. Expected: the parser of vLLM 0.33.0, asked with the same files.
@Suite struct ConfigFileTests {
  private func read(_ words: [String], _ files: [String: String]) throws -> ServeLine {
    let folder = try Folder(files)
    return try ServeLine.read(words.map { files[$0] == nil ? $0 : folder.path + "/" + $0 })
  }

  private static let file = "model: cfg/model\ntensor_parallel_size: 4\nenable-prefix-caching: false\nmax-num-seqs: 8\n"

  @Test("The line wins over the file, wherever the file is named")
  func precedence() throws {
    for words in [["m", "--config", "c.yaml", "-tp", "8"], ["-tp", "8", "m", "--config", "c.yaml"]] {
      let line = try read(["vllm", "serve"] + words, ["c.yaml": Self.file])
      #expect(line.model == "m")
      #expect(line.flags.tensorParallelSize == 8)
      #expect(line.flags.maxNumSeqs == 8)
      #expect(line.configFile?.hasSuffix("c.yaml") == true)
      #expect(line.given.map(\.isInFile).filter { $0 }.count == 2)
    }
  }

  @Test("The file names the model where the line does not")
  func model() throws {
    #expect(try read(["vllm", "serve", "--config", "c.yaml"], ["c.yaml": Self.file]).model == "cfg/model")
    #expect(try read(["vllm", "serve", "--config", "c.yaml", "m"], ["c.yaml": Self.file]).model == "m")
    #expect(try read(["vllm", "serve", "--config", "c.yaml", "--model", "z"], ["c.yaml": Self.file]).model == "z")
  }

  @Test("vllm serve drops a false, which a warning names; the module reads it")
  func dropsFalse() throws {
    let verb = try read(["vllm", "serve", "--config", "c.yaml"], ["c.yaml": Self.file])
    #expect(verb.flags.enablePrefixCaching == nil)
    #expect(verb.notes.map(\.code) == ["config-false-dropped"])
    #expect(verb.notes.first?.message.contains("--no-enable-prefix-caching") == true)
    let module = ["python", "-m", "vllm.entrypoints.openai.api_server", "--config", "c.yaml"]
    let read = try read(module, ["c.yaml": Self.file])
    #expect(read.flags.enablePrefixCaching == false)
    #expect(read.notes.isEmpty)
  }

  @Test("--config=FILE is read by nobody, which a warning says")
  func joined() throws {
    let line = try read(["vllm", "serve", "m", "--config=c.yaml"], [:])
    #expect(line.flags == ServeFlags())
    #expect(line.notes.map(\.code) == ["config-not-read"])
  }

  @Test(
    "A file that vLLM would stumble over is refused",
    arguments: [
      (["m", "--config", "c.yaml", "--config", "c.yaml"], "a: 1", "two-config-files", false),
      (["m", "--config", "c.json"], "a: 1", "bad-config-file", false),
      (["m", "--config"], "a: 1", "bad-value", false),
      (["-tp", "2", "m", "--config", "c.yaml"], "port: 1", "missing-model", false),
      (["m", "--config", "none.yaml"], "a: 1", "unreadable-config-file", true),
      (["m", "--config", "c.yaml"], "- a", "broken-config-file", true),
      (["m", "--config", "c.yaml"], "", "broken-config-file", true),
      (["m", "--config", "c.yaml"], "a: b: c", "broken-config-file", true),
      (["m", "--config", "c.yaml"], "lora-modules: [{name: a, path: b}]", "broken-config-file", true),
      (["m", "--config", "c.yaml"], "tensor-parallel: 2\nmax-num: 3", "ambiguous-option", false),
      (["m", "--config", "c.yaml"], "no-such-flag: 2", "unknown-option", false),
      (["m", "--config", "c.yaml"], "max-num-seqs: many", "bad-value", false),
    ] as [([String], String, String, Bool)])
  func refused(_ words: [String], _ text: String, _ code: String, _ isInput: Bool) throws {
    let files = ["c.yaml": text, "c.json": text]
    let error = #expect(throws: LineError.self) { try read(["vllm", "serve"] + words, files) }
    #expect(error?.code == code)
    #expect(error?.isInput == isInput)
  }
}

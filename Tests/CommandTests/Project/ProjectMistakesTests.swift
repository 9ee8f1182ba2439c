import Foundation
import ModelFiles
import Testing

/// What is wrong in a project file is a mistake of the command line: exit status 2, with the file and the place.
@Suite struct ProjectMistakesTests {
  struct Mistake: CustomTestStringConvertible {
    var text: String
    /// The place after the file's name.
    var place: String
    var words: [String]

    init(_ text: String, _ place: String, _ words: String...) {
      self.text = text
      self.place = place
      self.words = words
    }

    var testDescription: String { text }
  }

  static let mistakes: [Mistake] = [
    Mistake("", ": line 1, column 1: ", "the text ends where a value is expected"),
    Mistake("{\n  \"gpu\": \"h100\",\n}", ": line 3, column 1: ", "found '}'", "a key in double quotes"),
    Mistake("{\"gpu\": \"h100\" // the one\n}", ": line 1, column 16: ", "found '/'"),
    Mistake("{\"gpu\": 'h100'}", ": line 1, column 9: ", "found '''"),
    Mistake("[]", ": ", "the file is an array of 0, wanted an object"),
    Mistake("\"h100\"", ": ", "the file is the string \"h100\", wanted an object"),
    Mistake("{\n  \"modle\": \"QwQ-32B\"}", ":2:3: ", "there is no key 'modle'", "did you mean 'model'"),
    Mistake("{\"gpu-memory\": \"79GiB\"}", ":1:2: ", "there is no key 'gpu-memory'", "did you mean 'gpu_memory'"),
    Mistake("{\"zzzzzz\": 1}", ":1:2: ", "the keys are", "model, gpu, gpu_memory", "measured"),
    Mistake("{\"gpu\": \"h100\", \"gpu\": \"l4\"}", ":1:17: ", "gpu is written twice"),
    Mistake("{\"model\": 7}", ":1:2: ", "model is 7, wanted a string"),
    Mistake("{\"model\": null}", ":1:2: ", "model is null, wanted a string"),
    Mistake("{\"gpu\": [\"h100\"]}", ":1:2: ", "gpu is an array of 1, wanted a string"),
    Mistake("{\"nodes\": \"2\"}", ":1:2: ", "nodes is the string \"2\", wanted a whole number"),
    Mistake("{\"nodes\": 1.5}", ":1:2: ", "nodes is 1.5, wanted a whole number"),
    Mistake("{\"nodes\": 100000000000000000000}", ":1:2: ", "wanted a whole number"),
    Mistake("{\"nodes\": 0}", ":1:2: ", "nodes: at least 1 is needed"),
    Mistake("{\"min_concurrency\": true}", ":1:2: ", "min_concurrency is true, wanted a number"),
    Mistake("{\"min_concurrency\": NaN}", ":1:2: ", "min_concurrency: 'nan' is not a number"),
    Mistake("{\"gpu_memory\": 79}", ":1:2: ", "gpu_memory is 79, wanted a string"),
    Mistake("{\"gpu_memory\": \"79\"}", ":1:2: ", "gpu_memory: '79' is not a size", "79.14GiB"),
    Mistake("{\"gpu\": \"h100:0\"}", ":1:2: ", "gpu: 'h100:0' is not NAME:COUNT"),
    Mistake("{\"gpu\": \"h1000\"}", ":1:2: ", "gpu: no accelerator 'h1000'", "did you mean 'h100-80gb-sxm'"),
    Mistake("{\"vllm\": \"latest\"}", ":1:2: ", "vllm: 'latest' is no release of vLLM"),
    Mistake("{\"entry_point\": \"srve\"}", ":1:2: ", "entry_point: 'srve'", "did you mean 'serve'"),
    Mistake("{\"schema\": \"plimsoll.project/2\"}", ":1:2: ", "'plimsoll.project/2'", "reads plimsoll.project/1"),
    Mistake("{\"schema\": 1}", ":1:2: ", "schema is 1, wanted a string"),
    Mistake("{\"flags\": [\"--max-num-seqs\"]}", ":1:2: ", "flags is an array of 1, wanted an object"),
    Mistake(
      "{\"flags\": {\n    \"max-modl-len\": 4096}}", ":2:5: ", "vllm has no flag '--max-modl-len'",
      "did you mean 'max-model-len'"),
    Mistake("{\"flags\": {\"--max-num-seqs\": 4}}", ":1:12: ", "without dashes", "did you mean 'max-num-seqs'"),
    Mistake("{\"flags\": {\"\": 4}}", ":1:12: ", "without dashes"),
    Mistake("{\"flags\": {\"max-num-seqs\": \"many\"}}", ":1:12: ", "--max-num-seqs needs a whole number"),
    Mistake("{\"flags\": {\"kv_cache_dtype\": \"fp9\"}}", ":1:12: ", "'fp9'", "did you mean 'fp8'"),
    Mistake(
      "{\"flags\": {\"max-num-seqs\": 4, \"max_num_seqs\": 8}}", ":1:31: ", "flags.max_num_seqs is written twice"),
    Mistake("{\"flags\": {\"model\": \"QwQ-32B\"}}", ":1:12: ", "under 'model'"),
    Mistake("{\"flags\": {\"config\": \"vllm.yaml\"}}", ":1:12: ", "write its flags under 'flags'"),
    Mistake(
      "{\"env\": {" + (0...1000).map { "\"A\($0)\": 1" }.joined(separator: ",") + "}}", ":1:2: ",
      "env has 1001 members, more than the 1000 that are read"),
    Mistake("{\"env\": \"A=1\"}", ":1:2: ", "env is the string \"A=1\", wanted an object"),
    Mistake("{\"env\": {\"VLLM_A\": [1]}}", ":1:10: ", "env.VLLM_A is an array of 1"),
    Mistake("{\"env\": {\"VLLM_A B\": 1}}", ":1:10: ", "'VLLM_A B' is no variable of vLLM"),
    Mistake("{\"env\": {\"VLLM_A=B\": 1}}", ":1:10: ", "'VLLM_A=B' is no variable of vLLM"),
    // It would say where the user's token goes.
    Mistake("{\"env\": {\"HF_ENDPOINT\": \"http://x\"}}", ":1:10: ", "'HF_ENDPOINT'", "begin with VLLM_"),
    Mistake("{\"env\": {\"HF_HOME\": \"/x\"}}", ":1:10: ", "'HF_HOME'", "begin with VLLM_"),
    Mistake(
      "{\"env\": {\"VLLM_USE_V2_MODEL_RUNNER\": \"maybe\"}}", ":1:10: ", "VLLM_USE_V2_MODEL_RUNNER needs 0 or 1",
      "'maybe'"),
    Mistake("{\"measured\": {\"wieghts\": \"1GiB\"}}", ":1:15: ", "'wieghts'", "did you mean 'weights'"),
    Mistake("{\"measured\": {\"weights\": \"61.1\"}}", ":1:15: ", "'61.1' is not a size"),
    Mistake("{\"measured\": {\"weights\": 61.5}}", ":1:15: ", "measured.weights is 61.5", "a number of bytes"),
    Mistake("{\"measured\": {\"weights\": -1}}", ":1:15: ", "'-1B' is not a size"),
  ]

  @Test("A mistake is named with its file, its place and what is wanted, and nothing is planned", arguments: mistakes)
  func mistake(_ mistake: Mistake) throws {
    try Workplace.with(project: mistake.text) { place in
      let answer = place.plimsoll("fit QwQ-32B")
      #expect(answer.status == 2 && answer.out.isEmpty)
      #expect(answer.err.hasPrefix("plimsoll: \(place.projectFile)\(mistake.place)"), "\(answer.err)")
      for word in mistake.words { #expect(answer.err.contains(word), "\(answer.err)") }
      let document = try place.document("fit QwQ-32B")
      #expect(document.text("schema") == "plimsoll.error/1" && document.text("code") != nil)
    }
  }

  @Test("The same holds for the user's file", arguments: mistakes.prefix(12))
  func user(_ mistake: Mistake) throws {
    try Workplace.with(user: mistake.text) { place in
      let answer = place.plimsoll("fit QwQ-32B")
      #expect(answer.status == 2)
      #expect(answer.err.hasPrefix("plimsoll: \(place.userFile)\(mistake.place)"), "\(answer.err)")
    }
  }

  @Test(
    "A secret is refused by its name, and not repeated",
    arguments: [
      "{\"hf_token\": \"hf_SECRET\"}", "{\"api-key\": \"hf_SECRET\"}", "{\"flags\": {\"hf-token\": \"hf_SECRET\"}}",
      "{\"flags\": {\"api_key\": [\"hf_SECRET\"]}}", "{\"env\": {\"HF_TOKEN\": \"hf_SECRET\"}}",
      "{\"env\": {\"VLLM_API_KEY\": \"hf_SECRET\"}}", "{\"env\": {\"AWS_SECRET_ACCESS_KEY\": \"hf_SECRET\"}}",
    ])
  func secret(_ text: String) throws {
    try Workplace.with(project: text) { place in
      let answer = place.plimsoll("fit QwQ-32B")
      #expect(answer.status == 2 && answer.err.contains("is a secret"))
      #expect(!answer.err.contains("SECRET\"") && !answer.err.contains("hf_SECRET"))
    }
  }

  @Test(
    "What a terminal would obey is not repeated",
    arguments: [
      #"{"gpu": "\u001b[31m"}"#, #"{"\u001b[31m": 1}"#, #"{"flags": {"\u009bm": 1}}"#, #"{"schema": "\u001b[31m"}"#,
      #"{"flags": {"kv-cache-dtype": "\u001b[31m"}}"#, #"{"env": {"VLLM_A": "\u0007"}}"#, #"{"env": {"\u007f": "1"}}"#,
      #"{"measured": {"\u001b": 1}}"#, #"{"\u001b": 1, "\u001b": 2}"#, #"{"model": "\u001b"}"#,
    ])
  func controls(_ text: String) throws {
    try Workplace.with(project: text) { place in
      let answer = place.plimsoll("fit --gpu h100")
      #expect(answer.status == 2 && answer.err.contains("a control character stands here"), "\(answer.err)")
      #expect((answer.out + answer.err).unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value < 0x7F })
    }
  }

  @Test("A model that a file names and that is not there exits 4 with the place")
  func model() throws {
    try Workplace.with(project: "{\n\"model\": \"no-such-model\"}") { place in
      let answer = place.plimsoll("fit --gpu h100")
      #expect(answer.status == 4)
      #expect(answer.err.hasPrefix("plimsoll: \(place.projectFile):2:1: no model preset 'no-such-model'"))
      let plan = try place.document("fit --gpu h100")
      #expect(plan.text("verdict") == "unknown")
      #expect(plan.text("project") == place.projectFile)
      // What is typed has no place.
      #expect(place.plimsoll("fit no-such --gpu h100").err.hasPrefix("plimsoll: no model preset"))
    }
  }

  @Test("A mistake in a variable is named with the variable")
  func variables() throws {
    for (name, word, said) in [
      ("PLIMSOLL_GPU", "h100:0", "PLIMSOLL_GPU: 'h100:0' is not NAME:COUNT"),
      ("PLIMSOLL_GPU", "h1000", "PLIMSOLL_GPU: no accelerator 'h1000'; did you mean 'h100-80gb-sxm'?"),
      ("PLIMSOLL_NODES", "two", "PLIMSOLL_NODES: 'two' is not a whole number"),
      ("PLIMSOLL_NODES", "0", "PLIMSOLL_NODES: at least 1 is needed"),
      ("PLIMSOLL_MIN_HEADROOM", "5", "PLIMSOLL_MIN_HEADROOM: '5' is not a size"),
      ("PLIMSOLL_VLLM", "9", "PLIMSOLL_VLLM: '9' is no release of vLLM"),
    ] {
      try Workplace.with([name: word]) { place in
        let answer = place.plimsoll("fit QwQ-32B")
        #expect(answer.status == 2)
        #expect(answer.err.hasPrefix("plimsoll: " + said), "\(answer.err)")
      }
    }
  }

  @Test("What is no readable file of a sensible size is said so, and never waited on")
  func kinds() throws {
    let files = FileManager.default
    let cases: [(said: String, make: (String) throws -> Void)] = [
      ("is a folder", { try files.createDirectory(atPath: $0, withIntermediateDirectories: false) }),
      ("symbolic links", { try files.createSymbolicLink(atPath: $0, withDestinationPath: "plimsoll.json") }),
      ("no such file", { try files.createSymbolicLink(atPath: $0, withDestinationPath: "gone") }),
      ("is a pipe", { _ = mkfifo($0, 0o600) }),
      ("line 1, column 1", { try "\u{7F}\u{0}".write(toFile: $0, atomically: false, encoding: .utf8) }),
      ("larger than 1048576 bytes", { _ = files.createFile(atPath: $0, contents: Data(count: 1_048_577)) }),
    ]
    for (said, make) in cases {
      try Workplace.with { place in
        try make(place.projectFile)
        let answer = try place.run("fit QwQ-32B")
        #expect(answer.status == 2 && answer.out.isEmpty)
        #expect(answer.err.contains("/project/plimsoll.json: ") && answer.err.contains(said), "\(answer.err)")
      }
    }
  }

  @Test("A file that may not be read is said to be so", .enabled(if: NSUserName() != "root"))
  func permission() throws {
    try Workplace.with(project: "{}") { place in
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: place.projectFile)
      let answer = place.plimsoll("fit QwQ-32B")
      #expect(answer.status == 2 && answer.err.contains("permission"))
    }
  }

  @Test("A file within the limit, however deep or wide, is answered at once")
  func extremes() throws {
    func members(_ name: (Int) -> String) -> String {
      "{" + (0..<40_000).map { "\"\(name($0))\": \"1\"" }.joined(separator: ", ") + "}"
    }
    let texts = [
      "{\"flags\": \(members { "x\($0)" })}", "{\"flags\": \(members { "hf-overrides.a\($0)" })}",
      "{\"env\": \(members { "A\($0)" })}", members { "x\($0)" },
      "{\"flags\": {\"hf-overrides\": " + String(repeating: "[", count: 400_000),
      "{\"flags\": {\"hf-overrides\": \(members { "a\($0)" })}}",
    ]
    for text in texts {
      try Workplace.with(project: text) { place in
        let start = ContinuousClock.now
        #expect(place.plimsoll("fit QwQ-32B").status == 2)
        #expect(ContinuousClock.now - start < .seconds(20))
      }
    }
  }
}

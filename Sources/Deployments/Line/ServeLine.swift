package import Plimsoll

/// A line that starts vLLM, read: the model, its flags, and what else it says about where it runs.
package struct ServeLine {
  /// As written; nil where the line leaves it to whoever reads the line.
  package var model: String?
  @Boxed package var flags = ServeFlags()
  /// The flags that move memory, as they were written, in order.
  package var given: [GivenFlag] = []
  /// The flags that move none, as they were written, in order.
  package var others: [GivenFlag] = []
  /// The file of `--config`.
  package var configFile: String?
  /// `NAME=VALUE` pairs that the engine gets, secrets among them: see ``Secrets``.
  package var environment: [String] = []
  /// `--revision`: the branch, tag or commit of the model's repository.
  package var revision: String?
  /// `--nnodes`, where it is given.
  package var nodes: Int?
  /// The image that the line runs.
  package var image: ContainerImage?
  /// The GPUs that the line shows to vLLM, where it says so.
  package var devices: VisibleDevices?
  /// What a person should know about how the line was read.
  package var notes: [Finding] = []

  /// How many nodes, or accelerators, a plan may have.
  package static let nodeCounts = 1...65_536

  package init() {}
}

extension ServeLine {
  /// Reads the words of a line, as a shell would have passed them.
  ///
  /// - Throws: ``LineError`` for a line that does not start vLLM's server, or that vLLM would not read.
  package static func read(_ words: [String]) throws(LineError) -> ServeLine {
    let launch = try Launch.read(words)
    var line = ServeLine()
    line.environment = launch.environment
    line.image = launch.image
    line.devices = launch.visibleDevices
    line.notes = launch.notes
    try line.take(launch.arguments, launch.form)
    return line
  }

  private mutating func take(_ arguments: [String], _ form: ServeForm) throws(LineError) {
    let ordered = form == .verb ? try Self.withModelFirst(arguments) : arguments
    let (words, file, path) = try ConfigPlace.filled(ordered, form, notes: &notes)
    var parsed = ServeArguments(abbreviated: true)
    try parsed.takeAll(words, file: file)
    if let file = parsed.values["--config"] {
      notes.append(
        Finding(
          "config-not-read", .warning,
          "vLLM reads no file from --config=\(file), since it looks for the flag as a word of its own; write --config \(file)"
        ))
    }
    if form == .verb {
      if let extra = parsed.positionals.dropFirst().first { throw .extra(extra) }
      model = parsed.positionals.first ?? parsed.values["--model"]
    } else {
      if let extra = parsed.positionals.first {
        throw LineError(
          "extra-argument",
          "'\(Secrets.masked(extra))': the module takes its model from --model, and passes over one without it")
      }
      model = parsed.values["--model"]
    }
    if let model, Unexpanded.isIn(model) { throw .unexpanded("the model", model) }
    flags = parsed.flags
    (given, others, configFile) = (parsed.given, parsed.others, path)
    revision = parsed.values["--revision"]
    if let word = parsed.values["--nnodes"] ?? parsed.values["-n"] {
      if Unexpanded.isIn(word) { throw .unexpanded("--nnodes", word) }
      guard let count = Int(word), Self.nodeCounts.contains(count) else {
        throw LineError("bad-value", "--nnodes needs a whole number from 1 on, but got '\(Secrets.masked(word))'")
      }
      nodes = count
    }
    let isOneOfSeveral = ["--data-parallel-rank", "-dpn", "--data-parallel-start-rank", "-dpr"].contains { name in
      parsed.values[name] != nil
    }
    let isSpread = flags.dataParallelSizeLocal.map { $0 != flags.dataParallelSize } ?? false
    // Other ranks are then on GPUs that this line does not show.
    if isOneOfSeveral || isSpread || flags.distributedExecutorBackend == "ray" { devices = nil }
  }

  /// `--model NAME` is taken for the model that stands first.
  ///
  /// Source: `FlexibleArgumentParser.parse_args`, utils/argparse_utils.py.
  private static func withModelFirst(_ arguments: [String]) throws(LineError) -> [String] {
    var words = arguments
    if let index = words.firstIndex(where: { $0 == "--model" || ($0.hasPrefix("--model=") && $0.utf8.count > 8) }) {
      let word = words.remove(at: index)
      if word == "--model" {
        guard index < words.count else { throw LineError("bad-value", "--model needs a value") }
        words.insert(words.remove(at: index), at: 0)
      } else {
        words.insert(String(word.dropFirst(8)), at: 0)
      }
    }
    let namesServed = words.contains { word in
      let name = word.prefix { $0 != "=" }.map { $0 == "_" ? "-" : $0 }
      return String(name) == "--served-model-name"
    }
    let namesConfig = words.contains { $0 == "--config" || $0.hasPrefix("--config=") }
    if let first = words.first, first.hasPrefix("-"), namesServed, !namesConfig {
      throw LineError("missing-model", "with --served-model-name the model has to come first: vllm serve MODEL …")
    }
    return words
  }
}

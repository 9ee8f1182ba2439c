import ModelFiles
import Plimsoll

/// The flags of a `--config` file, as the words that vLLM puts in their place.
///
/// Source: `FlexibleArgumentParser.load_config_file`, utils/argparse_utils.py, release 0.33.0.
struct FlagFile {
  var words: [String]
  var notes: [Finding]

  /// - Parameter dropsFalse: Whether a false is left out, as `vllm serve` does: it looks for the opposite among the
  ///   options of the parser around the verb, which has none. The module's own parser finds it.
  /// - Throws: ``LineError`` for a file that is not there, is no YAML, or holds what vLLM would stumble over.
  static func read(_ path: String, dropsFalse: Bool) throws(LineError) -> FlagFile {
    guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") else {
      throw LineError("bad-config-file", "--config: '\(path)' has to end in .yaml or .yml for vLLM to read it")
    }
    let bytes: [UInt8]
    do {
      bytes = try FileReader.read(path, limit: .mib(1))
    } catch {
      throw LineError("unreadable-config-file", "--config: \(error.message)", isInput: true)
    }
    return try parse(bytes, path: path, dropsFalse: dropsFalse)
  }

  static func parse(_ bytes: [UInt8], path: String, dropsFalse: Bool) throws(LineError) -> FlagFile {
    let document: JSON
    do {
      document = try YAMLBlock.parse(bytes)
    } catch {
      throw LineError("broken-config-file", "--config: \(path), \(error.message)", isInput: true)
    }
    guard case .object(let flags) = document else {
      throw LineError(
        "broken-config-file", "--config: \(path) has to be a map of flags, such as 'tensor-parallel-size: 4'",
        isInput: true)
    }
    var file = FlagFile(words: [], notes: [])
    for key in flags.duplicateKeys {
      file.notes.append(Finding("config-key-twice", .warning, "\(path) gives \(key) twice; the last one counts"))
    }
    for member in flags.members { try file.add(member.key, member.value, path, dropsFalse: dropsFalse) }
    return file
  }

  private mutating func add(_ key: String, _ value: JSON, _ path: String, dropsFalse: Bool) throws(LineError) {
    if value == .bool(false) {
      // vLLM compares the key as it is written, so that `_` for `-` hides the opposite.
      let isFound = !dropsFalse && !key.utf8.contains(UInt8(ascii: "_"))
      if let opposite = FlagWords.opposite(of: "--" + key), !isFound {
        notes.append(
          Finding(
            "config-false-dropped", .warning,
            "\(path): vLLM drops '\(key): false', so that \(key) keeps its default; write \(opposite) on the line"))
      }
      if isFound { words += FlagWords.words(name: key, value: value) }
      return
    }
    if case .array(let items) = value, items.contains(where: \.isCollection) {
      throw LineError(
        "broken-config-file",
        "--config: \(path): an item of \(key) is a list or a map, which vLLM writes as Python's text and cannot read back; "
          + "write it as JSON in quotes", isInput: true)
    }
    words += FlagWords.words(name: "--" + key, value: value)
  }
}

extension JSON {
  fileprivate var isCollection: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }
}

/// Where the words of a `--config` file go: before those of the line, so that the line wins.
///
/// Source: `FlexibleArgumentParser._pull_args_from_config`, utils/argparse_utils.py, release 0.33.0.
enum ConfigPlace {
  /// The arguments with the file's words in them, and where those are.
  ///
  /// - Parameter form: Whose arguments they are; the verb's model stands first.
  static func filled(
    _ arguments: [String], _ form: ServeForm, notes: inout [Finding]
  ) throws(LineError) -> (words: [String], file: Range<Int>, path: String?) {
    guard let index = arguments.firstIndex(of: "--config") else { return (arguments, 0..<0, nil) }
    guard arguments.lastIndex(of: "--config") == index else {
      throw LineError("two-config-files", "--config stands twice; vLLM reads one file")
    }
    guard index + 1 < arguments.count else { throw LineError("bad-value", "--config needs a value") }
    let path = arguments[index + 1]
    if Unexpanded.isIn(path) { throw .unexpanded("--config", path) }
    let file = try FlagFile.read(path, dropsFalse: form == .verb)
    notes += file.notes
    let before = arguments[..<index]
    let after = arguments[(index + 2)...]
    guard form == .verb else { return (file.words + before + after, 0..<file.words.count, path) }
    let modelComesFirst = before.first.map { !$0.hasPrefix("-") } ?? false
    guard modelComesFirst || file.words.contains("--model") else {
      throw LineError("missing-model", "with --config the model comes first on the line, or stands in the file")
    }
    let model = modelComesFirst ? Array(before.prefix(1)) : []
    let words = model + file.words + before.dropFirst(model.count) + after
    return (words, model.count..<(model.count + file.words.count), path)
  }
}

extension FlagBinding {
  /// Reads the words of a flag into its place.
  func read(_ words: [String], flag: String, into flags: inout ServeFlags) throws(FlagError) {
    switch self {
    case .texts(let path):
      guard !words.isEmpty else { throw .missingValue(flag: flag) }
      flags[keyPath: path] = words
    case .integers(let path):
      guard !words.isEmpty else { throw .missingValue(flag: flag) }
      var numbers = [Int]()
      for word in words { numbers.append(try FlagBinding.integer(word, flag: flag)) }
      flags[keyPath: path] = numbers
    case .pair(let path):
      if let word = words.first { throw .unexpectedValue(flag: flag, value: word) }
      flags[keyPath: path] = true
    default:
      guard let word = words.first else { throw .missingValue(flag: flag) }
      guard words.count == 1 else { throw .unexpectedValue(flag: flag, value: words[1]) }
      try read(word, flag: flag, into: &flags)
    }
  }

  private func read(_ word: String, flag: String, into flags: inout ServeFlags) throws(FlagError) {
    switch self {
    case .integer(let path):
      flags[keyPath: path] = try FlagBinding.integer(word, flag: flag)
    case .readableInteger(let path):
      flags[keyPath: path] = try FlagBinding.bounded(
        try FlagNumber.readableInteger(word, flag: flag), word, flag: flag)
    case .integerChoice(let path, let choices):
      guard let number = FlagNumber.integer(word), choices.contains(number) else {
        throw FlagBinding.notAChoice(word, flag: flag, choices: choices.map { String($0) })
      }
      flags[keyPath: path] = number
    case .maxModelLen(let path):
      let text = FlagNumber.trim(word)
      let isAuto = text == "-1" || text.lowercased() == "auto"
      guard !isAuto else {
        flags[keyPath: path] = .auto
        return
      }
      flags[keyPath: path] = .tokens(
        try FlagBinding.bounded(try FlagNumber.readableInteger(text, flag: flag), text, flag: flag))
    case .number(let path):
      flags[keyPath: path] = try FlagNumber.number(word, flag: flag)
    case .size(let path):
      flags[keyPath: path] = try FlagBinding.size(word, flag: flag)
    case .text(let path):
      flags[keyPath: path] = word
    case .textChoice(let path, let choices):
      guard choices.contains(word) else { throw FlagBinding.notAChoice(word, flag: flag, choices: choices) }
      flags[keyPath: path] = word
    case .word(let choices, _, let set):
      guard choices.contains(word) else { throw FlagBinding.notAChoice(word, flag: flag, choices: choices) }
      set(&flags, word)
    case .json(let path):
      // As in vLLM, a second whole value replaces the first.
      flags[keyPath: path] = try FlagBinding.settings(word, flag: flag)
    case .counts(let path):
      flags[keyPath: path] = try FlagBinding.counts(try FlagBinding.settings(word, flag: flag), flag: flag)
    case .pair, .texts, .integers:
      throw .unexpectedValue(flag: flag, value: word)
    }
  }

  /// Reads one value of a JSON flag, `--flag.path value`; `appends` is a `+` after the path.
  ///
  /// Source: the dotted arguments of `FlexibleArgumentParser.parse_args`, utils/argparse_utils.py.
  func read(
    _ word: String, at path: [String], appends: Bool, flag: String, into flags: inout ServeFlags
  ) throws(FlagError) {
    var text = appends ? FlagBinding.list(word) : FlagBinding.lenient(word)
    if text == "" { text = "\"\"" }
    var scan = JSONFragment(text)
    let inner = scan.settings()?.map { JSONSetting(path: path + $0.path, text: $0.text) }
    let settings = (inner ?? []).isEmpty ? [JSONSetting(path: path, text: text)] : inner ?? []
    switch self {
    case .json(let place):
      for setting in settings { flags[keyPath: place].merge(setting) }
    case .counts(let place):
      let counts = try FlagBinding.counts(settings, flag: flag)
      flags[keyPath: place] = (flags[keyPath: place] ?? [:]).merging(counts) { _, new in new }
    default:
      throw .unknownFlag(name: ([flag] + path).joined(separator: "."), nearest: [flag])
    }
  }

  /// A dotted value: JSON where it is, else a number with a suffix, else a string.
  private static func lenient(_ word: String) -> String {
    if let json = JSONFragment.normalized(word) { return json }
    return JSONFragment.quoted(word)
  }

  /// `a,b` after a `+`: vLLM splits at commas and keeps strings.
  private static func list(_ word: String) -> String {
    let parts = word.split(separator: ",", omittingEmptySubsequences: false)
    return "[" + parts.map { JSONFragment.quoted(String($0)) }.joined(separator: ", ") + "]"
  }

  /// The largest count that is read: a signed 32-bit number, as the engine's kernels index with. Products of counts
  /// below it are numbers too.
  static let largestCount = Int(Int32.max)

  /// The largest size that is read: a PiB, beyond any accelerator.
  public static let largestSize = Bytes.gib(1 << 20)

  private static func integer(_ word: String, flag: String) throws(FlagError) -> Int {
    guard let number = FlagNumber.integer(word) else { throw .notAnInteger(flag: flag, value: word) }
    return try bounded(number, word, flag: flag)
  }

  private static func bounded(_ number: Int, _ word: String, flag: String) throws(FlagError) -> Int {
    guard number.magnitude <= largestCount else {
      throw .tooLarge(flag: flag, value: word, largest: String(largestCount))
    }
    return number
  }

  /// vLLM's own syntax first (a bare number is bytes, `10G` is 10 × 2^30), then a size with a unit.
  private static func size(_ word: String, flag: String) throws(FlagError) -> Bytes {
    let size: Bytes
    do {
      size = Bytes(try FlagNumber.readableInteger(word, flag: flag))
    } catch .decimalWithBinarySuffix(let flag, let value, let suggestion) {
      throw .decimalWithBinarySuffix(flag: flag, value: value, suggestion: suggestion)
    } catch {
      guard let written = Bytes(sizeText: word) else { throw .notASize(flag: flag, value: word) }
      size = written
    }
    guard size <= largestSize else { throw .tooLarge(flag: flag, value: word, largest: largestSize.text) }
    return size
  }

  private static func settings(_ word: String, flag: String) throws(FlagError) -> [JSONSetting] {
    guard FlagNumber.trim(word).hasPrefix("{") else { throw .notAnObject(flag: flag, value: word) }
    var scan = JSONFragment(word)
    guard let settings = scan.settings() else { throw .notJSON(flag: flag, value: word, position: scan.position) }
    return settings
  }

  /// The counts of `{"image": 4, "video": {"count": 1, "num_frames": 32}}`; options without a count mean 999.
  ///
  /// Source: `BaseDummyOptions`, config/multimodal.py.
  private static func counts(_ settings: [JSONSetting], flag: String) throws(FlagError) -> [String: Int] {
    var counts = [String: Int]()
    for setting in settings {
      guard let modality = setting.path.first else { continue }
      if setting.path.count == 1, setting.text != "{}" {
        guard let count = setting.int else { throw .notAnInteger(flag: flag, value: setting.text) }
        counts[modality] = count
      } else if setting.path.count == 2, setting.path[1] == "count", let count = setting.int {
        counts[modality] = count
      } else if counts[modality] == nil {
        counts[modality] = 999
      }
    }
    return counts
  }

  private static func notAChoice(_ word: String, flag: String, choices: [String]) -> FlagError {
    .notAChoice(
      flag: flag, value: word, choices: choices, nearest: NearestName.nearest(to: word, among: choices).first)
  }
}

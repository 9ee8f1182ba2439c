extension FlagBinding {
  /// Reads the words of a flag into its place.
  func read(_ words: [String], flag: String, into flags: inout ServeFlags) throws(FlagError) {
    switch self {
    case .texts(let place):
      guard !words.isEmpty else { throw .missingValue(flag: flag) }
      _ = place(&flags, words)
    case .integers(let place):
      guard !words.isEmpty else { throw .missingValue(flag: flag) }
      var numbers = [Int]()
      for word in words { numbers.append(try FlagBinding.integer(word, flag: flag)) }
      _ = place(&flags, numbers)
    case .pair(let place):
      if let word = words.first { throw .unexpectedValue(flag: flag, value: word) }
      _ = place(&flags, true)
    default:
      guard let word = words.first else { throw .missingValue(flag: flag) }
      guard words.count == 1 else { throw .unexpectedValue(flag: flag, value: words[1]) }
      try read(word, flag: flag, into: &flags)
    }
  }

  private func read(_ word: String, flag: String, into flags: inout ServeFlags) throws(FlagError) {
    switch self {
    case .integer(let place):
      let number = try FlagBinding.integer(word, flag: flag)
      _ = place(&flags, number)
    case .readableInteger(let place):
      let number = try FlagBinding.bounded(try FlagNumber.readableInteger(word, flag: flag), word, flag: flag)
      _ = place(&flags, number)
    case .integerChoice(let place, let choices):
      guard let number = FlagNumber.integer(word), choices.contains(number) else {
        throw FlagBinding.notAChoice(word, flag: flag, choices: choices.map { String($0) })
      }
      _ = place(&flags, number)
    case .maxModelLen(let place):
      let length = try FlagBinding.length(word, flag: flag)
      _ = place(&flags, length)
    case .number(let place):
      let number = try FlagNumber.number(word, flag: flag)
      _ = place(&flags, number)
    case .size(let place):
      let size = try FlagBinding.size(word, flag: flag)
      _ = place(&flags, size)
    case .text(let place):
      _ = place(&flags, word)
    case .textChoice(let place, _), .word(let place, _):
      let choices = self.choices
      guard choices.contains(word) else { throw FlagBinding.notAChoice(word, flag: flag, choices: choices) }
      _ = place(&flags, word)
    case .json(let place):
      // As in vLLM, a second whole value replaces the first.
      let settings = try FlagBinding.settings(word, flag: flag)
      _ = place(&flags, settings)
    case .counts(let place):
      let counts = try FlagBinding.counts(try FlagBinding.settings(word, flag: flag), flag: flag)
      _ = place(&flags, counts)
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
      var merged = place(&flags, nil)
      for setting in settings { merged.merge(setting) }
      _ = place(&flags, merged)
    case .counts(let place):
      let counts = try FlagBinding.counts(settings, flag: flag)
      _ = place(&flags, (place(&flags, nil) ?? [:]).merging(counts) { _, new in new })
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

  private static func length(_ word: String, flag: String) throws(FlagError) -> MaxModelLen {
    let text = FlagNumber.trim(word)
    if text == "-1" || text.lowercased() == "auto" { return .auto }
    return .tokens(try bounded(try FlagNumber.readableInteger(text, flag: flag), text, flag: flag))
  }

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

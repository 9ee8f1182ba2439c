import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// Reads the members of a project file into settings, each with its place.
struct ConfigFileReader {
  var file: ConfigFile
  var places: JSONPlaces
  private(set) var settings: [Setting] = []
  private var flags: Set<String> = []

  init(file: ConfigFile, places: JSONPlaces) {
    self.file = file
    self.places = places
  }

  mutating func read(_ members: JSONObject) throws(UsageError) {
    try refuseRepeated(members, [])
    for member in members.members {
      let keys = [member.key]
      try refuseControls(keys, keys)
      if let key = ConfigKey.scalars.first(where: { $0.name == member.key }) {
        try add(.option, key.option, [try word(member.value, key.kind, keys)], keys)
      } else {
        switch member.key {
        case "schema": try schema(member.value)
        case "$schema": _ = try word(member.value, .text, keys)
        case "flags": for flag in try group(member.value, keys) { try readFlag(flag) }
        case "env": for variable in try group(member.value, keys) { try readVariable(variable) }
        case "measured": for figure in try group(member.value, keys) { try readFigure(figure) }
        default: throw unknown(member.key)
        }
      }
    }
  }

  private func schema(_ value: JSON) throws(UsageError) {
    let name = try word(value, .text, ["schema"])
    try refuseControls([name], ["schema"])
    guard name != ConfigFile.schema else { return }
    throw failure(["schema"], "schema is '\(name)', and this plimsoll reads \(ConfigFile.schema)")
  }

  /// The most members of a group, more than vLLM has flags.
  private static let most = 1000
  /// The most bytes of one flag; a command line has no more than twice as many.
  private static let longest = 1 << 16

  private func group(_ value: JSON, _ keys: [String]) throws(UsageError) -> [JSONObject.Member] {
    guard case .object(let members) = value else { throw mistyped(value, .object, keys) }
    try refuseRepeated(members, keys)
    guard members.count <= Self.most else {
      throw failure(keys, "\(keys[0]) has \(members.count) members, more than the \(Self.most) that are read")
    }
    for key in members.members.map(\.key) { try refuseControls([key], keys + [key]) }
    return members.members
  }

  /// A flag of vLLM by its long name without dashes, its value as in vLLM's YAML.
  private mutating func readFlag(_ member: JSONObject.Member) throws(UsageError) {
    let keys = ["flags", member.key]
    let name = "--" + member.key
    guard !member.key.isEmpty, !member.key.hasPrefix("-") else {
      let bare = String(member.key.drop { $0 == "-" })
      throw failure(keys, "flags are named without dashes in front", suggestions: bare.isEmpty ? [] : [bare])
    }
    if Secrets.isSecret(flag: member.key) { throw secret(keys) }
    if let better = Self.elsewhere[Setting.flagKey(name)] { throw failure(keys, better) }
    guard ServeFlags.match(name) != nil else {
      let near = ServeFlags.suggestions(for: name).map { String($0.drop { $0 == "-" }) }
      throw failure(keys, "vllm has no flag '\(name)'", suggestions: near)
    }
    let words = FlagWords.words(name: name, value: member.value)
    guard let first = words.first else { return }
    try refuseControls(words, keys)
    let length = words.reduce(0) { $0 + $1.utf8.count }
    guard length <= Self.longest else {
      throw failure(keys, "flags.\(member.key) has \(length) bytes, more than the \(Self.longest) that are read")
    }
    let setting = setting(.flag, first, Array(words.dropFirst()), keys)
    guard flags.insert(setting.key).inserted else { throw failure(keys, "flags.\(member.key) is written twice") }
    settings.append(setting)
  }

  /// Flags of vLLM for which a project file has another place.
  private static let elsewhere = [
    "--model": "the model stands under 'model', not among the flags",
    "--config": "a file of flags is not read from here; write its flags under 'flags'",
  ]

  private mutating func readVariable(_ member: JSONObject.Member) throws(UsageError) {
    let keys = ["env", member.key]
    if Secrets.isSecret(variable: member.key) { throw secret(keys) }
    let isName = member.key.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
    }
    // Others could send tokens elsewhere (HF_ENDPOINT), and a file comes with whatever is checked out.
    guard isName, member.key.hasPrefix("VLLM_") else {
      throw failure(keys, "'\(member.key)' is no variable of vLLM, whose names begin with VLLM_")
    }
    let word: String
    switch member.value {
    case .string(let text): word = text
    case .integer(let number): word = String(number)
    case .bool(let isOn): word = isOn ? "1" : "0"
    default: throw mistyped(member.value, .rule("a string, a whole number, true or false"), keys)
    }
    try add(.option, "--env", ["\(member.key)=\(word)"], keys)
  }

  private mutating func readFigure(_ member: JSONObject.Member) throws(UsageError) {
    let keys = ["measured", member.key]
    let word: String
    switch member.value {
    case .string(let text): word = text
    case .integer(let count): word = "\(count)B"
    default: throw mistyped(member.value, .rule("a size such as \"61.1GiB\", or a number of bytes"), keys)
    }
    try add(.option, "--measured", ["\(member.key)=\(word)"], keys)
  }
}

extension ConfigFileReader {
  private func word(_ value: JSON, _ kind: ConfigKey.Kind, _ keys: [String]) throws(UsageError) -> String {
    switch (kind, value) {
    case (.text, .string(let text)), (.lengths, .string(let text)): return text
    case (.integer, .integer(let number)), (.number, .integer(let number)), (.lengths, .integer(let number)):
      return String(number)
    case (.number, .number(let number)): return number.description
    case (.text, _): throw mistyped(value, .string, keys)
    case (.integer, _): throw mistyped(value, .rule("a whole number"), keys)
    case (.number, _): throw mistyped(value, .rule("a number"), keys)
    case (.lengths, _): throw mistyped(value, .rule("a whole number, or text such as \"p50=1200,p95=6000\""), keys)
    }
  }

  private mutating func add(
    _ target: Setting.Target, _ name: String, _ values: [String], _ keys: [String]
  ) throws(UsageError) {
    try refuseControls(values, keys)
    settings.append(setting(target, name, values, keys))
  }

  private func setting(_ target: Setting.Target, _ name: String, _ values: [String], _ keys: [String]) -> Setting {
    let place = places.place(of: keys)
    let origin = Origin.file(file.kind, path: file.path, line: place?.line ?? 1, column: place?.column ?? 1)
    return Setting(target, name, values, origin)
  }

  /// What a terminal would obey has no place in a message, and a file may be anyone's.
  private func refuseControls(_ words: [String], _ keys: [String]) throws(UsageError) {
    for word in words {
      let isPlain = word.unicodeScalars.allSatisfy { scalar in
        scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) || "\t\n\r".unicodeScalars.contains(scalar)
      }
      guard isPlain else { throw failure(keys, "a control character stands here") }
    }
  }

  private func refuseRepeated(_ members: JSONObject, _ keys: [String]) throws(UsageError) {
    guard let key = members.duplicateKeys.first else { return }
    try refuseControls([key], keys + [key])
    throw failure(keys + [key], (keys + [key]).joined(separator: ".") + " is written twice")
  }

  private func unknown(_ key: String) -> UsageError {
    if Secrets.isSecret(flag: key) || Secrets.isSecret(variable: key) { return secret([key]) }
    let near = nearest(to: key, among: ConfigKey.all)
    let all = near.isEmpty ? "; the keys are \(ConfigKey.all.joined(separator: ", "))" : ""
    return failure([key], "there is no key '\(key)'" + all, suggestions: near)
  }

  private func secret(_ keys: [String]) -> UsageError {
    let name = keys.joined(separator: ".")
    return failure(keys, "\(name) is a secret, which no file of a project may hold; leave it in the environment")
  }

  private func mistyped(_ value: JSON, _ wanted: ConfigError.Wanted, _ keys: [String]) -> UsageError {
    failure(keys, ConfigError(keyPath: keys.joined(separator: "."), found: .init(value), wanted: wanted).message)
  }

  private func failure(_ keys: [String], _ sentence: String, suggestions: [String] = []) -> UsageError {
    let place = places.place(of: keys)
    let path = place.map { "\(file.path):\($0.line):\($0.column)" } ?? file.path
    return UsageError(code: ConfigFile.code, message: "\(path): \(sentence)", suggestions: suggestions)
  }
}

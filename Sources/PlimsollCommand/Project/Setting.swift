import CommandLineKit
import Deployments
import Plimsoll

/// One value as it was said: an option of ours or a flag of vLLM, its words, and where.
///
/// All that decides a plan besides built-in defaults is a list of these, the lowest layer first.
struct Setting {
  var target: Target
  /// The name as declared, with its dashes; a place by its name in help.
  var name: String
  var values: [String]
  var origin: Origin
  /// It follows from another value, as `--tensor-parallel-size` does from a count of GPUs.
  var isInferred = false

  enum Target {
    case option, flag
  }

  init(_ target: Target, _ name: String, _ values: [String], _ origin: Origin) {
    self.target = target
    self.name = name
    self.values = values
    self.origin = origin
  }

  /// Options as the parser read them.
  static func typed(_ given: [Given]) -> [Setting] {
    given.map { Setting(.option, $0.name, [$0.word], .commandLine) }
  }

  /// Flags of vLLM as its grammar read them, typed or, with `file` for its `--config`, in a line after `--`.
  ///
  /// Dotted ones come last, as vLLM reads them.
  static func flags(_ given: [GivenFlag], _ origin: Origin = .commandLine, file: String? = nil) -> [Setting] {
    let settings = given.map { flag in
      Setting(.flag, flag.name, flag.values, flag.isInFile ? .lineConfig(file ?? "") : origin)
    }
    return dottedLast(settings)
  }

  /// The same settings, values of single keys behind whole values.
  static func dottedLast(_ settings: [Setting]) -> [Setting] {
    settings.filter { !$0.isDotted } + settings.filter(\.isDotted)
  }

  /// Whether it is one key of a flag that takes JSON: `--compilation-config.mode`.
  var isDotted: Bool { target == .flag && name.utf8.contains(UInt8(ascii: ".")) }

  /// What one value takes another's place under: the option, or the flag under its long name, however it is spelt.
  ///
  /// Options that are given once for each name or term have a key for each.
  var key: String {
    switch target {
    case .option: Self.perName.contains(name) ? "\(name) \((values.first ?? "").prefix { $0 != "=" })" : name
    case .flag: Self.flagKey(name)
    }
  }

  static let perName = ["--env", "--measured"]

  static func flagKey(_ name: String) -> String {
    let spelt = ServeFlags.split(name).name
    guard case .flag(let descriptor, _, let path, _)? = ServeFlags.match(spelt) else { return spelt }
    return ([descriptor.name] + path).joined(separator: ".")
  }

  /// The value as a reader sees it; what is secret is not shown.
  var shown: String {
    if target == .flag {
      if Secrets.isSecret(flag: name) { return "(not shown)" }
      return values.isEmpty ? isNegation ? "false" : "true" : values.map(Secrets.masked).joined(separator: " ")
    }
    let word = values.first ?? ""
    guard Self.perName.contains(name), let equals = word.firstIndex(of: "=") else { return word == "" ? "true" : word }
    if name == "--env", Secrets.withoutSecrets([word]).isEmpty { return "(not shown)" }
    return String(word[word.index(after: equals)...])
  }

  private var isNegation: Bool {
    if case .flag(_, negated: true, _, _)? = ServeFlags.match(name) { return true }
    return name.hasPrefix("--no-")
  }
}

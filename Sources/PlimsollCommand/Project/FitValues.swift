import CommandLineKit
import Deployments
import Plimsoll

/// The values in force, and where each was said.
struct FitValues {
  var options = FitOptions()
  @Boxed var serve = ServeFlags()
  /// What was applied, in order: of equal keys the last is in force.
  var settings: [Setting] = []
  /// The project's file, where there is one.
  var project: String?
  /// `--revision` of vLLM: the branch, tag or commit of the model's repository.
  var revision: String?
  /// Flags of vLLM that move no memory, in order.
  var others: [GivenFlag] = []
  /// The line after `--`, which is the deployment where it is given.
  var line: ServeLine?
  /// What files say of something that a layer above replaced, and the option that did.
  var leftOut: [(setting: Setting, by: String)] = []

  init(project: String?) { self.project = project }

  /// What was typed, with nothing below it.
  init(_ typed: FitLayers.Typed, project: String?) {
    options = typed.options
    serve = typed.serve
    settings = typed.settings
    revision = typed.revision
    others = typed.others
    self.project = project
  }

  /// Puts a layer over those before it.
  ///
  /// Single keys of a flag that takes JSON are one value, in place of what the flag had below, as vLLM has it between
  /// a command line and its `--config` file.
  mutating func apply(_ layer: [Setting], _ parser: Parser<FitOptions>) throws(UsageError) {
    var begun: Set<String> = []
    for setting in Setting.dottedLast(layer) {
      let owner = String(setting.name.prefix { $0 != "." })
      if setting.isDotted, begun.insert(owner).inserted { try? serve.apply(name: owner, value: "{}") }
      try apply(setting, parser)
    }
  }

  /// Puts a value over those before it.
  private mutating func apply(_ setting: Setting, _ parser: Parser<FitOptions>) throws(UsageError) {
    switch setting.target {
    case .option:
      do throws(ValueError) {
        let word = setting.values.first ?? ""
        guard try parser.store(Given(name: setting.name, word: word), in: &options) else { return }
        if setting.name == "--env", setting.origin.place != nil { try Self.check(variable: word) }
      } catch {
        throw UsageError.badValue(setting.name, error).said(at: setting.origin, setting.name)
      }
    case .flag:
      do throws(FlagError) {
        try serve.apply(name: setting.name, values: setting.values)
      } catch {
        let failure = UsageError(code: "bad-value", message: error.reason, suggestions: error.suggestions)
        throw failure.said(at: setting.origin, setting.name)
      }
      if case .ignored? = ServeFlags.match(setting.name) {
        others.append(GivenFlag(name: setting.name, values: setting.values, isInFile: true))
      }
    }
    settings.append(setting)
  }

  private static func check(variable pair: String) throws(ValueError) {
    do throws(FlagError) {
      _ = try EngineEnvironment(pairs: [pair])
    } catch {
      throw ValueError(error.reason, suggestions: error.suggestions)
    }
  }

  /// Notes what the line after `--` says; its own reader applies it.
  mutating func add(_ line: ServeLine) {
    self.line = line
    revision = line.revision
    others = line.others
    if let model = line.model { settings.append(Setting(.option, "MODEL", [model], .line)) }
    settings += line.environment.map { Setting(.option, "--env", [$0], .line) }
    if let release = line.image?.release { settings.append(Setting(.option, "--vllm", [release], .line)) }
    settings += Setting.flags(line.given, .line, file: line.configFile)
  }

  /// Notes a flag that follows from an option.
  mutating func infer(_ flag: String, _ word: String, from option: String) {
    var setting = Setting(.flag, flag, [word], origin(of: option) ?? .builtIn)
    setting.isInferred = true
    settings.append(setting)
  }

  /// Where the value of an option in force was said; nil where nobody said one.
  func origin(of option: String) -> Origin? {
    settings.last { $0.target == .option && $0.name == option }?.origin
  }
}

extension FitValues {
  /// A mistake in a value, with the place where the value was said, if that is not the line just typed.
  func placed(_ error: UsageError) -> UsageError {
    guard let colon = error.message.firstIndex(of: ":") else { return error }
    let option = String(error.message[..<colon])
    guard let origin = origin(of: option) else { return error }
    return error.said(at: origin, option)
  }

  /// The same for a model that cannot be had, or a release that is not modelled.
  func placed(_ failure: InputFailure) -> InputFailure {
    let option = failure.code == "release-not-modelled" ? "--vllm" : "MODEL"
    guard let place = origin(of: option)?.place else { return failure }
    var failure = failure
    failure.message = "\(place): \(failure.message)"
    return failure
  }
}

extension UsageError {
  /// The error of an option's value that was said elsewhere: its place stands before it, and the name it has there.
  fileprivate func said(at origin: Origin, _ option: String) -> UsageError {
    guard let place = origin.place else { return self }
    var error = self
    if message.hasPrefix(option + ": ") {
      // A variable's name says already which value it is.
      let name = origin.variable == nil ? ConfigKey.name(of: option) + ": " : ""
      error.message = name + message.dropFirst(option.utf8.count + 2)
    }
    error.message = "\(place): \(error.message)"
    return error
  }
}

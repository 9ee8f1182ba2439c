import Catalog
import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// The layers that a plan's values come from, the lowest first: the user's file, the project's, PLIMSOLL_ variables,
/// and what was typed. Below them are vLLM's own defaults, which the plan fills in.
struct FitLayers {
  var lower: [[Setting]] = []
  var typed: Typed
  /// The project's file, where there is one.
  var project: String?

  /// The uppermost layer, and what it comes to alone.
  struct Typed {
    var settings: [Setting]
    var options: FitOptions
    var serve: ServeFlags
    var revision: String?
    var others: [GivenFlag] = []
  }

  /// - Throws: exit status 2 for a file that cannot be read or says what is not understood.
  init(_ typed: Typed, _ context: Context) throws(UsageError) {
    self.typed = typed
    let options = typed.options
    let named = options.project ?? Self.value("PLIMSOLL_PROJECT", context)
    if options.noProject, let named = options.project {
      throw UsageError(code: "two-projects", message: "--project \(named) and --no-project cannot both be")
    }
    if !options.noProject, named != "none" {
      if let user = try ConfigFile.user(context.environment) { lower.append(try user.settings()) }
      let file: ConfigFile?
      if let named {
        file = ConfigFile(kind: .project, path: named)
      } else {
        file = try context.workingFolder().flatMap { folder throws(UsageError) in
          try ConfigFile.project(from: folder)
        }
      }
      if let file {
        lower.append(try file.settings())
        project = file.path
      }
    }
    let variables = ConfigKey.scalars.compactMap { key in
      Self.value(key.variable, context).map { word in
        Setting(.option, key.option, [word], .variable(key.variable))
      }
    }
    if !variables.isEmpty { lower.append(variables) }
  }

  /// A variable that is set, and not to nothing.
  private static func value(_ name: String, _ context: Context) -> String? {
    context.environment(name).flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension FitLayers {
  /// What the layers come to, applied in order.
  ///
  /// Where a whole line of vLLM is given, that line is the deployment: model, flags, variables and entry point of the
  /// layers below are left out.
  func values(under line: ServeLine?) throws(UsageError) -> FitValues {
    var values = FitValues(typed, project: project)
    if !lower.isEmpty {
      values = FitValues(project: project)
      let parser = Parser(FitOptions.sections)
      var top = typed.settings
      if let model = line?.model { top.append(Setting(.option, "MODEL", [model], .line)) }
      for (index, layer) in lower.enumerated() {
        let above = lower[(index + 1)...].flatMap { $0 } + top
        let below = lower[...index].flatMap { $0 }
        var holding: [Setting] = []
        for setting in layer where !setting.isReplaced(by: line) {
          if let option = setting.isOutdated(by: above, in: below) {
            values.leftOut.append((setting, option))
          } else {
            holding.append(setting)
          }
        }
        try values.apply(holding, parser)
      }
      try values.apply(typed.settings, parser)
      values.revision = typed.revision
      values.others += typed.others
    }
    if let line { values.add(line) }
    return values
  }
}

extension Setting {
  /// Whether a whole line of vLLM leaves no room for it: it describes the deployment itself, or the release, and the
  /// line says which that is.
  fileprivate func isReplaced(by line: ServeLine?) -> Bool {
    guard let line else { return false }
    if name == "--vllm" { return line.image?.release != nil }
    return target == .flag || name == "--env" || ConfigKey.scalars.contains { $0.option == name && $0.isDeployment }
  }

  /// The option whose value above took away what this figure was measured on; nil where it holds.
  ///
  /// A figure taken of one model on one GPU with one release says nothing of another, and the memory of one GPU
  /// nothing of one that is named above it.
  fileprivate func isOutdated(by above: [Setting], in below: [Setting]) -> String? {
    func word(_ option: String, _ settings: [Setting]) -> String? {
      settings.last { $0.target == .option && $0.name == option }?.values.first
    }
    let subjects: [String]
    switch name {
    case "--gpu-memory": subjects = ["--gpu"]
    case "--measured": subjects = ["MODEL", "--gpu", "--vllm"]
    default: return nil
    }
    return subjects.first { subject in
      guard let new = word(subject, above) else { return false }
      guard let old = word(subject, below) else { return name == "--gpu-memory" }
      return old != new && Self.meaning(old, of: subject) != Self.meaning(new, of: subject)
    }
  }

  /// What a word stands for, so that two names of one thing are not taken for two things.
  private static func meaning(_ word: String, of option: String) -> String {
    switch option {
    case "MODEL":
      if case .string(let id)? = try? Catalog.presetJSON(kind: .models, name: word)["id"] { return id }
    case "--gpu":
      if let argument = try? AcceleratorArgument(word: word), let match = try? Catalog.gpuMatch(named: argument.name) {
        return "\(match.device.id):\(argument.count ?? 1)"
      }
    default: return word.hasPrefix("v") ? String(word.dropFirst()) : word
    }
    return word
  }
}

import Plimsoll

extension FitValues {
  /// What a reader is told of values that were not typed: the files and variables they are from, and what of these
  /// was left out.
  var notes: [Finding] {
    let sources = lowerSources
    var parts = sources.map { source, names in "\(source) gives \(names.joined(separator: ", "))" }
    if let project, !sources.contains(where: { $0.source == project }) {
      parts.append("nothing of \(project) is in force")
    }
    var notes: [Finding] = []
    if !parts.isEmpty {
      notes.append(Finding("values-from-elsewhere", .note, parts.joined(separator: "; ") + "; --show-origin says all"))
    }
    for (option, subject) in Self.subjects {
      let figures = leftOut.filter { $0.by == option && $0.setting.name == "--measured" }.map(\.setting)
      guard let first = figures.first else { continue }
      let what = figures.count == 1 ? "the measured figure is" : "the \(figures.count) measured figures are"
      notes.append(
        Finding("left-out", .note, "\(first.origin.place ?? ""): \(what) of another \(subject), and left out"))
    }
    return notes
  }

  /// What a measured figure is of.
  private static let subjects = [
    (option: "MODEL", name: "model"), (option: "--gpu", name: "GPU"), (option: "--vllm", name: "release"),
  ]

  /// Each file and variable of which something is in force, with what that is.
  private var lowerSources: [(source: String, names: [String])] {
    guard settings.contains(where: { $0.origin.place != nil }) else { return [] }
    let said = inForce.filter { $0.origin.place != nil && !$0.isInferred }
    var sources: [String] = []
    for setting in said where !sources.contains(setting.source) { sources.append(setting.source) }
    return sources.map { source in
      let own = said.filter { $0.source == source }
      let options = own.filter { $0.target == .option }
      func count(_ number: Int, _ word: String) -> [String] {
        number == 0 ? [] : ["\(number) \(word)\(number == 1 ? "" : "s")"]
      }
      let names =
        options.filter { !Setting.perName.contains($0.name) }.map { ConfigKey.name(of: $0.name) }
        + count(own.count - options.count, "flag") + count(options.filter { $0.name == "--env" }.count, "variable")
        + count(options.filter { $0.name == "--measured" }.count, "measured figure")
      return (source, names)
    }
  }

  /// The settings of which no later one takes the place, in order.
  var inForce: [Setting] {
    var seen: Set<String> = []
    var replaced: [String: String] = [:]
    var kept: [Setting] = []
    for setting in settings.reversed() where seen.insert(setting.key).inserted {
      guard setting.target == .flag else {
        kept.append(setting)
        continue
      }
      // A whole value takes the place of all before it, and single keys that of all that are not of their layer.
      let owner = String(setting.key.prefix { $0 != "." })
      let layer = setting.origin.layer
      if let above = replaced[owner], !setting.isDotted || above != layer { continue }
      replaced[owner] = setting.isDotted ? layer : ""
      kept.append(setting)
    }
    return kept.reversed()
  }
}

extension Setting {
  /// The file or the variable that it is from.
  fileprivate var source: String { origin.path ?? origin.variable ?? "" }
}

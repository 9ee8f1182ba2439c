extension EngineRelease {
  /// The newest release that is modelled, and the one taken where none is named.
  public static var newest: EngineRelease { .v0_33_0 }

  /// A release older than the newest, as what the release after it brought, undone.
  struct Step: Sendable {
    /// The older release: `0.32.0`.
    let name: String
    /// Makes its row from the row of the release after it.
    let undo: @Sendable (inout EngineRelease) -> Void

    init(_ name: String, undo: @escaping @Sendable (inout EngineRelease) -> Void) {
      self.name = name
      self.undo = undo
    }
  }

  /// Every older release with a row, the newest first: a difference is written once, where it came.
  private static var steps: [Step] { since27 + since20 + since14 + since11 + since8 }

  /// The releases with a row, the newest first.
  public static var names: [String] { [newest.name] + steps.map(\.name) }

  /// How well a release is known.
  public enum Standing: Hashable, Sendable {
    /// It has a row of its own.
    case modelled
    /// It takes the row of the release before it, or of the one after it where that has more of its number.
    case between(row: String)
    /// It came after every row and takes the newest.
    case newer(than: String)

    var isNewer: Bool { if case .newer = self { true } else { false } }
  }

  /// What is known of a release by its name.
  public enum Lookup: Sendable {
    case found(EngineRelease)
    /// It came before the oldest row.
    case older(than: String)
    case notARelease
  }

  /// The release of a name such as `0.17.1`. Only its row is made, from the newest down.
  public static func named(_ name: String) -> Lookup {
    var row = newest
    guard let number = ReleaseNumber(name), let top = ReleaseNumber(row.name) else { return .notARelease }
    let plain = name.hasPrefix("v") ? String(name.dropFirst()) : name
    if top < number {
      row.standing = .newer(than: row.name)
      row.name = plain
      return .found(row)
    }
    var own = top
    var rest = steps[...]
    while number < own {
      guard let step = rest.popFirst(), let next = ReleaseNumber(step.name) else { return .older(than: row.name) }
      // 0.17.0 has what 0.17.1 has: patches mend, and differences come with the minor number.
      if next < number, number.sharedParts(with: next) < number.sharedParts(with: own) { break }
      step.undo(&row)
      row.terms.fitted.setBack(to: step.name)
      row.name = step.name
      own = next
    }
    if own != number || !number.isPlain {
      row.standing = .between(row: row.name)
      row.name = plain
    }
    return .found(row)
  }
}

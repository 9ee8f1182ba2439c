import Testing

/// What the library offers is explained where it stands.
///
/// Memberwise initializers and operators need no sentence. Stored properties need one in the files that hold formulas;
/// in those of the engine's flags a name of vLLM's may speak for itself.
@Suite struct DocumentationTests {
  struct Declaration {
    var place: String
    var text: Substring
    var isDocumented: Bool

    var isInitializer: Bool { text.starts(with: "public init(") }
    var isOperator: Bool { text.starts(with: "public static func ") && !(text.dropFirst(19).first?.isLetter ?? false) }
    var isStored: Bool {
      guard !text.contains("{") else { return false }
      return ["public var ", "public let ", "public private(set) var "].contains { text.starts(with: $0) }
    }
  }

  static func declarations(in file: SourceFile) -> [Declaration] {
    let lines = file.lines.map { $0.drop { $0 == " " } }
    return lines.indices.compactMap { index in
      guard lines[index].starts(with: "public ") else { return nil }
      var above = index - 1
      while above >= 0, lines[above].starts(with: "@") || lines[above].starts(with: "// swift-format-ignore") {
        above -= 1
      }
      let isDocumented = above >= 0 && lines[above].starts(with: "///")
      return Declaration(place: "\(file.path):\(index + 1)", text: lines[index], isDocumented: isDocumented)
    }
  }

  /// The folders whose stored properties have a sentence each.
  static let formulas = ["Cache", "Hardware", "Memory", "Model", "Units"].map { "Sources/Plimsoll/" + $0 + "/" }

  @Test func whatIsPublicIsExplained() {
    var seen = 0
    for file in SourceFile.under("Sources/Plimsoll") {
      let needsAll = Self.formulas.contains { file.path.hasPrefix($0) }
      for declaration in Self.declarations(in: file) where !declaration.isInitializer && !declaration.isOperator {
        if declaration.isStored, !needsAll { continue }
        seen += 1
        #expect(declaration.isDocumented, "\(declaration.place): \(declaration.text)")
      }
    }
    #expect(seen > 100)
  }

  /// The first line of a doc comment ends a sentence, so that it stands alone in a list.
  @Test func aSummaryIsASentence() {
    for file in SourceFile.under("Sources/Plimsoll") {
      let lines = file.lines.map { $0.drop { $0 == " " } }
      for index in lines.indices
      where lines[index].starts(with: "/// ") && (index == 0 || !lines[index - 1].starts(with: "///")) {
        // A sentence may run on; the paragraph ends it.
        let paragraph = lines[index...].prefix { $0.starts(with: "/// ") }
        let end = paragraph.last?.last { $0 != "`" && $0 != ")" }
        #expect(end == "." || end == ":", "\(file.path):\(index + 1)")
      }
    }
  }
}

import Foundation
import Testing

/// The rules of the house, read off the source tree.
@Suite struct ArchitectureTests {
  @Test func theTreeIsThere() {
    #expect(SourceFile.under("Sources/Plimsoll").count > 20)
    #expect(SourceFile.under("Presets").count > 3)
    #expect(SourceFile.all.contains { $0.path == "Tests/ArchitectureTests/ArchitectureTests.swift" })
  }

  @Test func theLibraryImportsNothing() {
    for file in SourceFile.under("Sources/Plimsoll") { #expect(file.imports.isEmpty, "\(file.path)") }
  }

  @Test func foundationStaysInTheBuildTool() {
    let allowed = ["Sources/EmbedPresets/", "Sources/EmbedPresetsPlugin/"]
    let banned: Set = ["Foundation", "FoundationEssentials", "FoundationNetworking", "FoundationXML", "Dispatch"]
    for file in SourceFile.under("Sources", "Presets") where !allowed.contains(where: file.path.hasPrefix) {
      #expect(banned.isDisjoint(with: file.imports), "\(file.path)")
    }
  }

  /// Files at the edge to the system. A file is added here with a reason to be one, not to make a test pass.
  static let edges: Set = [
    "Sources/CommandLineKit/Output.swift",
    "Sources/CommandLineKit/Terminal.swift",
    "Sources/DeviceProbe/DynamicLibrary.swift",
    "Sources/DeviceProbe/HostFiles.swift",
    "Sources/ModelFiles/Files/FileReader+Kind.swift",
    "Sources/ModelFiles/Files/FileReader.swift",
    "Sources/ModelFiles/Files/FileStream.swift",
    "Sources/ModelFiles/Hub/CacheFiles.swift",
    "Sources/ModelFiles/Hub/Interrupts.swift",
    "Sources/ModelFiles/Hub/Subprocess.swift",
    "Sources/ModelFiles/Files/OpenFile.swift",
    "Sources/PlimsollCommand/PlimsollCommand.swift",
  ]

  @Test func theSystemIsReachedFromNamedFilesOnly() {
    let system: Set = ["Glibc", "Darwin", "Musl", "Android", "WinSDK", "ucrt"]
    for file in SourceFile.under("Sources", "Presets") where !Self.edges.contains(file.path) {
      #expect(system.isDisjoint(with: file.imports), "\(file.path)")
    }
    let paths = Set(SourceFile.all.map(\.path))
    #expect(Self.edges.isSubset(of: paths), "\(Self.edges.subtracting(paths))")
  }

  /// The release build is linked without the names of Unicode's characters (`release.ld`).
  @Test func noNameOfACharacterIsAskedFor() {
    for file in SourceFile.under("Sources", "Presets") {
      for line in file.lines { #expect(!line.contains(".properties.name"), "\(file.path)") }
    }
  }

  /// The release build has no names of fields and cases (`.ci/release`): what prints them would print something else.
  @Test func noTextIsMadeByReflection() {
    for file in SourceFile.under("Sources", "Presets") where !file.path.hasPrefix("Sources/EmbedPresets") {
      for line in file.lines {
        for word in ["dump(", "String(describing:", "String(reflecting:", "debugPrint("] {
          #expect(!line.contains(word), "\(file.path): \(line)")
        }
      }
    }
  }

  @Test func filesAreShort() throws {
    for file in SourceFile.all { #expect(file.lineCount <= 400, "\(file.path) has \(file.lineCount) lines") }
    let lengths = SourceFile.under("Sources", "Presets").map(\.lineCount).sorted()
    #expect(lengths[lengths.count / 2] < 120)
  }

  @Test func thePackageDependsOnNothing() throws {
    let manifest = try String(contentsOf: SourceFile.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    #expect(!manifest.contains(".package("))
    #expect(!manifest.contains("https://"))
  }

  /// A release difference is a value of the release; only the engine's files and the model classes' facts name one.
  @Test func noFormulaAsksForARelease() throws {
    let allowed = [
      "Sources/Plimsoll/Engine/", "Sources/Plimsoll/Memory/", "Sources/Plimsoll/Cache/", "Sources/ModelFiles/",
      "Presets/engines/",
    ]
    let release = try NSRegularExpression(pattern: #""v?0\.[0-9]+(\.[0-9]+)?""#)
    let question = try NSRegularExpression(pattern: #"\b(if|guard|case|switch|where|while)\b|==|!=|[<>]=?|\?"#)
    for file in SourceFile.under("Sources", "Presets") where !allowed.contains(where: file.path.hasPrefix) {
      for (number, line) in file.lines.enumerated() {
        let text = String(line)
        let whole = NSRange(text.startIndex..., in: text)
        guard release.firstMatch(in: text, range: whole) != nil else { continue }
        let isComment = text.drop { $0 == " " }.hasPrefix("//")
        #expect(isComment || question.firstMatch(in: text, range: whole) == nil, "\(file.path):\(number + 1)")
      }
    }
  }

  /// `try!`, `as!`, `x!` and `T!`; `!x`, `!=` and `!==` are something else.
  static func forces(_ code: String) -> Bool {
    let characters = Array(code)
    for (index, character) in characters.enumerated() where character == "!" && index > 0 {
      let (before, after) = (characters[index - 1], index + 1 < characters.count ? characters[index + 1] : " ")
      if after == "=" { continue }
      if before.isLetter || before.isNumber || "_)]}>\"`?!".contains(before) { return true }
    }
    return false
  }

  @Test(arguments: [
    ("let x = try! y()", true), ("let x = y as! Z", true), ("x!.y", true), ("a[0]!", true), ("f()!", true),
    ("var x: Int!", true), ("if !x { }", false), ("a != b", false), ("a !== b", false), ("f(!x)", false),
    ("x.filter { !$0 }", false), ("let text = \"stop!\"", false), ("x() // no!", false),
    ("let text = \"a \\(x) b!\"", false),
  ])
  func theScanTellsForceFromNegation(line: String, isForced: Bool) {
    #expect(Self.forces(SourceFile.withoutStringsAndComments(Substring(line))) == isForced)
  }

  @Test func nothingIsForced() {
    for file in SourceFile.under("Sources", "Presets") {
      for (number, line) in file.code.enumerated() {
        #expect(!Self.forces(line), "\(file.path):\(number + 1)")
      }
    }
  }
}

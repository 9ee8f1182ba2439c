import CommandLineKit
import Testing

@Suite struct ParserTests {
  /// What a line must leave in the command, one property a row.
  struct Row: Sendable, CustomTestStringConvertible {
    var line: [String]
    var holds: @Sendable (Brew) -> Bool
    init(_ line: String, _ holds: @escaping @Sendable (Brew) -> Bool) {
      self.line = line.split(separator: " ").map(String.init)
      self.holds = holds
    }
    var testDescription: String { line.joined(separator: " ") }
  }

  @Test(
    "Each form of writing a parameter reaches its property",
    arguments: [
      Row("b") { $0.bean == "b" && $0.mill == nil && $0.cups == nil && $0.heat.keepsWarm == nil },
      Row("b m") { $0.mill == "m" },
      Row("b --cups 4") { $0.cups == 4 },
      Row("b --cups=4") { $0.cups == 4 },
      Row("b -tp 4") { $0.cups == 4 },
      Row("b -tp=4") { $0.cups == 4 },
      Row("b --cup_count 4") { $0.cups == 4 },
      Row("b --cups -1") { $0.cups == -1 },
      Row("b --cups=-1") { $0.cups == -1 },
      Row("--cups 4 b --cups 5") { $0.cups == 5 && $0.bean == "b" },
      Row("b --degrees -.5") { $0.heat.degrees == -0.5 },
      Row("b --grind fine") { $0.grind == .fine },
      Row("b --add a --add b_c=d") { $0.extras == ["a", "b_c=d"] },
      Row("b --add=x=y") { $0.extras == ["x=y"] },
      Row("b --add=") { $0.extras == [""] },
      Row("b --add -") { $0.extras == ["-"] },
      Row("b --add=--json") { $0.extras == ["--json"] && !$0.json },
      Row("b --sizes 1 2 -3 --json") { $0.sizes == [1, 2, -3] && $0.json },
      Row("b --note --json") { $0.note == "yes" && $0.json },
      Row("b --note later") { $0.note == "later" },
      Row("b --keep-warm") { $0.heat.keepsWarm == true },
      Row("b --no-keep-warm") { $0.heat.keepsWarm == false },
      Row("b --no_keep_warm") { $0.heat.keepsWarm == false },
      Row("b --keep-warm --no-keep-warm") { $0.heat.keepsWarm == false },
      Row("b -O3") { $0.heat.level == 3 },
      Row("b -O 3") { $0.heat.level == 3 },
      Row("b -O=3") { $0.heat.level == 3 },
      Row("b --heat_config.a_b.c=1") { $0.heat.config == [DottedValue(path: "a_b.c", value: "1")] },
      Row("b -hc.mode x.y") { $0.heat.config == [DottedValue(path: "mode", value: "x.y")] },
      Row("b --heat-config {}") { $0.heat.config == [DottedValue(path: nil, value: "{}")] },
      Row("b --heat-config.list+ 1") { $0.heat.config == [DottedValue(path: "list+", value: "1")] },
      Row("b --secret") { $0.heat.secret },
      Row("b -- pour --json --unknown -- x") { $0.words == ["pour", "--json", "--unknown", "--", "x"] && !$0.json },
      Row("b --color never --ascii") { $0.display.color == .never && $0.display.ascii },
    ])
  func reaches(_ row: Row) throws { #expect(row.holds(try Brew.read(row.line))) }

  struct Mistake: Sendable {
    var line: [String]
    var code: String
    var sentence: String
    init(_ line: String, _ code: String, _ sentence: String) {
      self.line = line.split(separator: " ").map(String.init)
      self.code = code
      self.sentence = sentence
    }
  }

  @Test(
    "Each mistake has its code and says what would be right",
    arguments: [
      Mistake("", "missing-argument", "missing argument BEAN"),
      Mistake("b m x", "extra-argument", "unexpected argument 'x'"),
      Mistake("b --cupz 4", "unknown-option", "unknown option '--cupz'; did you mean '--cups'?"),
      Mistake("b --tp 4", "unknown-option", "unknown option '--tp'; did you mean '-tp'?"),
      Mistake("b --no-keepwarm", "unknown-option", "unknown option '--no-keepwarm'; did you mean '--no-keep-warm'?"),
      Mistake("b --wholly-other", "unknown-option", "unknown option '--wholly-other'"),
      Mistake("b --json.x=1", "unknown-option", "unknown option '--json.x'; did you mean '--json'?"),
      Mistake("b --cups", "missing-value", "'--cups' needs a value: --cups N"),
      Mistake("b --cups --json", "missing-value", "'--cups' needs a value: --cups N"),
      Mistake("b --sizes", "missing-value", "'--sizes' needs a value: --sizes N"),
      Mistake(
        "b --grind", "missing-value",
        "'--grind' needs a value: --grind coarse|medium|fine; valid ones: coarse, medium, fine"),
      Mistake("b --json=1", "unexpected-value", "'--json' takes no value, and was given '1'"),
      Mistake("b --cups 4.5", "bad-value", "--cups: '4.5' is not a whole number"),
      Mistake("b --cups=", "bad-value", "--cups: '' is not a whole number"),
      Mistake("b --cups 99999999999999999999", "bad-value", "--cups: '99999999999999999999' is too large"),
      Mistake("b --degrees nan", "bad-value", "--degrees: 'nan' is not a number"),
      Mistake(
        "b --grind fien", "bad-value", "--grind: 'fien' is none of coarse, medium, fine; did you mean 'fine'?"),
    ])
  func explains(_ mistake: Mistake) {
    let error = #expect(throws: UsageError.self) { try Brew.read(mistake.line) }
    #expect(error?.code == mistake.code)
    #expect(error?.sentence == mistake.sentence)
    #expect(error?.exitStatus == 2)
  }

  @Test("A caller is given what nothing declares, and judges it")
  func lists() throws {
    let words = ["b", "--later_flag", "x", "--cupz=3", "--cups", "2", "--other", "v", "y"]
    let parsed = try Parser(Brew.sections).parse(words, into: Brew())
    // `x` fills MILL, so that `v` can only belong to --other.
    #expect(parsed.value.mill == "x")
    #expect(parsed.value.cups == 2)
    #expect(parsed.unknown.map(\.name) == ["--later_flag", "--cupz", "--other"])
    #expect(parsed.unknown.map(\.value) == [nil, "3", "v"])
    #expect(parsed.unknown[1].suggestions == ["--cups"])
    #expect(parsed.extra == ["y"])
    #expect(parsed.given.contains(Given(name: "--cups", word: "2")))
  }

  @Test("The beginning of one long name stands for it where abbreviations are allowed")
  func abbreviates() throws {
    let parser = Parser(Brew.sections, allowsAbbreviations: true)
    #expect(try parser.parse(["b", "--deg", "90"], into: Brew()).value.heat.degrees == 90)
    #expect(try Parser(Brew.sections).parse(["b", "--deg", "90"], into: Brew()).unknown.count == 1)
    // --secret and --sizes.
    let error = #expect(throws: UsageError.self) { try parser.parse(["--s"], into: Brew()) }
    #expect(error?.code == "ambiguous-option")
    #expect(error?.suggestions == ["--sizes", "--secret"])
  }

  @Test("A value that was said elsewhere goes where the same words would put it")
  func stores() throws {
    let parser = Parser(Brew.sections)
    var brew = Brew()
    for (name, word) in [("BEAN", "b"), ("--cups", "4"), ("-tp", "5"), ("--add", "x"), ("--add", "y"), ("--json", "")] {
      #expect(try parser.store(Given(name: name, word: word), in: &brew))
    }
    #expect(try parser.store(Given(name: "--no-keep-warm", word: ""), in: &brew))
    #expect(try !parser.store(Given(name: "--other", word: "1"), in: &brew))
    #expect(brew.bean == "b" && brew.cups == 5 && brew.extras == ["x", "y"] && brew.json)
    #expect(brew.heat.keepsWarm == false)
    let error = #expect(throws: ValueError.self) { try parser.store(Given(name: "--cups", word: "four"), in: &brew) }
    #expect(error?.reason == "'four' is not a whole number")
  }

  @Test("Words after -- are positionals where nothing collects them")
  func separates() throws {
    struct Logs { var files: [String] = [] }
    let parser = Parser<Logs>([Section("Files", [.positionals("LOG", \.files, required: true, help: "Logs.")])])
    #expect(try parser.parse(["a", "--", "--b", "-"], into: Logs()).strict().files == ["a", "--b", "-"])
    #expect(throws: UsageError.self) { try parser.parse([], into: Logs()).strict() }
  }

  @Test(
    "The nearest word is suggested, and none where none is near",
    arguments: [
      ("fti", ["fit"]), ("FIT", ["fit"]), ("solv", ["solve"]), ("presetz", ["presets"]), ("pre", ["presets"]),
      ("xyz", []), ("", []), ("f", []), ("--", []),
    ])
  func suggests(_ word: String, _ expected: [String]) {
    #expect(nearest(to: word, among: ["fit", "solve", "presets"]) == expected)
  }
}

import CommandLineKit

/// The command of these tests: one parameter of every kind.
struct Brew: Command {
  static let name = "brew"
  static let summary = "Brew a pot of coffee."
  static let discussion = "The pot is brewed at once."
  static var examples: [Example] { [Example("pot brew ethiopia --cups 2", "Two cups of one bean.")] }
  static var sections: [Section<Brew>] {
    [
      Section(
        "What to brew",
        [
          .positional("BEAN", \.bean, help: "The bean.").completing { ["ethiopia", "two words", "it's", "$HOME"] },
          .positional("MILL", \.mill, help: "The mill."),
          .option("--cups", "-tp", "--cup-count", to: \.cups, help: "How many cups | mugs."),
          .option("--grind", to: \.grind, help: "How fine."),
          .option("--add", appendingTo: \.extras, value: "WHAT", help: "Something to add."),
          .option("--sizes", appendingTo: \.sizes, help: "Cup sizes.").taking(.many),
          .option("--note", to: \.note, help: "A note.").taking(.optional(bare: "yes")),
          .flag("--json", to: \.json, help: "Say it in JSON."),
          .rest("WORD", to: \.words, help: "Left alone."),
        ]),
      Heat.section.inside(\.heat),
      DisplayOptions.section.inside(\.display),
    ]
  }

  enum Grind: String, CaseIterable, CommandValue { case coarse, medium, fine }

  var bean = ""
  var mill: String?
  var cups: Int?
  var grind = Grind.medium
  var extras: [String] = []
  var sizes: [Int] = []
  var note: String?
  var json = false
  var words: [String] = []
  var heat = Heat()
  var display = DisplayOptions()

  func run(_ context: inout Context) throws -> Int32 {
    if bean == "gravel" { throw Refusal() }
    if bean == "bug" { throw CancellationError() }
    context.out.line(context.terminal.paint(bean, .green))
    return 0
  }
}

struct Heat {
  var degrees = 0.0
  var keepsWarm: Bool?
  var level: Int?
  var config: [DottedValue] = []
  var secret = false

  static var section: Section<Heat> {
    Section(
      "Heat",
      [
        .option("--degrees", to: \.degrees, help: "How hot."),
        .toggle("--keep-warm", to: \.keepsWarm, help: "Keep the pot warm."),
        .option("-O", "--level", to: \.level, help: "How strong.").hidden(),
        .dotted("--heat-config", "-hc", to: \.config, help: "Settings.").hidden(),
        .flag("--secret", to: \.secret, help: "Told to no one.").unlisted(),
      ])
  }
}

struct Refusal: CommandFailure {
  var code: String { "refused" }
  var message: String { "gravel cannot be brewed" }
  var suggestions: [String] { [] }
  var exitStatus: Int32 { 4 }
}

func pot() -> Tool { Tool(name: "pot", summary: "Makes hot drinks.", version: "1.2.3", commands: [Brew.self]) }

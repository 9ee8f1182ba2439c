import ModelFiles
import Testing

@Suite struct ConfigObjectTests {
  static func config(_ text: String) throws -> ConfigObject { try ConfigObject(JSON.parse(text)) }

  /// The value of `n`, its count range 1...1<<40, and what the message says is there instead.
  @Test(arguments: [
    ("\"32\"", "n is the string \"32\""), ("-1", "n is -1"), ("0", "n is 0"), ("1099511627777", "n is 1099511627777"),
    ("9223372036854775808", "n is 9223372036854775808"), ("32.5", "n is 32.5"), ("1e300", "n is 1e+300"),
    ("NaN", "n is NaN"), ("Infinity", "n is Infinity"), ("-Infinity", "n is -Infinity"), ("true", "n is true"),
    ("[32]", "n is an array of 1"), ("{}", "n is an object of 0 keys"), ("null", "n is null"),
  ])
  func aWrongCountIsRefusedByName(_ value: String, _ message: String) throws {
    let config = try Self.config("{\"n\": " + value + "}")
    let error = #expect(throws: ConfigError.self) { try config.int("n") }
    #expect(error?.message == message + ", wanted a whole number from 1 to 1099511627776")
    #expect(error?.keyPath == "n")
    #expect(error?.wanted == .integer(1...1_099_511_627_776))
  }

  @Test(arguments: [("32", 32), ("4096.0", 4096), ("4.096e3", 4096), ("1", 1), ("1099511627776", 1_099_511_627_776)])
  func aWholeNumberIsReadHoweverWritten(_ value: String, _ number: Int) throws {
    #expect(try Self.config("{\"n\": " + value + "}").int("n") == number)
  }

  @Test func aRangeOfItsOwnIsKept() throws {
    let config = try Self.config("{\"zero\": 0, \"minus\": -1, \"ten\": 10}")
    #expect(try config.int("zero", in: 0...9) == 0)
    #expect(try config.int("minus", in: -1...9) == -1)
    #expect(throws: ConfigError(keyPath: "ten", found: .number("10"), wanted: .integer(0...9))) {
      try config.int("ten", in: 0...9)
    }
  }

  @Test func aMissingKeyIsNamedUnlessThereIsADefault() throws {
    let config = try Self.config("{\"text_config\": {\"gone\": null}}")
    let text = try config.object("text_config")
    let error = #expect(throws: ConfigError.self) { try text.int("num_hidden_layers", in: 1...512) }
    #expect(error?.message == "text_config.num_hidden_layers is missing, wanted a whole number from 1 to 512")
    #expect(try text.int("num_hidden_layers", default: 7) == 7)
    #expect(try text.int("gone", default: 7) == 7)
    #expect(try text.optionalInt("gone") == nil)
    #expect(throws: ConfigError(keyPath: "text_config.gone", found: .null, wanted: .integer(1...1 << 40))) {
      try text.int("gone")
    }
  }

  @Test func nullAndAbsentCanBeToldApart() throws {
    let config = try Self.config("{\"sliding_window\": null, \"zero\": 0}")
    #expect(config.has("sliding_window") && config.isNull("sliding_window"))
    #expect(config.has("zero") && !config.isNull("zero"))
    #expect(!config.has("absent") && !config.isNull("absent"))
    #expect(config.firstKey(of: ["absent", "sliding_window", "zero"]) == "zero")
  }

  @Test func aDefaultDoesNotHideAWrongValue() throws {
    let config = try Self.config("{\"a\": \"1\", \"b\": 1, \"c\": true, \"d\": 2}")
    #expect(throws: ConfigError.self) { try config.int("a", default: 1) }
    #expect(throws: ConfigError.self) { try config.bool("b", default: true) }
    #expect(throws: ConfigError.self) { try config.double("c", default: 1) }
    #expect(throws: ConfigError.self) { try config.string("d", default: "x") }
    #expect(throws: ConfigError.self) { try config.ints("d", default: []) }
    #expect(throws: ConfigError.self) { try config.optionalObject("d") }
  }

  @Test func doublesTakeEveryFiniteNumber() throws {
    let config = try Self.config("{\"a\": 8, \"b\": 1e-05, \"c\": 18446744073709551616, \"d\": Infinity, \"e\": 1e999}")
    #expect(try config.double("a") == 8)
    #expect(try config.double("b") == 0.00001)
    #expect(try config.double("c") == 0x1p64)
    #expect(throws: ConfigError(keyPath: "d", found: .number("Infinity"), wanted: .number(ConfigObject.anyFinite))) {
      try config.double("d")
    }
    #expect(throws: ConfigError.self) { try config.double("e") }
    let error = #expect(throws: ConfigError.self) { try config.double("a", in: 0...1) }
    #expect(error?.message == "a is 8, wanted a number from 0.0 to 1.0")
  }

  @Test func elementsAreNamedByTheirPlace() throws {
    let config = try Self.config(
      "{\"q\": {\"shape\": [128, 128.0], \"bad\": [1, \"2\"], \"names\": [\"a\", 1], \"o\": [{\"x\": 0}]}}")
    let inner = try config.object("q")
    #expect(try inner.ints("shape") == [128, 128])
    #expect(throws: ConfigError(keyPath: "q.bad[1]", found: .string("2"), wanted: .integer(1...9))) {
      try inner.ints("bad", in: 1...9)
    }
    #expect(throws: ConfigError(keyPath: "q.names[1]", found: .number("1"), wanted: .string)) {
      try inner.strings("names")
    }
    #expect(throws: ConfigError(keyPath: "q.o[0].x", found: .number("0"), wanted: .integer(1...1 << 40))) {
      try inner.objects("o")[0].int("x")
    }
    #expect(try inner.optionalInts("absent") == nil)
  }

  @Test func aConfigHasToBeAnObject() {
    let error = #expect(throws: ConfigError.self) { try Self.config("[1, 2]") }
    #expect(error?.message == "the config is an array of 2, wanted an object")
  }

  @Test func aLongValueIsShortenedInTheMessage() throws {
    let config = try Self.config("{\"n\": \"" + String(repeating: "x", count: 1000) + "\"}")
    let error = #expect(throws: ConfigError.self) { try config.bool("n") }
    #expect(error?.message == "n is the string \"" + String(repeating: "x", count: 40) + "…\", wanted true or false")
  }

  @Test func theFixturesHoldWhatTheirModelsHold() throws {
    let dense = try ConfigObject(JSON.parse(try #require(Fixture.named("dense.json")).bytes))
    #expect(try dense.int("num_hidden_layers") == 32)
    #expect(try dense.ints("eos_token_id") == [128_001, 128_008, 128_009])
    #expect(try dense.object("rope_scaling").double("factor") == 8)
    let odd = try ConfigObject(JSON.parse(try #require(Fixture.named("remote-code.json")).bytes))
    #expect(try odd.int("hidden_size") == 4096)
    #expect(odd.members.duplicateKeys == ["hidden_size"])
    #expect(odd.members["seed"] == .bigInteger("18446744073709551616"))
    #expect(try odd.string("_name_or_path") == "C:\\models\\début 😀")
  }
}

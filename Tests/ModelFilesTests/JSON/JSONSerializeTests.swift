import ModelFiles
import SeededRandom
import Testing

@Suite struct JSONSerializeTests {
  static let texts: [(JSON, String)] = [
    (JSON.null, "null"), (true, "true"), (.integer(.min), "-9223372036854775808"), (0.1, "0.1"), (1e-5, "1e-05"),
    (.number(4096), "4096.0"), (1e300, "1e+300"), (.number(.nan), "null"), (.number(.infinity), "null"),
    (.number(-.infinity), "null"), (.bigInteger("18446744073709551616"), "18446744073709551616"),
    (.bigInteger("-0x1"), "null"), (.bigInteger(""), "null"), (.bigInteger("-"), "null"), (.bigInteger("01"), "null"),
    ("a\"\\\n\r\t\u{8}\u{C}\u{0}\u{1F}\u{7F}é/", #""a\"\\\n\r\t\b\f\u0000\u001f"# + "\u{7F}é/\""),
    (.array([]), "[]"), ([:], "{}"), (["b": [1, .null], "a": ["x": 2.5]], #"{"b":[1,null],"a":{"x":2.5}}"#),
  ]

  @Test(arguments: texts)
  func isWrittenAs(_ value: JSON, _ text: String) {
    #expect(value.serialized(pretty: false) == text)
  }

  @Test func prettyIsTwoSpacesALevelAndEmptyContainersStayShort() {
    let value: JSON = ["a": 1, "b": [1, ["c": "d"]], "e": [], "f": [:]]
    let text = """
      {
        "a": 1,
        "b": [
          1,
          {
            "c": "d"
          }
        ],
        "e": [],
        "f": {}
      }
      """
    #expect(value.serialized(pretty: true) == text)
  }

  @Test func everyDoubleReadsBackAsItself() throws {
    var random = SplitMix64(seed: 11)
    for _ in 0..<5_000 {
      let number = Double(bitPattern: random.next())
      guard number.isFinite else { continue }
      guard case .number(let again) = try JSON.parse(JSON.number(number).serialized(pretty: false)) else {
        Issue.record("\(number) came back as another kind")
        continue
      }
      #expect(again.bitPattern == number.bitPattern)
    }
  }

  @Test(arguments: Fixture.all)
  func aConfigWrittenAndReadIsTheSame(_ fixture: Fixture) throws {
    let first = try JSON.parse(fixture.bytes).serialized(pretty: true)
    #expect(try JSON.parse(first).serialized(pretty: true) == first)
    #expect(try JSON.parse(JSON.parse(first).serialized(pretty: false)).serialized(pretty: true) == first)
  }
}

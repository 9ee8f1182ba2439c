import Testing

@testable import Catalog

@Suite("The index of names")
struct PresetIndexTests {
  /// As EmbedPresets writes it: sorted, `=` listed by a file, `~` only the end of an id.
  static let models = PresetIndex(
    kind: .models,
    ids: "Qwen/QwQ-32B\none/Llama\ntwo/Llama\nthree/Phi",
    names: "llama\t~1,2\none/llama\t=1\nphi\t=1\nqwen/qwq-32b\t=0\nqwq-32b\t~0\nthree/phi\t=3\ntwo/llama\t=2"
  )

  @Test(
    "a model goes by its hub id or by the part after the slash, in any capitals",
    arguments: [("Qwen/QwQ-32B", 0), ("qwen/qwq-32b", 0), ("QWQ-32B", 0), ("two/Llama", 2), ("one/llama", 1)])
  func models(name: String, number: Int) throws {
    #expect(try Self.models.number(named: name) == number)
  }

  @Test("an alias that a file lists wins over the end of another's id")
  func listed() throws {
    #expect(try Self.models.number(named: "phi") == 1)
  }

  @Test("the end of an id that two models share is ambiguous")
  func ambiguous() {
    #expect(throws: LookupError.ambiguous(kind: .models, name: "Llama", candidates: ["one/Llama", "two/Llama"])) {
      try Self.models.number(named: "Llama")
    }
  }

  @Test("a misspelt model is answered with the nearest")
  func misspelt() {
    #expect(throws: LookupError.unknown(kind: .models, name: "QwQ-23B", suggestions: ["Qwen/QwQ-32B"])) {
      try Self.models.number(named: "QwQ-23B")
    }
  }

  @Test("every line of the real index is found by the search")
  func search() {
    for kind in PresetKind.allCases {
      let index = PresetIndex(kind: kind)
      for (key, entry) in index.entries { #expect(index.entry(PresetName(key)) == entry, "\(key)") }
    }
  }

  @Test("a kind without files has no ids and no names")
  func empty() {
    let index = PresetIndex(kind: .models, ids: "", names: "")
    #expect(index.ids.isEmpty)
    #expect(index.entry(PresetName("x")) == nil)
  }

  /// U+0080 is the first word; ASCII stands for itself.
  @Test func lettersPastASCIIStandForWords() {
    let words = PresetWords("{\"id\":\n,\"b\":")
    #expect(words.spelled("\u{80}\"a\"\u{81}7}") == Array(#"{"id":"a","b":7}"#.utf8))
  }

  /// U+00C1 is the 66th word, past the letters that share their first byte with U+0080.
  @Test func lettersHaveTwoBytes() {
    let words = PresetWords(
      """
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      a
      z
      """)
    #expect(words.spelled("\u{C1}\u{C0}") == Array("za".utf8))
  }
}

import Testing

@testable import ModelFiles

@Suite struct JSONPlacesTests {
  private func places(_ text: String, depth: Int = 2) -> [String] {
    JSONPlaces(Array(text.utf8), depth: depth).all.map { place in
      "\(place.keys.joined(separator: "."))@\(place.line):\(place.column)"
    }
  }

  @Test(
    "Each member has the line and the column of its key, counted from 1 in characters",
    arguments: [
      ("{}", []), ("[{\"a\": 1}]", []), ("7", []), ("{\"a\": 1}", ["a@1:2"]),
      (" {\n\t\"a\" : 1 ,\r\n  \"b\":2}", ["a@2:2", "b@3:3"]),
      ("{\"é😀\": \"é\", \"b\": 1}", ["é😀@1:2", "b@1:13"]),
      ("\u{FEFF}{\"a\": 1}", ["a@1:2"]),
      (
        "{\"a\": {\n\"b\": {\"c\": 1}}, \"d\": [{\"e\": 1}, \"}\"], \"f\": {}}",
        ["a@1:2", "a.b@2:1", "d@2:17", "f@2:39"]
      ),
      ("{\"a\\\"b\": \"{\", \"a\": 1, \"a\": 2}", ["a\"b@1:2", "a@1:15", "a@1:23"]),
    ] as [(String, [String])])
  func members(_ text: String, _ expected: [String]) throws {
    _ = try JSON.parse(text)
    #expect(places(text) == expected)
  }

  @Test("Of a key that is written twice the last place is given, and of one that is not there none")
  func twice() {
    let places = JSONPlaces(Array("{\"a\": 1,\n\"a\": {\"b\": 2}}".utf8), depth: 2)
    #expect(places.place(of: ["a"]) == .init(keys: ["a"], line: 2, column: 1))
    #expect(places.place(of: ["a", "b"]) == .init(keys: ["a", "b"], line: 2, column: 7))
    #expect(places.place(of: ["b"]) == nil)
  }

  @Test("Only as many levels as asked for are gone through")
  func depth() {
    let text = "{\"a\": {\"b\": {\"c\": 1}}}"
    #expect(places(text, depth: 0) == [])
    #expect(places(text, depth: 1) == ["a@1:2"])
    #expect(places(text, depth: 3) == ["a@1:2", "a.b@1:8", "a.b.c@1:14"])
  }

  @Test(
    "A text that is no JSON gives what it can and does not fail",
    arguments: ["", "{", "{\"a\"", "{\"a\": ", "{\"a\": {"])
  func broken(_ text: String) { #expect(places(text).count <= 1) }
}

import ModelFiles
import Testing

@Suite struct JSONObjectTests {
  /// 16 and fewer are scanned, 17 and more are indexed: both sides of that edge and far from it.
  @Test(arguments: [1, 2, 15, 16, 17, 18, 1000])
  func everyKeyIsFoundAndTheOrderKept(_ count: Int) {
    var object = JSONObject()
    for number in 0..<count { object.add("key\(number)", .integer(number)) }
    #expect(object.count == count)
    for number in 0..<count { #expect(object["key\(number)"] == .integer(number)) }
    #expect(object["key\(count)"] == nil)
    #expect(object.members.map(\.key) == (0..<count).map { "key\($0)" })
    #expect(object.duplicateKeys.isEmpty)
  }

  @Test(arguments: [1, 16, 17, 40])
  func ofADuplicateKeyTheLastValueCountsAndTheRepetitionIsKnown(_ count: Int) throws {
    let members = (0..<count).map { "\"k\($0)\": \($0)" } + ["\"k0\": \"again\""]
    let parsed = try JSON.parse("{" + members.joined(separator: ",") + "}")
    guard case .object(let object) = parsed else {
      Issue.record("not an object")
      return
    }
    #expect(object["k0"] == "again")
    #expect(object.members.first?.value == "again")
    #expect(object.count == count)
    #expect(object.duplicateKeys == ["k0"])
  }

  @Test(arguments: [3, 16, 17, 18, 30])
  func membersCanBeSetReplacedAndTakenOut(_ count: Int) {
    var object = JSONObject()
    for number in 0..<count { object["k\(number)"] = .integer(number) }
    object["k1"] = "new"
    object["k0"] = nil
    object["absent"] = nil
    #expect(object["k0"] == nil)
    #expect(object["k1"] == "new")
    #expect(object["k\(count - 1)"] == .integer(count - 1))
    #expect(object.members.map(\.key) == (1..<count).map { "k\($0)" })
    #expect(object.duplicateKeys.isEmpty)
  }

  @Test func aMemberIsReachedThroughTheValue() throws {
    let json = try JSON.parse("{\"a\": {\"b\": [1]}}")
    #expect(json["a"]?["b"] == [1])
    #expect(json["b"] == nil)
    #expect(JSON.null["a"] == nil)
  }
}

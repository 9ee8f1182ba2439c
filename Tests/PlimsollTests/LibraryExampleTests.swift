import Foundation
import Plimsoll
import Testing

@Suite("The library example of the README")
struct LibraryExampleTests {
  @Test("the example compiles with the library alone and says what its comments say")
  func says() throws {
    // README
    let layer = KVCacheSpec(
      kind: .heads, numHeads: 8, stateBytes: Bytes(2 * 128 * 2), blockSize: 16, retention: .everything)
    let groups = try KVCacheGroups(
      of: (0..<32).map { ($0, layer) }, hybridManager: true, rule: .init(3, over: 2))
    let pool = KVCachePool(
      groups: groups.groups, stages: [0..<32], inFlight: 16_384, decodeContext: 1, reservesNullBlock: true)

    let blocks = pool.numBlocks(available: [.gib(40)])  // 20,480
    let perRequest = pool.blocksPerRequest(length: 131_072)  // 8,192
    let longest = pool.longestRequest(available: [.gib(40)])  // 327,664
    // end
    #expect(blocks == 20_480)
    #expect(perRequest == 8_192)
    #expect(longest == 327_664)
  }

  @Test("the README shows the example as it is tested")
  func isShown() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    let first = try #require(lines.firstIndex(of: "    // README"))
    let last = try #require(lines.firstIndex(of: "    // end"))
    let example = lines[(first + 1)..<last].map { $0.dropFirst(4) }.joined(separator: "\n")
    #expect(readme.contains("```swift\nimport Plimsoll\n\n\(example)\n```"))
  }
}

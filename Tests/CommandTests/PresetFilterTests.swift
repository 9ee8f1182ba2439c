import ModelFiles
import Testing

/// Which models `presets models` lists.
@Suite struct PresetFilterTests {
  private func models(_ filter: String) throws -> Set<String> {
    Set(try document("presets models " + filter).texts("models"))
  }

  @Test("A year is the January that it begins with, and a later month is a part of an earlier one's list")
  func since() throws {
    let year = try models("--since 2026")
    #expect(try year == models("--since 2026-01"))
    #expect(try models("--since 2025-12").isSuperset(of: year))
    let june = try models("--since 2026-06")
    #expect(!june.isEmpty && june.isStrictSubset(of: year))
    // QwQ-32B came out in March 2025.
    #expect(try models("--since 2025-03").contains("Qwen/QwQ-32B"))
    #expect(try !models("--since 2025-04").contains("Qwen/QwQ-32B"))
  }
}

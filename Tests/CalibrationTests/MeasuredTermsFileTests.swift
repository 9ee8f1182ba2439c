import Plimsoll
import Testing

@Suite("The file of coefficients")
struct MeasuredTermsFileTests {
  @Test("values stand from the newest to the oldest, each through a release that has a row")
  func releases() throws {
    for coefficient in try MeasuredTermsFile.read().coefficients {
      let rows = coefficient.values.map { EngineRelease.names.firstIndex(of: $0.through ?? EngineRelease.newest.name) }
      #expect(rows.allSatisfy { $0 != nil }, "\(coefficient.name)")
      #expect(rows.compactMap(\.self) == rows.compactMap(\.self).sorted(), "\(coefficient.name)")
      #expect(Set(rows).count == rows.count, "\(coefficient.name)")
    }
  }

  @Test("each says what it rests on")
  func provenance() throws {
    for coefficient in try MeasuredTermsFile.read().coefficients {
      for value in coefficient.values {
        #expect(Basis(rawValue: value.basis).map { [.fitted, .analytic].contains($0) } == true, "\(coefficient.name)")
        #expect(!value.how.isEmpty, "\(coefficient.name)")
      }
    }
  }

  @Test("a release has the value of the newest release that a row names at or after it")
  func ranges() throws {
    // `samplerV2` of the file: 12 of late, 0 through 0.32.0, 4 through 0.27.1.
    for (release, bytes) in [("0.33.0", 12), ("0.32.0", 0), ("0.28.0", 0), ("0.27.1", 4), ("0.8.5", 4)] {
      guard case .found(let row) = EngineRelease.named(release) else {
        Issue.record("no row \(release)")
        continue
      }
      #expect(row.terms.fitted.samplerV2 == bytes, "\(release)")
    }
  }
}

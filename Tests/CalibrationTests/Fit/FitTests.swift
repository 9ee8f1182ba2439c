import Foundation
import Testing

@testable import Plimsoll

/// `PLIMSOLL_RECORD=1 swift test --filter FitTests` writes the file of coefficients anew; a build then takes them over.
@Suite("Coefficients follow from the starts")
struct FitTests {
  @Test("each coefficient and each interval of the file is what the starts give")
  func file() throws {
    let fitted = try Refit().coefficients.file
    if ProcessInfo.processInfo.environment["PLIMSOLL_RECORD"] == "1" { return try fitted.write() }
    for (coefficient, recorded) in zip(fitted.coefficients, try MeasuredTermsFile.read().coefficients) {
      #expect(coefficient == recorded, "record it with PLIMSOLL_RECORD=1 and build again")
    }
  }

  @Test("what the file calls fitted is worked out here, and nothing else is")
  func complete() throws {
    let fitted = try MeasuredTermsFile.read().coefficients.flatMap { coefficient in
      coefficient.values.filter { $0.basis == "fitted" }.map { "\(coefficient.name) \($0.through ?? "")" }
    }
    #expect(Set(fitted) == Set(Fit.all.map { "\($0.name) \($0.through ?? "")" }))
  }

  @Test("the build took over the file as it is")
  func built() throws {
    let coefficients = Coefficients(file: try MeasuredTermsFile.read())
    #expect(Set(Coefficients.fields.keys) == Set(coefficients.file.coefficients.map(\.name)))
    for name in EngineRelease.names {
      guard case .found(let row) = EngineRelease.named(name) else {
        Issue.record("no row \(name)")
        continue
      }
      #expect(row.terms.fitted == coefficients.terms(of: name), "\(name)")
    }
  }

  /// 36 bytes beside each logit, whatever the model, the GPU and the release: float32 logits, their sorted copy, indices,
  /// probabilities and masks.
  @Test("no one source moves what the sampler that sorts takes")
  func sorting() throws {
    for (source, refit) in Unseen.refits {
      #expect(refit.coefficients.terms(of: "0.10.2").samplerV1 == 36, "\(source)")
    }
  }

  /// With one value Student's t of 4 degrees: 100 ± 30 · √2 · 2.132 = 9.5 … 190.5, and the low end not below a quarter.
  @Test("one source gives a wide interval")
  func fewSources() throws {
    let fitted = try #require([Sample(id: "", source: "a", value: 100)].spread(prior: 0.3))
    #expect(fitted.best == 100 && fitted.low == 25 && fitted.high == 191)
  }

  @Test("many starts of one machine count once")
  func sources() throws {
    let values = [("a", 10.0), ("a", 12), ("a", 14), ("b", 30), ("c", 40)]
    #expect(values.map { Sample(id: "", source: $0, value: $1) }.median()?.best == 30)
  }
}

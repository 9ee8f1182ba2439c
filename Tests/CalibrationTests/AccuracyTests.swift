import Foundation
import Plimsoll
import Testing

/// Whole predictions against whole starts: from model, GPU, release and flags alone to what the log printed.
@Suite("Predictions against real starts")
struct AccuracyTests {
  static let results: [Outcome] = {
    let recorded = (try? MeasuredTermsFile.read()).map(Coefficients.init(file:))
    return Case.all.filter(\.isCompared).map { Outcome(of: $0, with: recorded) }
  }()
  static let pools = results.filter(\.hasPool)
  /// Memory of its own: what the host takes of a GB10's meanwhile no plan knows.
  static let own = pools.filter { $0.start.gpu != "gb10" }

  @Test("KV memory is right to 1 % at the median, and to 5 % in nine of ten starts")
  func kvMemory() throws {
    let errors = Self.own.compactMap(\.kvCache?.error).map(abs)
    #expect(errors.count >= 30)
    #expect(errors.median <= 0.01, "\(errors.median)")
    #expect(errors.quantile(0.9) <= 0.05, "\(errors.quantile(0.9))")
    #expect(Self.pools.compactMap(\.kvCache?.error).map(abs).median <= 0.015)
  }

  @Test("starts whose source the fit had not seen are predicted alike, to half as much again or to 1 %")
  func unseen() throws {
    #expect(Unseen.results.count == Self.results.count)
    let pools = Unseen.results.filter(\.hasPool)
    let seen = Self.pools.compactMap(\.kvCache?.error).map(abs)
    let unseen = pools.compactMap(\.kvCache?.error).map(abs)
    #expect(unseen.median <= max(seen.median * 1.5, 0.01), "\(unseen.median) against \(seen.median)")
    #expect(unseen.quantile(0.9) <= seen.quantile(0.9) * 1.5, "\(unseen.quantile(0.9)) against \(seen.quantile(0.9))")
    let own = pools.filter { $0.start.gpu != "gb10" }.compactMap(\.kvCache?.error).map(abs)
    #expect(own.median <= 0.01, "\(own.median)")
  }

  @Test(
    "intervals of 90 % hold 85 to 95 of 100 printed pools that the fit had not seen, the pessimistic end nearly all")
  func intervals() throws {
    let pools = Unseen.results.filter(\.hasPool).compactMap(\.kvCache)
    let share = Double(pools.filter(\.isInside).count) / Double(pools.count)
    #expect(share >= 0.85 && share <= 0.95, "\(share)")
    let far = Double(pools.filter { $0.worst <= $0.printed * 1.001 }.count) / Double(pools.count)
    #expect(far >= 0.95, "\(far)")
  }

  @Test("printed activations are right to 10 % at the median")
  func activation() throws {
    let errors = Self.results.compactMap(\.activation?.error).map(abs)
    #expect(errors.count >= 7)
    #expect(errors.median <= 0.1)
  }

  @Test("weights are right to 0.3 % at the median")
  func weights() throws {
    let errors = Self.results.compactMap(\.weights?.error).map(abs)
    #expect(errors.count >= 40)
    #expect(errors.median <= 0.003)
    #expect(errors.quantile(0.9) <= 0.015)
  }

  @Test("what started is not said to fail, but where the page of accuracy explains it")
  func verdicts() throws {
    for result in Self.pools where result.evaluation.checks.kvCache == .fails {
      #expect(AccuracyPage.explained[result.start.id] != nil, "\(result.start)")
    }
  }

  @Test("a miss of more than 3 % has its explanation on the page")
  func explained() throws {
    for result in Self.pools where abs(result.kvCache?.error ?? 0) > 0.03 {
      #expect(AccuracyPage.explained[result.start.id] != nil, "\(result.start)")
    }
  }

  /// `PLIMSOLL_RECORD=1 swift test --filter AccuracyTests` writes the page anew.
  @Test("docs/accuracy.md is what the starts show today")
  func page() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/accuracy.md")
    let page = AccuracyPage(
      seen: Self.results, unseen: Unseen.results, aside: AsideTests.results,
      coefficients: try MeasuredTermsFile.read().coefficients
    ).text
    if ProcessInfo.processInfo.environment["PLIMSOLL_RECORD"] == "1" {
      return try page.write(to: file, atomically: true, encoding: .utf8)
    }
    let recorded = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    #expect(recorded == page, "docs/accuracy.md is out of date; record it with PLIMSOLL_RECORD=1")
  }
}

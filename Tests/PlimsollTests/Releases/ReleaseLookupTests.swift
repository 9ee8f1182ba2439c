import Plimsoll
import Testing

@Suite struct ReleaseLookupTests {
  @Test(
    "A release with a row is found under its number",
    arguments: [
      "0.33.0", "0.32.0", "0.31.0", "0.30.0", "0.29.0", "0.28.0", "0.27.1", "0.27.0", "0.26.0", "0.25.1", "0.25.0",
      "0.24.0", "0.23.0", "0.22.1", "0.22.0", "0.21.0", "0.20.2", "0.20.1", "0.20.0", "0.19.1", "0.19.0", "0.18.1",
      "0.18.0", "0.17.1", "0.17.0", "0.16.0", "0.15.1", "0.15.0", "0.14.1", "0.14.0", "0.13.0", "0.12.0", "0.11.2",
      "0.11.1",
      "0.11.0", "0.10.2", "0.10.1.1", "0.10.1", "0.10.0", "0.9.2", "0.9.1", "0.9.0.1", "0.9.0",
      "0.8.5",
    ])
  func row(_ name: String) {
    guard case .found(let release) = EngineRelease.named(name) else {
      Issue.record("\(name) is not found")
      return
    }
    #expect(release.name == name)
    #expect(release.standing == .modelled)
    #expect(EngineRelease.names.contains(name))
  }

  @Test(
    "A release between rows takes the one before it, and keeps its own name",
    arguments: [
      ("0.8.5.post1", "0.8.5"), ("v0.16.1", "0.16.0"), ("0.12.1", "0.12.0"), ("0.9.2.post1", "0.9.2"),
      ("0.33.0.post1", "0.33.0"),
    ])
  func between(_ name: String, _ row: String) {
    guard case .found(let release) = EngineRelease.named(name) else {
      Issue.record("\(name) is not found")
      return
    }
    #expect(release.standing == .between(row: row))
    #expect(release.name == (name.hasPrefix("v") ? String(name.dropFirst()) : name))
  }

  // vLLM 0.16.0 printed 5.64 GiB for the peak of one start and 0.17.0 printed 2.23 GiB for the same on the same GPU.
  @Test("The first of a minor release samples as its patch release does")
  func firstOfAMinorRelease() {
    guard case .found(let first) = EngineRelease.named("0.17.0"),
      case .found(let patch) = EngineRelease.named("0.17.1"),
      case .found(let before) = EngineRelease.named("0.16.0")
    else {
      Issue.record("no row")
      return
    }
    #expect(first.terms == patch.terms)
    #expect(first.terms != before.terms)
  }

  @Test("A release newer than every row takes the newest", arguments: ["0.33.1", "0.34.0", "1.0.0"])
  func newer(_ name: String) {
    guard case .found(let release) = EngineRelease.named(name) else {
      Issue.record("\(name) is not found")
      return
    }
    #expect(release.standing == .newer(than: "0.33.0"))
    #expect(release.cache == EngineRelease.v0_33_0.cache)
  }

  @Test("A release before 0.8.5 is older than any row", arguments: ["0.8.4", "0.7.3", "0.4.0.post1", "v0.6.6.post1"])
  func older(_ name: String) {
    guard case .older("0.8.5") = EngineRelease.named(name) else {
      Issue.record("\(name) is not refused")
      return
    }
  }

  @Test(
    "What is no number of a release is none",
    arguments: ["", "v", "latest", "nightly", "33", "0", ".33", "0.", "-0.33.0", "0.99999999999999999999", "٠.٣٣"])
  func notARelease(_ name: String) {
    guard case .notARelease = EngineRelease.named(name) else {
      Issue.record("'\(name)' is taken for a release")
      return
    }
  }

  @Test(
    "Numbers are ordered part by part",
    arguments: [("0.9.2", "0.10.0"), ("0.10.1", "0.10.1.1"), ("0.8.5", "0.9.0.1"), ("0.33.0", "0.33.1")])
  func order(_ first: String, _ second: String) throws {
    let (first, second) = (try #require(ReleaseNumber(first)), try #require(ReleaseNumber(second)))
    #expect(first < second)
    #expect(!(second < first))
  }

  @Test("Zeros at the end and a v make no difference", arguments: [("0.33", "v0.33.0"), ("1.0", "1.0.0.0")])
  func same(_ first: String, _ second: String) { #expect(ReleaseNumber(first) == ReleaseNumber(second)) }
}

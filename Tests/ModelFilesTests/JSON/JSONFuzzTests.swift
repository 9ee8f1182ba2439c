import Foundation
import ModelFiles
import Testing

/// 20,000 damaged configs at every run, PLIMSOLL_FUZZ=100000 for more.
@Suite struct JSONFuzzTests {
  static let mutations = ProcessInfo.processInfo.environment["PLIMSOLL_FUZZ"].flatMap { Int($0) } ?? 20_000

  @Test(arguments: Fixture.all)
  func aDamagedConfigIsReadOrRefusedWithAPlaceInIt(_ fixture: Fixture) throws {
    var mutator = Mutator(seed: 20_260_101)
    var accepted = 0
    let rounds = Self.mutations / Fixture.all.count
    for round in 0..<rounds {
      let damaged = mutator.mutation(of: fixture.bytes)
      do throws(JSONError) {
        let value = try JSON.parse(damaged)
        accepted += 1
        let written = value.serializedBytes(pretty: round % 2 == 0)
        let again = try JSON.parse(written)
        // NaN and the infinities are written as null: what was read once more is stable.
        guard again.serializedBytes(pretty: round % 2 == 0) == written else {
          Issue.record("not stable: \(String(decoding: damaged, as: UTF8.self))")
          return
        }
        if case .object(let members) = value { Self.readEverything(ConfigObject(members)) }
      } catch {
        let lines = damaged.count { $0 == 0x0A } + 1
        guard (1...lines).contains(error.line), (1...damaged.count + 1).contains(error.column) else {
          Issue.record("no such place: \(error.message)")
          return
        }
      }
    }
    // Both ways must have been taken, else the mutations are too mild or too wild to prove anything.
    #expect(accepted > rounds / 50)
    #expect(accepted < rounds * 49 / 50)
  }

  @Test func theSameSeedGivesTheSameMutations() throws {
    let original = try #require(Fixture.all.first).bytes
    var first = Mutator(seed: 7)
    var second = Mutator(seed: 7)
    for _ in 0..<100 { #expect(first.mutation(of: original) == second.mutation(of: original)) }
  }

  /// Asks for every key as every type: each answer is a value in its range or an error that names the key.
  private static func readEverything(_ object: ConfigObject) {
    for member in object.members.members {
      let key = member.key
      checked(object, key) { object throws(ConfigError) in
        guard let number = try object.optionalInt(key) else { return true }
        return ConfigObject.anyCount ~= number
      }
      checked(object, key) { object throws(ConfigError) in try object.optionalDouble(key)?.isFinite ?? true }
      checked(object, key) { object throws(ConfigError) in
        try object.optionalInts(key, in: 0...512)?.allSatisfy { 0...512 ~= $0 } ?? true
      }
      checked(object, key) { object throws(ConfigError) in try object.optionalBool(key) != nil || object.isNull(key) }
      checked(object, key) { object throws(ConfigError) in try !object.string(key).isEmpty || object.has(key) }
      if let inner = try? object.object(key) { readEverything(inner) }
    }
  }

  private static func checked(
    _ object: ConfigObject, _ key: String, _ read: (ConfigObject) throws(ConfigError) -> Bool
  ) {
    do throws(ConfigError) {
      if try !read(object) { Issue.record("\(key): a value outside what was asked for") }
    } catch {
      if !error.keyPath.utf8.starts(with: object.keyPath(key).utf8) || error.message.isEmpty {
        Issue.record("\(key): the error names \(error.keyPath)")
      }
    }
  }
}

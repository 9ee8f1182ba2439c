import Foundation
import ModelFiles
import Testing

@Suite struct CalibrationStoreTests {
  @Test("Records are listed, written out, taken away, and read in elsewhere")
  func keeping() throws {
    try Site.with { site in
      let made = try site.calibrate(site.log, "--json").json()
      #expect(try JSONSchema(named: "calibration").complaints(about: made).isEmpty)
      let id = try #require(made.text("records.#0.id"))
      #expect(plimsoll("calibrate --list --store \(site.store)").out.contains(id))
      let export = plimsoll("calibrate --export --store \(site.store)").out
      #expect(try JSONSchema(named: "calibration").complaints(about: JSON.parse(export)).isEmpty)
      #expect(plimsoll("calibrate --remove ffffffffff --store \(site.store)").status == 4)
      #expect(plimsoll("calibrate --remove \(id.prefix(4)) --store \(site.store)").status == 0)
      #expect(site.records.isEmpty)
      #expect(try site.fit().at("calibration") == .null)
      try site.write(export, "site.json")
      #expect(plimsoll("calibrate \(site.folder)/site.json --store \(site.store)").status == 0)
      #expect(try site.fit().int("kv_cache.tokens") == SampleLog.tokens)
    }
  }

  @Test(
    "A record that is broken is named, and the others are used",
    arguments: [
      "", "{", "[]", "{\"schema\": \"plimsoll.calibration/2\"}", "{\"schema\": \"plimsoll.calibration/1\"}",
      "\u{0}\u{1}",
    ])
  func broken(text: String) throws {
    try Site.with { site in
      try site.calibrate(site.log)
      let shape = try #require(site.records.first).prefix(16)
      try text.write(toFile: site.store + "/\(shape)-00000000.json", atomically: false, encoding: .utf8)
      let plan = try site.fit()
      #expect(plan.int("kv_cache.tokens") == SampleLog.tokens)
      #expect(plan.findings("warning").contains("record-broken"))
      #expect(plimsoll("calibrate --list --store \(site.store)").err.contains("00000000.json"))
    }
  }

  @Test("A record of another model is not read, broken or not")
  func foreign() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      try "{".write(toFile: site.store + "/0000000000000000-00000000.json", atomically: false, encoding: .utf8)
      #expect(!(try site.fit().findings("warning").contains("record-broken")))
    }
  }

  @Test("The store is where --store says, PLIMSOLL_STORE, the project, XDG_STATE_HOME, and else ~/.local/state")
  func places() throws {
    try Workplace.with { place in
      var place = place
      let (model, log) = (place.project + "/config.json", place.project + "/a.log")
      try place.write(smallConfig(), to: model)
      try place.write(SampleLog(folder: place.project).text, to: log)
      func tokens() throws -> Int? {
        try place.document("fit \(model) --gpu h100 --vllm 0.33.0 --max-model-len 8192").int("kv_cache.tokens")
      }
      func keep() { #expect(place.plimsoll("calibrate \(log) --gpu h100 --host here").status == 0) }
      let home = place.home + "/.local/state/plimsoll/calibration"
      keep()
      #expect(FileManager.default.fileExists(atPath: home))
      #expect(try tokens() == SampleLog.tokens)
      place.environment["XDG_STATE_HOME"] = place.root + "/state"
      #expect(try tokens() != SampleLog.tokens)
      keep()
      #expect(FileManager.default.fileExists(atPath: place.root + "/state/plimsoll/calibration"))
      place.environment["PLIMSOLL_STORE"] = "none"
      #expect(try tokens() != SampleLog.tokens)
      place.environment["PLIMSOLL_STORE"] = home
      #expect(try tokens() == SampleLog.tokens)
      place.environment = ["XDG_STATE_HOME": place.root + "/none"]
      #expect(try tokens() != SampleLog.tokens)
      try place.write("{\"store\": \"\(home)\"}", to: place.projectFile)
      #expect(try tokens() == SampleLog.tokens)
    }
  }

  @Test("A store that is named and not there is an error of the input, one that cannot be written too")
  func missing() throws {
    try Site.with { site in
      let answer = plimsoll("fit \(site.model) --gpu h100 --store \(site.folder)/no --json")
      #expect(answer.status == 4)
      #expect(answer.out.contains("unreadable-store"))
      try site.write("", "file")
      try site.write(site.log.text)
      #expect(plimsoll("calibrate \(site.folder)/a.log --gpu h100 --store \(site.folder)/file/in").status == 4)
      #expect(plimsoll("calibrate \(site.folder)/a.log --gpu h100").status == 2)
    }
  }

  @Test("A pipe or a device among the records is not waited for")
  func pipe() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      let shape = try #require(site.records.first).prefix(16)
      #expect(mkfifo(site.store + "/\(shape)-11111111.json", 0o600) == 0)
      let plan = try site.fit()
      #expect(plan.int("kv_cache.tokens") == SampleLog.tokens)
      #expect(plan.findings("warning").contains("record-broken"))
    }
  }

  @Test(
    "A record with a figure that is none is left out whole",
    arguments: [
      ("\"kv_tokens\" : 1966096", "\"kv_tokens\" : 1e99"), ("\"kv_tokens\" : 1966096", "\"kv_tokens\" : 0"),
      ("\"weights_bytes\" : ", "\"weights_bytes\" : 99999999999"),
      ("\"activation_bytes\" : ", "\"activation_bytes\" : \"x\", \"y\" : "),
    ])
  func figures(own: String, other: String) throws {
    try Site.with { site in
      try site.calibrate(site.log)
      let path = site.store + "/" + (try #require(site.records.first))
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let spaced = text.replacingOccurrences(of: "\": ", with: "\" : ")
      let changed = spaced.replacingOccurrences(of: own, with: other)
      #expect(changed != spaced)
      try changed.write(toFile: path, atomically: false, encoding: .utf8)
      let plan = try site.fit()
      #expect(plan.findings("warning").contains("record-broken"))
      #expect(plan.at("calibration") == .null)
    }
  }

  @Test("A copy of a record under another name goes with it")
  func copies() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      let name = try #require(site.records.first)
      try FileManager.default.copyItem(atPath: site.store + "/" + name, toPath: site.store + "/copy.json")
      let id = name.dropFirst(17).prefix(8)
      let answer = plimsoll("calibrate --remove \(id) --store \(site.store)")
      #expect(answer.status == 0, "\(answer.err)")
      #expect(answer.out.split(separator: "\n").count == 1)
      #expect(site.records.isEmpty)
    }
  }

  @Test("Of several that keep records at once none is lost or torn")
  func together() throws {
    try Site.with { site in
      let commands = try (1...12).map { number in
        var log = site.log
        log.length = 1024 * number
        try site.write(log.text, "\(number).log")
        return "calibrate \(site.folder)/\(number).log --gpu h100 --store \(site.store) --host here"
      }
      DispatchQueue.concurrentPerform(iterations: commands.count) { number in
        #expect(plimsoll(commands[number]).status == 0)
      }
      #expect(site.records.count == 12)
      let list = try document("calibrate --list --store \(site.store)")
      #expect(list.at("skipped") == .array([]))
    }
  }
}

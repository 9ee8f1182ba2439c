import ModelFiles
import Testing

@Suite struct RemedyTests {
  @Test("The table holds every verdict that has remedies")
  func verdicts() throws {
    let verdicts = Set(try Deployed.all.compactMap { try $0.plan().text("verdict") })
    #expect(verdicts.isSuperset(of: ["fits", "tight", "does-not-fit", "refused"]))
  }

  @Test("Every remedy of every finding, typed in, fits and gives the tokens it promised", arguments: Deployed.all)
  func remedies(_ deployed: Deployed) throws {
    let plan = try deployed.plan()
    for finding in plan.items("findings") {
      for remedy in finding.items("remedies") {
        #expect(remedy.text("verdict") == "fits")
        let answer = try deployed.plan(with: remedy)
        let again = try answer.json()
        let words = remedy.texts("argv").joined(separator: " ")
        #expect(
          again.text("verdict") == "fits", "\(finding.text("code") ?? ""): \(words): \(again.text("summary") ?? "")")
        #expect(answer.status == 0, "\(words)")
        #expect(again.int("kv_cache.tokens") == remedy.int("tokens"), "\(words)")
        if let accelerators = remedy.int("accelerators") { #expect(again.int("accelerator.count") == accelerators) }
      }
    }
  }

  @Test("The line to run, typed in, fits", arguments: Deployed.all)
  func run(_ deployed: Deployed) throws {
    let plan = try deployed.plan()
    guard let run = plan.at("run"), run != .null else {
      #expect(plan.text("verdict") != "fits")
      return
    }
    let answer = try deployed.plan(run: run)
    let again = try answer.json()
    #expect(again.text("verdict") == "fits", "\(run.texts("argv")): \(again.text("summary") ?? answer.err)")
    #expect(answer.status == 0)
  }

  @Test("Remedies come in order of least loss, and eager execution last", arguments: Deployed.all)
  func order(_ deployed: Deployed) throws {
    let ranks = ["nothing": 0, "speed": 1, "context": 2, "output": 3, "hardware": 4]
    for finding in try deployed.plan().items("findings") {
      let order = finding.items("remedies").map { remedy in
        remedy.texts("argv") == ["--enforce-eager"] ? 5 : ranks[remedy.text("changes") ?? ""] ?? 9
      }
      #expect(order == order.sorted())
      #expect(!order.contains(9))
    }
  }

  @Test("What does not fit and could is never left without a remedy")
  func some() throws {
    for deployed in Deployed.all {
      let plan = try deployed.plan()
      guard plan.text("verdict") == "does-not-fit" else { continue }
      let count = plan.items("findings").flatMap { $0.items("remedies") }.count
      #expect(count > 0, "\(deployed.testDescription)")
    }
  }

  @Test("A folder's line to run names the folder, whichever of its files was given")
  func folder() throws {
    try withConfig(smallConfig()) { folder in
      for name in [folder, folder + "/config.json"] {
        let plan = try plimsoll(["fit", name, "--gpu", "h100", "--json"]).json()
        #expect(plan.text("verdict") == "fits")
        #expect(plan.texts("run.argv").prefix(3) == ["vllm", "serve", folder])
      }
    }
  }
}

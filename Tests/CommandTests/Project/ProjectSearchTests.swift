import Foundation
import ModelFiles
import Testing

/// Which files are read.
@Suite struct ProjectSearchTests {
  private static func file(_ gpu: String) -> String { #"{"model": "QwQ-32B", "gpu": "\#(gpu)"}"# }

  private func gpu(_ plan: JSON) -> String? { plan.text("accelerator.id") }

  @Test("The nearest plimsoll.json at or above the working folder is read, and no other")
  func nearest() throws {
    try Workplace.with(project: Self.file("l4")) { place in
      for folder in [place.project, place.project + "/sub", place.deep] {
        #expect(gpu(try place.document("fit", from: folder)) == "l4")
      }
      try place.write(Self.file("l40s"), to: place.project + "/sub/plimsoll.json")
      #expect(gpu(try place.document("fit")) == "l40s")
      #expect(gpu(try place.document("fit", from: place.project)) == "l4")
      // The nearer file is not filled in from the one above it.
      try place.write("{}", to: place.deep + "/plimsoll.json")
      #expect(place.plimsoll("fit").err.contains("missing argument MODEL"))
      // One beside the way up is not on it.
      #expect(place.plimsoll("fit", from: place.home).err.contains("missing argument MODEL"))
      #expect(place.plimsoll("fit", from: "/").err.contains("missing argument MODEL"))
    }
  }

  @Test("--project names the file, by itself or by PLIMSOLL_PROJECT, and --no-project reads none, the user's neither")
  func named() throws {
    try Workplace.with(project: Self.file("l4"), user: Self.file("h200-sxm")) { place in
      let other = place.root + "/other.json"
      try place.write(Self.file("l40s"), to: other)
      #expect(gpu(try place.document("fit --project \(other)")) == "l40s")
      for line in ["fit --no-project", "fit --project none"] {
        #expect(place.plimsoll(line).err.contains("missing argument MODEL"), "\(line)")
        #expect(try place.document(line + " QwQ-32B --gpu h100").at("project") == .null)
      }
      var named = place
      named.environment["PLIMSOLL_PROJECT"] = other
      #expect(gpu(try named.document("fit")) == "l40s")
      #expect(gpu(try named.document("fit --project \(place.projectFile)")) == "l4")
      #expect(named.plimsoll("fit --no-project").status == 2)
      named.environment["PLIMSOLL_PROJECT"] = "none"
      #expect(named.plimsoll("fit").status == 2)
      let both = place.plimsoll("fit --no-project --project \(other)")
      #expect(both.status == 2 && both.err.contains("--no-project"))
      let gone = place.plimsoll("fit --project \(place.root)/gone.json")
      #expect(gone.status == 2 && gone.err.contains("gone.json: no such file"))
    }
  }

  @Test("The user's file lies in XDG_CONFIG_HOME, else in .config of the home, and nowhere without a home")
  func user() throws {
    try Workplace.with(user: Self.file("l4")) { place in
      #expect(gpu(try place.document("fit")) == "l4")
      #expect(try place.document("fit").at("project") == .null)
      var moved = place
      moved.environment["XDG_CONFIG_HOME"] = place.root + "/xdg"
      #expect(moved.plimsoll("fit").err.contains("missing argument MODEL"))
      try FileManager.default.createDirectory(
        atPath: place.root + "/xdg/plimsoll", withIntermediateDirectories: true)
      try place.write(Self.file("l40s"), to: place.root + "/xdg/plimsoll/config.json")
      #expect(gpu(try moved.document("fit")) == "l40s")
      // The specification of XDG has a relative path ignored.
      moved.environment["XDG_CONFIG_HOME"] = "xdg"
      #expect(gpu(try moved.document("fit")) == "l4")
      moved.environment = ["HOME": ""]
      #expect(moved.plimsoll("fit").err.contains("missing argument MODEL"))
    }
  }

  @Test("The built tool finds the file from the folder that it stands in, links resolved")
  func process() throws {
    try Workplace.with(project: Self.file("l40s"), user: #"{"vllm": "0.33.0"}"#) { place in
      let plan = try place.run("fit --json").json()
      #expect(gpu(plan) == "l40s")
      #expect(plan.at("engine.assumed") == .bool(false))
      #expect(plan.text("project")?.hasSuffix("/project/plimsoll.json") == true)
      try FileManager.default.createSymbolicLink(
        atPath: place.home + "/link", withDestinationPath: place.deep)
      let linked = try shell(
        "cd '\(place.home)/link' && $plimsoll fit --json", environment: ["HOME": "", "PLIMSOLL_PROJECT": ""])
      #expect(gpu(try linked.json()) == "l40s")
      let variables = try shell(
        "cd '\(place.deep)' && $plimsoll fit --json",
        environment: ["PLIMSOLL_PROJECT": "", "PLIMSOLL_GPU": "l4", "PLIMSOLL_RECORD": "1"])
      #expect(gpu(try variables.json()) == "l4")
    }
  }

  @Test("A folder that is gone has no project")
  func gone() throws {
    let answer = try shell(
      "d=$(mktemp -d) && cd $d && rmdir $d && $plimsoll fit QwQ-32B --gpu h100 --json",
      environment: ["PLIMSOLL_PROJECT": ""])
    #expect(try answer.json().at("project") == .null)
  }
}

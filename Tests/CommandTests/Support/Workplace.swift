import CommandLineKit
import Foundation
import ModelFiles

@testable import PlimsollCommand

/// A home and a project folder below it, for as long as a test runs: `project/sub/deep` is where the tool stands.
struct Workplace {
  var root: String
  var project: String { root + "/project" }
  var deep: String { project + "/sub/deep" }
  var home: String { root + "/home" }
  var userFile: String { home + "/.config/plimsoll/config.json" }
  var projectFile: String { project + "/plimsoll.json" }
  var environment: [String: String] = [:]

  /// Runs `body` in a workplace whose files hold these texts; nil is no file.
  static func with<Result>(
    project: String? = nil, user: String? = nil, _ environment: [String: String] = [:],
    _ body: (Workplace) throws -> Result
  ) throws -> Result {
    try withFolder { root in
      var place = Workplace(root: root)
      place.environment = environment
      for folder in [place.deep, place.home + "/.config/plimsoll"] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      if let project { try place.write(project, to: place.projectFile) }
      if let user { try place.write(user, to: place.userFile) }
      return try body(place)
    }
  }

  func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  /// Runs the tool in this process, as if from `folder`, or else from the deepest one.
  func plimsoll(_ line: String, from folder: String? = nil, terminal: Terminal = .plain) -> Answer {
    var context = Context.memory(terminal)
    let variables = ["HOME": home].merging(environment) { $1 }
    let folder = folder ?? deep
    context.environment = { variables[$0] }
    context.workingFolder = { folder }
    let status = PlimsollCommand.tool.run(words(line), &context)
    return Answer(status: status, out: context.out.text, err: context.err.text)
  }

  func document(_ line: String, from folder: String? = nil) throws -> JSON {
    try plimsoll(withJSON(words(line)).map { "'\($0)'" }.joined(separator: " "), from: folder).json()
  }

  /// Runs the built tool from the deepest folder.
  func run(_ arguments: String) throws -> Answer {
    let variables = ["HOME": home, "PLIMSOLL_PROJECT": ""].merging(environment) { $1 }
    return try shell("cd '\(deep)' && $plimsoll \(arguments)", environment: variables)
  }
}

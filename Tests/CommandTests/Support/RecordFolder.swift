import Foundation
import ModelFiles

/// A folder with records of starts and the config.json of a small model, for as long as a test runs.
struct RecordFolder {
  var path: String

  static func with<Result>(_ records: [String], _ body: (RecordFolder) throws -> Result) throws -> Result {
    try withConfig(smallConfig()) { folder in
      let text = records.joined(separator: "\n") + "\n"
      try text.write(toFile: folder + "/starts.jsonl", atomically: false, encoding: .utf8)
      return try body(RecordFolder(path: folder))
    }
  }

  /// Runs `validate` on the records.
  func validate(_ options: String = "") -> Answer { plimsoll("validate \(path)/starts.jsonl \(options)") }

  func document(_ options: String = "") throws -> JSON { try validate(options + " --json").json() }
}

/// A record of the small model on one H100, with more members.
func startRecord(
  _ id: String = "a", flags: String = "{}", observed: String = "{}",
  _ more: String = #""config": "config.json", "gpu": "h100-80gb-sxm""#
) -> String {
  #"{"id": "\#(id)", "vllm_release": "0.33.0", "flags": \#(flags), "observed": \#(observed), \#(more)}"#
}

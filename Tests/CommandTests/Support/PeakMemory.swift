import Foundation
import Testing

/// Runs the built tool as a process of its own: the lines that it wrote, and its most memory in bytes.
func peakMemory(_ words: [String]) throws -> (count: Int, peak: Int) {
  try withFolder { folder in
    let tool = products.appendingPathComponent("plimsoll").path
    let output = folder + "/out"
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
    let (line, settings): ([String], [String]) = ([tool] + words, ["HF_HUB_OFFLINE=1", "PLIMSOLL_PROJECT=none"])
    var arguments = line.map { (word: String) in strdup(word) } + [nil]
    var variables = settings.map { (word: String) in strdup(word) } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var process = pid_t()
    try #require(posix_spawn(&process, tool, &actions, nil, &arguments, &variables) == 0)
    var status: Int32 = 0
    var usage = rusage()
    try #require(wait4(process, &status, 0, &usage) == process)
    #expect(status == 0)
    let lines = try Data(contentsOf: URL(fileURLWithPath: output)).count { $0 == UInt8(ascii: "\n") }
    #if os(Linux)
      return (lines, usage.ru_maxrss << 10)
    #else
      return (lines, usage.ru_maxrss)
    #endif
  }
}

import Foundation
import Testing

/// The folder that the built products are in, this test bundle among them.
var products: URL {
  let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
  return (bundle ?? URL(fileURLWithPath: CommandLine.arguments[0])).deletingLastPathComponent()
}

/// Runs the built tool through a shell, so that a line may hold pipes; `$plimsoll` is the tool.
///
/// No file of whoever runs the tests reaches it: there is no home, and no project file is looked for.
func shell(_ script: String, environment: [String: String] = [:]) throws -> Answer {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["bash", "-c", script]
  let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
  let tool = products.appendingPathComponent("plimsoll").path
  process.environment = ["PATH": path, "plimsoll": tool, "HF_HUB_OFFLINE": "1", "PLIMSOLL_PROJECT": "none"]
    .merging(environment) { $1 }
  let (out, err) = (Pipe(), Pipe())
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = out
  process.standardError = err
  try process.run()
  // What is said on standard error is far below the size of a pipe, so that reading one after the other is safe.
  let text = out.fileHandleForReading.readDataToEndOfFile()
  let said = err.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return Answer(
    status: process.terminationStatus, out: String(decoding: text, as: UTF8.self),
    err: String(decoding: said, as: UTF8.self))
}

enum FileManagerProbe {
  /// Linux has a device that is always full.
  static var hasFullDevice: Bool { FileManager.default.fileExists(atPath: "/dev/full") }
}

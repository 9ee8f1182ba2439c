import Foundation
import Testing

/// The driver of DeviceProbeTests, compiled to behave as asked.
func standIn(_ defines: String...) throws -> String {
  let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let library = FileManager.default.temporaryDirectory.appending(path: "stand-in-\(UUID().uuidString).so").path
  let source = tests.appending(path: "DeviceProbeTests/Fixtures/standin.c").path
  let flags = defines.map { "-D\($0)" }.joined(separator: " ")
  let compiled = try shell("clang -shared -fPIC -w \(flags) -o \(library) \(source)")
  try #require(compiled.status == 0, "\(compiled.err)")
  return library
}

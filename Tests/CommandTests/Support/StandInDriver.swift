import Foundation
import Testing

/// The stand-in driver of DeviceProbeTests, compiled to behave as asked; whoever asks for it removes it.
func standInDriver(_ defines: String...) throws -> String {
  let library = FileManager.default.temporaryDirectory.appending(path: "stand-in-\(UUID().uuidString).so").path
  let source = projectFolder.appending(path: "Tests/DeviceProbeTests/Fixtures/standin.c").path
  let flags = defines.map { "'-D\($0)'" }.joined(separator: " ")
  let compiled = try shell("clang -shared -fPIC -w \(flags) -o \(library) \(source)")
  try #require(compiled.status == 0, "\(compiled.err)")
  return library
}

import Foundation
import Testing

@testable import DeviceProbe

/// The stand-in driver, compiled for one kind of machine.
struct StandIn {
  var path: String

  /// - Parameter defines: How it behaves: `DEVICES=1`, `OLD`, `MIG=2`.
  init(_ defines: String...) throws {
    let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/standin.c")
    let folder = FileManager.default.temporaryDirectory.appending(path: "stand-in-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.appending(path: "libstandin.so").path
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments =
      ["clang", "-shared", "-fPIC", "-O1", "-w", "-o", path, source.path] + defines.map { "-D" + $0 }
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
  }

  func remove() { try? FileManager.default.removeItem(at: URL(filePath: path).deletingLastPathComponent()) }

  /// What the probe says of that machine.
  func look(asksCUDA: Bool = false) throws -> Machine {
    try MachineProbe(paths: .init(nvml: path, cuda: path, rocm: path), asksCUDA: asksCUDA).look()
  }
}

import Foundation
import Testing

@testable import DeviceProbe

/// Sizes and places against NVIDIA's own header, where one is installed: `PLIMSOLL_NVML_HEADER` names its folder.
@Suite("Layouts are those of nvml.h", .enabled(if: ProcessInfo.processInfo.environment["PLIMSOLL_NVML_HEADER"] != nil))
struct LayoutTests {
  @Test("a C program that includes the header agrees")
  func header() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["PLIMSOLL_NVML_HEADER"])
    let source = FileManager.default.temporaryDirectory.appending(path: "layout-\(UUID().uuidString).c")
    defer { try? FileManager.default.removeItem(at: source) }
    let words = NVMLLayout.memoryV2
    let checks = [
      "sizeof(nvmlMemory_v2_t) == \(words.count * 8)", "nvmlMemory_v2 == \(words[0])u",
      "offsetof(nvmlMemory_v2_t, total) == 8", "offsetof(nvmlMemory_v2_t, reserved) == 16",
      "offsetof(nvmlMemory_v2_t, free) == 24", "sizeof(nvmlMemory_t) == 24", "offsetof(nvmlMemory_t, free) == 8",
      "sizeof(nvmlPciInfo_t) == \(NVMLLayout.pciSize)", "offsetof(nvmlPciInfo_t, busId) == \(NVMLLayout.pciBusID)",
      "sizeof(nvmlProcessInfo_t) == \(NVMLLayout.processSize)",
      "offsetof(nvmlProcessInfo_t, usedGpuMemory) == \(NVMLLayout.processMemory)",
      "NVML_ERROR_INSUFFICIENT_SIZE == \(NVMLLayout.insufficientSize)",
      "NVML_P2P_CAPS_INDEX_NVLINK == \(NVMLLayout.linkCapability)",
      "(unsigned long long)NVML_VALUE_NOT_AVAILABLE == \(NVMLLayout.notAvailable)ull",
    ]
    let lines = checks.map { "_Static_assert(\($0), \"\($0)\");" }
    try ("#include <stddef.h>\n#include <nvml.h>\n" + lines.joined(separator: "\n") + "\n")
      .write(to: source, atomically: true, encoding: .utf8)
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments = ["clang", "-fsyntax-only", "-I", folder, source.path]
    try compiler.run()
    compiler.waitUntilExit()
    #expect(compiler.terminationStatus == 0)
  }
}

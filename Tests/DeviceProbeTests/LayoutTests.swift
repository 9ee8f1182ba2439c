import Foundation
import Testing

@testable import DeviceProbe

/// Names, numbers, sizes and places against NVIDIA's own headers, where they are installed: `PLIMSOLL_NVML_HEADER` and
/// `PLIMSOLL_CUDA_HEADER` name their folders.
///
/// The packages nvidia-nvml-dev-cu12 12.9.79 and nvidia-nvml-dev 13.5.37, nvidia-cuda-runtime-cu12 12.9.79 and
/// nvidia-cuda-runtime 13.5.37 have them.
enum Header {
  static func folder(_ variable: String) -> String? { ProcessInfo.processInfo.environment[variable] }

  /// Whether a C program that includes a header and says these lines compiles without a warning.
  static func admits(_ lines: [String], _ header: String, in folder: String) throws -> Bool {
    let source = FileManager.default.temporaryDirectory.appending(path: "layout-\(UUID().uuidString).c")
    defer { try? FileManager.default.removeItem(at: source) }
    try ("#include <stddef.h>\n#include <\(header)>\n" + lines.joined(separator: "\n") + "\n")
      .write(to: source, atomically: true, encoding: .utf8)
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments = ["clang", "-fsyntax-only", "-Werror", "-I", folder, source.path]
    try compiler.run()
    compiler.waitUntilExit()
    return compiler.terminationStatus == 0
  }

  static func asserted(_ checks: [String]) -> [String] { checks.map { "_Static_assert(\($0), \"\($0)\");" } }

  /// A pointer to a function of that name and those parameters.
  static func signed(_ result: String, _ functions: [(String, String)]) -> [String] {
    functions.map { "\(result) (*use_\($0))(\($1)) = \($0);" }
  }
}

@Suite("Layouts are those of nvml.h", .enabled(if: Header.folder("PLIMSOLL_NVML_HEADER") != nil))
struct LayoutTests {
  @Test("sizes, places and numbers")
  func header() throws {
    let words = NVMLLayout.memoryV2
    let levels = zip(DevicePath.Level.allCases, ["INTERNAL", "SINGLE", "MULTIPLE", "HOSTBRIDGE", "NODE", "SYSTEM"])
    let checks =
      [
        "sizeof(nvmlMemory_v2_t) == \(words.count * 8)", "nvmlMemory_v2 == \(words[0])u",
        "offsetof(nvmlMemory_v2_t, total) == 8", "offsetof(nvmlMemory_v2_t, reserved) == 16",
        "offsetof(nvmlMemory_v2_t, free) == 24", "sizeof(nvmlMemory_t) == 24", "offsetof(nvmlMemory_t, free) == 8",
        "sizeof(nvmlPciInfo_t) == \(NVMLLayout.pciSize)", "offsetof(nvmlPciInfo_t, busId) == \(NVMLLayout.pciBusID)",
        "sizeof(nvmlProcessInfo_t) == \(NVMLLayout.processSize)",
        "offsetof(nvmlProcessInfo_t, usedGpuMemory) == \(NVMLLayout.processMemory)",
        "NVML_ERROR_INSUFFICIENT_SIZE == \(NVMLLayout.insufficientSize)",
        "NVML_P2P_CAPS_INDEX_READ == \(NVMLLayout.readCapability)",
        "NVML_P2P_CAPS_INDEX_NVLINK == \(NVMLLayout.linkCapability)", "NVML_P2P_STATUS_OK == 0",
        "(unsigned long long)NVML_VALUE_NOT_AVAILABLE == \(NVMLLayout.notAvailable)ull",
        "NVML_ERROR_NOT_SUPPORTED == 3", "NVML_ERROR_NO_PERMISSION == 4", "NVML_ERROR_DRIVER_NOT_LOADED == 9",
        "NVML_ERROR_LIBRARY_NOT_FOUND == 12", "NVML_ERROR_FUNCTION_NOT_FOUND == 13", "NVML_ERROR_GPU_IS_LOST == 15",
        "NVML_ERROR_RESET_REQUIRED == 16", "NVML_ERROR_OPERATING_SYSTEM == 17",
        "NVML_ERROR_LIB_RM_VERSION_MISMATCH == 18", "NVML_ERROR_UNKNOWN == 999",
      ] + levels.map { "NVML_TOPOLOGY_\($1) == \($0.rawValue)" }
    let folder = try #require(Header.folder("PLIMSOLL_NVML_HEADER"))
    #expect(try Header.admits(Header.asserted(checks), "nvml.h", in: folder))
    // The check can fail.
    #expect(try !Header.admits(Header.asserted(["NVML_ERROR_UNKNOWN == 998"]), "nvml.h", in: folder))
  }

  @Test("every function that is looked up, by the name that the library has")
  func functions() throws {
    let switched = "nvmlDevice_t, nvmlEnableState_t *"
    let both = "nvmlDevice_t, nvmlEnableState_t *, nvmlEnableState_t *"
    let text = "nvmlDevice_t, char *, unsigned int"
    let processes = "nvmlDevice_t, unsigned int *, nvmlProcessInfo_t *"
    let lines = Header.signed(
      "nvmlReturn_t",
      [
        ("nvmlInit_v2", "void"), ("nvmlShutdown", "void"), ("nvmlSystemGetDriverVersion", "char *, unsigned int"),
        ("nvmlSystemGetCudaDriverVersion_v2", "int *"), ("nvmlDeviceGetCount_v2", "unsigned int *"),
        ("nvmlDeviceGetHandleByIndex_v2", "unsigned int, nvmlDevice_t *"), ("nvmlDeviceGetName", text),
        ("nvmlDeviceGetUUID", text), ("nvmlDeviceGetPciInfo_v3", "nvmlDevice_t, nvmlPciInfo_t *"),
        ("nvmlDeviceGetCudaComputeCapability", "nvmlDevice_t, int *, int *"),
        ("nvmlDeviceGetMemoryInfo", "nvmlDevice_t, nvmlMemory_t *"),
        ("nvmlDeviceGetMemoryInfo_v2", "nvmlDevice_t, nvmlMemory_v2_t *"),
        ("nvmlDeviceGetComputeRunningProcesses_v3", processes),
        ("nvmlDeviceGetGraphicsRunningProcesses_v3", processes), ("nvmlDeviceGetEccMode", both),
        ("nvmlDeviceGetDisplayActive", switched), ("nvmlDeviceGetPersistenceMode", switched),
        ("nvmlDeviceGetMigMode", "nvmlDevice_t, unsigned int *, unsigned int *"),
        ("nvmlDeviceGetMaxMigDeviceCount", "nvmlDevice_t, unsigned int *"),
        ("nvmlDeviceGetMigDeviceHandleByIndex", "nvmlDevice_t, unsigned int, nvmlDevice_t *"),
        (
          "nvmlDeviceGetP2PStatus", "nvmlDevice_t, nvmlDevice_t, nvmlGpuP2PCapsIndex_t, nvmlGpuP2PStatus_t *"
        ), ("nvmlDeviceGetTopologyCommonAncestor", "nvmlDevice_t, nvmlDevice_t, nvmlGpuTopologyLevel_t *"),
        ("nvmlDeviceGetNvLinkState", "nvmlDevice_t, unsigned int, nvmlEnableState_t *"),
      ])
    let sizes = ["nvmlEnableState_t", "nvmlGpuP2PCapsIndex_t", "nvmlGpuP2PStatus_t", "nvmlGpuTopologyLevel_t"]
    let folder = try #require(Header.folder("PLIMSOLL_NVML_HEADER"))
    #expect(try Header.admits(lines + Header.asserted(sizes.map { "sizeof(\($0)) == 4" }), "nvml.h", in: folder))
  }
}

@Suite("Functions are those of cuda.h", .enabled(if: Header.folder("PLIMSOLL_CUDA_HEADER") != nil))
struct CUDALayoutTests {
  @Test("every function that is looked up, by the name that the library has, and its numbers")
  func functions() throws {
    let lines = Header.signed(
      "CUresult",
      [
        ("cuInit", "unsigned int"), ("cuDeviceGetCount", "int *"), ("cuDeviceGet", "CUdevice *, int"),
        ("cuDeviceTotalMem_v2", "size_t *, CUdevice"), ("cuDeviceGetName", "char *, int, CUdevice"),
        ("cuDeviceGetAttribute", "int *, CUdevice_attribute, CUdevice"),
        ("cuDeviceGetPCIBusId", "char *, int, CUdevice"), ("cuDevicePrimaryCtxRetain", "CUcontext *, CUdevice"),
        ("cuDevicePrimaryCtxRelease_v2", "CUdevice"), ("cuCtxPushCurrent_v2", "CUcontext"),
        ("cuCtxPopCurrent_v2", "CUcontext *"), ("cuMemGetInfo_v2", "size_t *, size_t *"),
        ("cuDeviceGetUuid_v2", "CUuuid *, CUdevice"),
      ])
    let checks = [
      "sizeof(CUdevice) == 4", "sizeof(CUuuid) == 16",
      "CU_DEVICE_ATTRIBUTE_INTEGRATED == \(CUDADriver.Attribute.integrated.rawValue)",
      "CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR == \(CUDADriver.Attribute.capabilityMajor.rawValue)",
      "CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR == \(CUDADriver.Attribute.capabilityMinor.rawValue)",
      "CUDA_ERROR_OUT_OF_MEMORY == 2", "CUDA_ERROR_NOT_INITIALIZED == 3", "CUDA_ERROR_STUB_LIBRARY == 34",
      "CUDA_ERROR_DEVICE_UNAVAILABLE == 46", "CUDA_ERROR_NO_DEVICE == 100",
      "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH == 803", "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE == 804",
    ]
    let folder = try #require(Header.folder("PLIMSOLL_CUDA_HEADER"))
    #expect(try Header.admits(lines + Header.asserted(checks), "cuda.h", in: folder))
  }
}

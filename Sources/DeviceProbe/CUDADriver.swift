import Plimsoll

/// CUDA's driver library: the totals that PyTorch, and so vLLM, reads.
///
/// A device's total, name and attributes need no context. What is free (`cuMemGetInfo`) does, and a context holds
/// memory of its own while it lasts, so that it is asked for only where the user wants it. Names and codes are those
/// of cuda.h (packages nvidia-cuda-runtime-cu12 12.9.79 and nvidia-cuda-runtime 13.5.37).
struct CUDADriver {
  typealias Number = UnsafeMutablePointer<Int32>
  typealias Context = OpaquePointer

  let library: DynamicLibrary

  /// Opens and starts the library.
  init(path: String?) throws(DriverFailure) {
    library = try DynamicLibrary(
      anyOf: path.map { [$0] } ?? ["libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1", "libcuda.so"])
    let start: @convention(c) (UInt32) -> Int32 = try library.need("cuInit")
    try Self.check(start(0), "cuInit")
  }

  static func check(_ code: Int32, _ function: String) throws(DriverFailure) {
    if code != 0 { throw .call(interface: .cuda, function: function, code: code) }
  }

  /// The attributes of `CUdevice_attribute` that are asked for.
  enum Attribute: Int32 {
    case integrated = 18
    case capabilityMajor = 75
    case capabilityMinor = 76
  }

  /// The devices that CUDA shows to this process, in CUDA's order, which `CUDA_VISIBLE_DEVICES` and
  /// `CUDA_DEVICE_ORDER` make.
  ///
  /// - Parameter makesContext: Whether free memory is asked for too.
  func devices(makesContext: Bool) throws(DriverFailure) -> [CUDADevice] {
    let count: @convention(c) (Number) -> Int32 = try library.need("cuDeviceGetCount")
    let get: @convention(c) (Number, Int32) -> Int32 = try library.need("cuDeviceGet")
    let total: @convention(c) (UnsafeMutablePointer<Int>, Int32) -> Int32 = try library.need("cuDeviceTotalMem_v2")
    let name: @convention(c) (UnsafeMutablePointer<CChar>, Int32, Int32) -> Int32 = try library.need("cuDeviceGetName")
    var number: Int32 = 0
    try Self.check(count(&number), "cuDeviceGetCount")
    var devices: [CUDADevice] = []
    for ordinal in 0..<max(0, min(number, 1024)) {
      var device: Int32 = 0
      try Self.check(get(&device, ordinal), "cuDeviceGet")
      var size = 0
      try Self.check(total(&size, device), "cuDeviceTotalMem_v2")
      let label = try readText(256) { (buffer) throws(DriverFailure) in
        try Self.check(name(buffer, 256, device), "cuDeviceGetName")
      }
      var found = CUDADevice(ordinal: Int(ordinal), name: label, total: Bytes(size))
      found.busID = busID(device)
      found.uuid = uuid(device)
      found.isIntegrated = attribute(.integrated, device).map { $0 != 0 }
      if let major = attribute(.capabilityMajor, device), let minor = attribute(.capabilityMinor, device) {
        found.capability = ComputeCapability(Int(major), Int(minor))
      }
      if makesContext {
        do throws(DriverFailure) {
          (found.free, found.total) = try memory(device)
        } catch {
          found.contextFailure = error.sentence
        }
      }
      devices.append(found)
    }
    return devices
  }

  private func attribute(_ attribute: Attribute, _ device: Int32) -> Int32? {
    guard let ask: @convention(c) (Number, Int32, Int32) -> Int32 = library.function("cuDeviceGetAttribute") else {
      return nil
    }
    var value: Int32 = 0
    return ask(&value, attribute.rawValue, device) == 0 ? value : nil
  }

  /// The address on the bus, as `0000:1B:00.0`.
  private func busID(_ device: Int32) -> String? {
    guard
      let ask: @convention(c) (UnsafeMutablePointer<CChar>, Int32, Int32) -> Int32 = library.function(
        "cuDeviceGetPCIBusId")
    else { return nil }
    return try? readText(32) { (buffer) throws(DriverFailure) in try Self.check(ask(buffer, 32, device), "") }
  }

  /// The identity of the device or slice, in the 32 hexadecimal digits that NVML's `GPU-…` holds too.
  private func uuid(_ device: Int32) -> String? {
    guard
      let ask: @convention(c) (UnsafeMutableRawPointer, Int32) -> Int32 = library.function("cuDeviceGetUuid_v2")
        ?? library.function("cuDeviceGetUuid")
    else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { buffer in
      guard let base = buffer.baseAddress, ask(base, device) == 0 else { return nil }
      let digits = Array("0123456789abcdef".utf8)
      return String(decoding: buffer.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
  }

  /// What is free and in total by `cudaMemGetInfo`, within the device's primary context, which is given back at once.
  private func memory(_ device: Int32) throws(DriverFailure) -> (free: Bytes, total: Bytes) {
    let retain: @convention(c) (UnsafeMutablePointer<Context?>, Int32) -> Int32 = try library.need(
      "cuDevicePrimaryCtxRetain")
    let release: @convention(c) (Int32) -> Int32 = try library.need("cuDevicePrimaryCtxRelease_v2")
    let push: @convention(c) (Context?) -> Int32 = try library.need("cuCtxPushCurrent_v2")
    let pop: @convention(c) (UnsafeMutablePointer<Context?>) -> Int32 = try library.need("cuCtxPopCurrent_v2")
    let ask: @convention(c) (UnsafeMutablePointer<Int>, UnsafeMutablePointer<Int>) -> Int32 = try library.need(
      "cuMemGetInfo_v2")
    var context: Context?
    try Self.check(retain(&context, device), "cuDevicePrimaryCtxRetain")
    defer { _ = release(device) }
    try Self.check(push(context), "cuCtxPushCurrent_v2")
    defer { _ = pop(&context) }
    var (free, total) = (0, 0)
    try Self.check(ask(&free, &total), "cuMemGetInfo_v2")
    return (Bytes(free), Bytes(total))
  }
}

/// A device as CUDA shows it to this process.
struct CUDADevice {
  /// Its number in CUDA's order.
  var ordinal: Int
  var name: String
  var total: Bytes
  /// Asked for in a context; nil without one.
  var free: Bytes?
  var busID: String?
  var uuid: String?
  var isIntegrated: Bool?
  var capability: ComputeCapability?
  /// Why there is no context.
  var contextFailure: String?
}

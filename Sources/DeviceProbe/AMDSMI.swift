import Plimsoll

/// AMD's newer management library, where the older one of ``ROCmSMI`` is not installed.
///
/// Names, numbers and the place of a name are those of amdsmi.h as package amdsmi 5.7, 6.1, 6.4 and 7.0 restates it;
/// only what is the same in all of them is asked. No GPU of AMD's was at hand: the stand-in of the tests alone was.
struct AMDSMI {
  typealias Handle = OpaquePointer
  typealias Handles = UnsafeMutablePointer<Handle?>
  typealias Words = UnsafeMutablePointer<UInt32>

  let library: DynamicLibrary

  init(path: String?) throws(DriverFailure) {
    library = try DynamicLibrary(
      anyOf: path.map { [$0] } ?? ["libamd_smi.so", "/opt/rocm/lib/libamd_smi.so"])
    let start: @convention(c) (UInt64) -> Int32 = try library.need("amdsmi_init")
    // `AMDSMI_INIT_AMD_GPUS`.
    try Self.check(start(2), "amdsmi_init")
  }

  private static func check(_ code: Int32, _ function: String) throws(DriverFailure) {
    if code != 0 { throw .call(interface: .amd, function: function, code: code) }
  }

  func devices() throws(DriverFailure) -> [ProbedDevice] {
    typealias Memory = @convention(c) (Handle?, UInt32, UnsafeMutablePointer<UInt64>) -> Int32
    let total: Memory = try library.need("amdsmi_get_gpu_memory_total")
    let used: Memory = try library.need("amdsmi_get_gpu_memory_usage")
    var devices: [ProbedDevice] = []
    for handle in try processors() {
      var device = ProbedDevice(index: devices.count, name: name(handle) ?? "unknown")
      device.vendor = .amd
      device.uuid = uuid(handle)
      device.busID = busID(handle)
      var (all, held): (UInt64, UInt64) = (0, 0)
      do throws(DriverFailure) {
        // The second argument is the kind of memory; 0 is the device's own (`AMDSMI_MEM_TYPE_VRAM`).
        try Self.check(total(handle, 0, &all), "amdsmi_get_gpu_memory_total")
        try Self.check(used(handle, 0, &held), "amdsmi_get_gpu_memory_usage")
        device.nvml = NVMLMemory(
          total: Bytes(clamping: all), reserved: .zero, free: Bytes(clamping: all - min(all, held)))
      } catch {
        device.failure = error.sentence
      }
      devices.append(device)
    }
    return devices
  }

  /// The GPUs, socket by socket.
  private func processors() throws(DriverFailure) -> [Handle] {
    let sockets: @convention(c) (Words, Handles?) -> Int32 = try library.need("amdsmi_get_socket_handles")
    let processors: @convention(c) (Handle?, Words, Handles?) -> Int32 = try library.need(
      "amdsmi_get_processor_handles")
    let kind: (@convention(c) (Handle?, Words) -> Int32)? = library.function("amdsmi_get_processor_type")
    var found: [Handle] = []
    for socket in try list("amdsmi_get_socket_handles", { sockets($0, $1) }) {
      for handle in try list("amdsmi_get_processor_handles", { processors(socket, $0, $1) }) {
        var type: UInt32 = 1
        _ = kind?(handle, &type)
        // `AMDSMI_PROCESSOR_TYPE_AMD_GPU` and `…_AMD_APU`.
        if type == 1 || type == 6 { found.append(handle) }
      }
    }
    return found
  }

  /// What a function lists that is asked twice: how many there are, and then which.
  private func list(_ name: String, _ ask: (Words, Handles?) -> Int32) throws(DriverFailure) -> [Handle] {
    var count: UInt32 = 0
    try Self.check(ask(&count, nil), name)
    let capacity = Int(min(count, 1024))
    guard capacity > 0 else { return [] }
    let buffer = Handles.allocate(capacity: capacity)
    defer { buffer.deallocate() }
    buffer.initialize(repeating: nil, count: capacity)
    count = UInt32(capacity)
    try Self.check(ask(&count, buffer), name)
    return (0..<min(Int(count), capacity)).compactMap { buffer[$0] }
  }

  /// The name on the market, which `amdsmi_asic_info_t` begins with; the whole of it has about a kilobyte.
  private func name(_ handle: Handle) -> String? {
    guard
      let ask: @convention(c) (Handle?, UnsafeMutablePointer<CChar>) -> Int32 = library.function(
        "amdsmi_get_gpu_asic_info")
    else { return nil }
    return try? readText(8192) { (buffer) throws(DriverFailure) in try Self.check(ask(handle, buffer), "") }
  }

  private func uuid(_ handle: Handle) -> String? {
    guard
      let ask: @convention(c) (Handle?, Words, UnsafeMutablePointer<CChar>) -> Int32 = library.function(
        "amdsmi_get_gpu_device_uuid")
    else { return nil }
    // `AMDSMI_GPU_UUID_SIZE`.
    var length: UInt32 = 38
    return try? readText(256) { (buffer) throws(DriverFailure) in try Self.check(ask(handle, &length, buffer), "") }
  }

  /// The address on the bus: three bits of function, five of device, eight of bus, and the domain.
  private func busID(_ handle: Handle) -> String? {
    guard
      let ask: @convention(c) (Handle?, UnsafeMutablePointer<UInt64>) -> Int32 = library.function(
        "amdsmi_get_gpu_device_bdf")
    else { return nil }
    var packed: UInt64 = 0
    guard ask(handle, &packed) == 0 else { return nil }
    func hex(_ value: UInt64, _ width: Int) -> String {
      let digits = String(value, radix: 16, uppercase: true)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return hex(packed >> 16, 4) + ":" + hex(packed >> 8 & 0xFF, 2) + ":" + hex(packed >> 3 & 0x1F, 2) + "."
      + String(packed & 7)
  }
}

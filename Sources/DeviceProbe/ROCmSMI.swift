import Plimsoll

/// AMD's management library: what each GPU is and what is free on it.
///
/// Names as in rocm_smi.h of ROCm 6 and 7. No machine with such a GPU was at hand: only the stand-in of the tests was
/// asked.
struct ROCmSMI {
  let library: DynamicLibrary

  init(path: String?) throws(DriverFailure) {
    library = try DynamicLibrary(anyOf: path.map { [$0] } ?? ["librocm_smi64.so.1", "librocm_smi64.so"])
    let start: @convention(c) (UInt64) -> Int32 = try library.need("rsmi_init")
    try Self.check(start(0), "rsmi_init")
  }

  private static func check(_ code: Int32, _ function: String) throws(DriverFailure) {
    if code != 0 { throw .call(interface: .rocm, function: function, code: code) }
  }

  func devices() throws(DriverFailure) -> [ProbedDevice] {
    let count: @convention(c) (UnsafeMutablePointer<UInt32>) -> Int32 = try library.need("rsmi_num_monitor_devices")
    let name: @convention(c) (UInt32, UnsafeMutablePointer<CChar>, Int) -> Int32 = try library.need("rsmi_dev_name_get")
    // The second argument is the kind of memory; 0 is the device's own (`RSMI_MEM_TYPE_VRAM`).
    typealias Memory = @convention(c) (UInt32, Int32, UnsafeMutablePointer<UInt64>) -> Int32
    let total: Memory = try library.need("rsmi_dev_memory_total_get")
    let used: Memory = try library.need("rsmi_dev_memory_usage_get")
    var number: UInt32 = 0
    try Self.check(count(&number), "rsmi_num_monitor_devices")
    var devices: [ProbedDevice] = []
    for index in 0..<min(number, 1024) {
      let label = try readText(256) { (buffer) throws(DriverFailure) in
        try Self.check(name(index, buffer, 256), "rsmi_dev_name_get")
      }
      var (all, held): (UInt64, UInt64) = (0, 0)
      try Self.check(total(index, 0, &all), "rsmi_dev_memory_total_get")
      try Self.check(used(index, 0, &held), "rsmi_dev_memory_usage_get")
      var device = ProbedDevice(index: Int(index), name: label)
      device.vendor = .amd
      device.uuid = uuid(index)
      // The library's total is what HIP reports: nothing is kept back beside it.
      device.nvml = NVMLMemory(
        total: Bytes(clamping: all), reserved: .zero, free: Bytes(clamping: all) - Bytes(clamping: min(all, held)))
      devices.append(device)
    }
    return devices
  }

  /// The identity as ROCm's runtime writes it, which `ROCR_VISIBLE_DEVICES` takes.
  private func uuid(_ index: UInt32) -> String? {
    guard
      let ask: @convention(c) (UInt32, UnsafeMutablePointer<UInt64>) -> Int32 = library.function(
        "rsmi_dev_unique_id_get")
    else { return nil }
    var id: UInt64 = 0
    guard ask(index, &id) == 0, id != 0 else { return nil }
    let digits = String(id, radix: 16)
    return "GPU-" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}

import Plimsoll

/// NVIDIA's management library: what each GPU is and what is free on it, read without a context of one's own.
///
/// Names, codes and layouts are those of nvml.h (package nvidia-nvml-dev-cu12 12.9.79); a test compiles C against the
/// header where it is installed and compares ``NVMLLayout`` with it.
struct NVML {
  typealias Handle = OpaquePointer
  typealias Words = UnsafeMutablePointer<UInt32>
  typealias OneWord = @convention(c) (Handle?, Words) -> Int32
  typealias TwoWords = @convention(c) (Handle?, Words, Words) -> Int32
  typealias Text = @convention(c) (Handle?, UnsafeMutablePointer<CChar>, UInt32) -> Int32
  typealias Struct = @convention(c) (Handle?, UnsafeMutableRawPointer) -> Int32

  let library: DynamicLibrary

  /// Opens and starts the library.
  init(path: String?) throws(DriverFailure) {
    library = try DynamicLibrary(
      anyOf: path.map { [$0] } ?? ["libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1", "libnvidia-ml.so"])
    let start: @convention(c) () -> Int32 = try library.need("nvmlInit_v2")
    try Self.check(start(), "nvmlInit_v2")
  }

  /// Ends what ``init(path:)`` began.
  func shutDown() {
    let end: (@convention(c) () -> Int32)? = library.function("nvmlShutdown")
    _ = end?()
  }

  static func check(_ code: Int32, _ function: String) throws(DriverFailure) {
    if code != 0 { throw .call(interface: .nvml, function: function, code: code) }
  }

  var driverVersion: String? {
    guard
      let ask: @convention(c) (UnsafeMutablePointer<CChar>, UInt32) -> Int32 = library.function(
        "nvmlSystemGetDriverVersion")
    else { return nil }
    return try? readText(96) { (buffer) throws(DriverFailure) in try Self.check(ask(buffer, 96), "") }
  }

  /// The newest CUDA that the driver runs, as 12.9.
  var cudaVersion: String? {
    guard
      let ask: @convention(c) (UnsafeMutablePointer<Int32>) -> Int32 = library.function(
        "nvmlSystemGetCudaDriverVersion_v2")
    else { return nil }
    var version: Int32 = 0
    guard ask(&version) == 0, version > 0 else { return nil }
    return String(version / 1000) + "." + String(version % 1000 / 10)
  }

  func handles() throws(DriverFailure) -> [(index: Int, handle: Result<Handle, DriverFailure>)] {
    let count: @convention(c) (Words) -> Int32 = try library.need("nvmlDeviceGetCount_v2")
    let one: @convention(c) (UInt32, UnsafeMutablePointer<Handle?>) -> Int32 = try library.need(
      "nvmlDeviceGetHandleByIndex_v2")
    var number: UInt32 = 0
    try Self.check(count(&number), "nvmlDeviceGetCount_v2")
    // No machine has so many; a library that says so is not to be believed.
    return (0..<Int(min(number, 1024))).map { index in
      var handle: Handle?
      let code = one(UInt32(index), &handle)
      if code == 0, let handle { return (index, .success(handle)) }
      return (
        index,
        .failure(.call(interface: .nvml, function: "nvmlDeviceGetHandleByIndex_v2", code: code == 0 ? 999 : code))
      )
    }
  }

  func text(_ name: String, _ handle: Handle) -> String? {
    guard let ask: Text = library.function(name) else { return nil }
    return try? readText(96) { (buffer) throws(DriverFailure) in try Self.check(ask(handle, buffer, 96), name) }
  }

  /// A setting that is on or off; nil where the device has none or does not say.
  func isOn(_ name: String, _ handle: Handle) -> Bool? {
    guard let ask: OneWord = library.function(name) else { return nil }
    var value: UInt32 = 0
    return ask(handle, &value) == 0 ? value != 0 : nil
  }

  /// A setting that holds now and one that is to hold after a restart.
  func isOnNow(_ name: String, _ handle: Handle) -> Bool? {
    guard let ask: TwoWords = library.function(name) else { return nil }
    var (now, pending): (UInt32, UInt32) = (0, 0)
    return ask(handle, &now, &pending) == 0 ? now != 0 : nil
  }

  func capability(_ handle: Handle) -> ComputeCapability? {
    guard let ask: TwoWords = library.function("nvmlDeviceGetCudaComputeCapability") else { return nil }
    var (major, minor): (UInt32, UInt32) = (0, 0)
    guard ask(handle, &major, &minor) == 0 else { return nil }
    return ComputeCapability(Int(major), Int(minor))
  }

  /// The address on the bus, as `00000000:1B:00.0`.
  func busID(_ handle: Handle) -> String? {
    guard let ask: Struct = library.function("nvmlDeviceGetPciInfo_v3") else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: NVMLLayout.pciSize, alignment: 8) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      guard ask(handle, base) == 0 else { return nil }
      let text = buffer[NVMLLayout.pciBusID..<NVMLLayout.pciSize].prefix { $0 != 0 }
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// What is held on the device: by the newer call, which tells what the driver keeps, else by the older.
  func memory(_ handle: Handle) throws(DriverFailure) -> NVMLMemory {
    if let newer: Struct = library.function("nvmlDeviceGetMemoryInfo_v2") {
      let (code, words) = fill(NVMLLayout.memoryV2) { newer(handle, $0) }
      if code == 0 {
        return NVMLMemory(
          total: Bytes(clamping: words[1]), reserved: Bytes(clamping: words[2]), free: Bytes(clamping: words[3]))
      }
    }
    let older: Struct = try library.need("nvmlDeviceGetMemoryInfo")
    let (code, words) = fill([0, 0, 0]) { older(handle, $0) }
    try Self.check(code, "nvmlDeviceGetMemoryInfo")
    return NVMLMemory(total: Bytes(clamping: words[0]), reserved: nil, free: Bytes(clamping: words[1]))
  }

  /// What a function makes of a structure of 64-bit words.
  private func fill(
    _ words: [UInt64], _ ask: (UnsafeMutableRawPointer) -> Int32
  ) -> (code: Int32, words: [UInt64]) {
    let buffer = UnsafeMutablePointer<UInt64>.allocate(capacity: words.count)
    defer { buffer.deallocate() }
    for (place, word) in words.enumerated() { (buffer + place).initialize(to: word) }
    let code = ask(UnsafeMutableRawPointer(buffer))
    return (code, (0..<words.count).map { buffer[$0] })
  }
}

/// Sizes and places of what NVML fills in (nvml.h 12.9).
enum NVMLLayout {
  /// `nvmlMemory_v2_t`, 40 bytes as five words: version and padding, total, reserved, free, used. The version is the
  /// size and 2 in the highest byte.
  static var memoryV2: [UInt64] { [0x0200_0028, 0, 0, 0, 0] }
  /// `nvmlPciInfo_t`: 16 bytes, five words of 4, and the address in 32.
  static let pciSize = 68
  static let pciBusID = 36
  /// `nvmlProcessInfo_t`: process, padding, memory, two instance numbers.
  static let processSize = 24
  static let processMemory = 8
  /// What stands for memory that is not told (`NVML_VALUE_NOT_AVAILABLE`).
  static let notAvailable = UInt64.max
  /// `NVML_ERROR_INSUFFICIENT_SIZE`.
  static let insufficientSize: Int32 = 7
  /// `NVML_P2P_CAPS_INDEX_READ` and `…_NVLINK` of `nvmlGpuP2PCapsIndex_t`.
  static let readCapability: Int32 = 0
  static let linkCapability: Int32 = 2
}

extension Bytes {
  /// A driver's 64-bit size.
  init(clamping size: UInt64) { self.init(Int(clamping: size)) }
}

import Plimsoll

extension NVML {
  /// Who holds memory of the device: those that compute and those that draw, each once.
  ///
  /// - Returns: Nil where the driver does not tell, as in WSL and for who may not see.
  func processes(_ handle: Handle) -> [DeviceProcess]? {
    typealias List = @convention(c) (Handle?, Words, UnsafeMutableRawPointer?) -> Int32
    var found: [DeviceProcess] = []
    var isTold = false
    for name in ["nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetGraphicsRunningProcesses_v3"] {
      guard let ask: List = library.function(name) else { continue }
      // Processes may come while they are counted: asked again with more room, and no more than a few times.
      var capacity: UInt32 = 64
      for _ in 0..<4 {
        let count = capacity
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: Int(count) * NVMLLayout.processSize, alignment: 8)
        defer { buffer.deallocate() }
        var number = count
        let code = ask(handle, &number, buffer)
        if code == 0 {
          isTold = true
          for place in 0..<Int(min(number, count)) {
            let entry = buffer + place * NVMLLayout.processSize
            let pid = Int(entry.load(as: UInt32.self))
            let used = entry.load(fromByteOffset: NVMLLayout.processMemory, as: UInt64.self)
            guard !found.contains(where: { $0.pid == pid }) else { continue }
            found.append(
              DeviceProcess(
                pid: pid, name: HostFiles.processName(pid),
                memory: used == NVMLLayout.notAvailable ? nil : Bytes(clamping: used)))
          }
          break
        }
        guard code == NVMLLayout.insufficientSize, number < 1 << 16 else { break }
        capacity = number + 16
      }
    }
    return isTold ? found : nil
  }

  /// The slices that a GPU in MIG mode is cut into; empty without the mode.
  func slices(_ handle: Handle) -> [(place: Int, handle: Handle)] {
    typealias Slice = @convention(c) (Handle?, UInt32, UnsafeMutablePointer<Handle?>) -> Int32
    guard let count: OneWord = library.function("nvmlDeviceGetMaxMigDeviceCount"),
      let one: Slice = library.function("nvmlDeviceGetMigDeviceHandleByIndex")
    else { return [] }
    var most: UInt32 = 0
    guard count(handle, &most) == 0 else { return [] }
    return (0..<Int(min(most, 16))).compactMap { place in
      var slice: Handle?
      guard one(handle, UInt32(place), &slice) == 0, let slice else { return nil }
      return (place, slice)
    }
  }

  /// Whether two devices reach each other in a way: over NVLink, or by reading each other's memory.
  func canReach(_ one: Handle, _ other: Handle, _ capability: Int32) -> Bool? {
    typealias Pair = @convention(c) (Handle?, Handle?, Int32, UnsafeMutablePointer<Int32>) -> Int32
    guard let ask: Pair = library.function("nvmlDeviceGetP2PStatus") else { return nil }
    var status: Int32 = 0
    guard ask(one, other, capability, &status) == 0 else { return nil }
    return status == 0
  }

  /// How the first of two devices reaches the second.
  func path(_ one: Handle, _ other: Handle, to index: Int) -> DevicePath {
    typealias Pair = @convention(c) (Handle?, Handle?, UnsafeMutablePointer<Int32>) -> Int32
    let ask: Pair? = library.function("nvmlDeviceGetTopologyCommonAncestor")
    var level: Int32 = -1
    if let ask, ask(one, other, &level) != 0 { level = -1 }
    return DevicePath(
      to: index, level: DevicePath.Level(rawValue: level), isPeer: canReach(one, other, NVMLLayout.readCapability))
  }

  /// How many links of the device are up.
  func linkCount(_ handle: Handle) -> Int? {
    typealias Link = @convention(c) (Handle?, UInt32, Words) -> Int32
    guard let ask: Link = library.function("nvmlDeviceGetNvLinkState") else { return nil }
    var up = 0
    var isTold = false
    for link in 0..<18 {
      var state: UInt32 = 0
      guard ask(handle, UInt32(link), &state) == 0 else { continue }
      isTold = true
      if state == 1 { up += 1 }
    }
    return isTold ? up : nil
  }
}

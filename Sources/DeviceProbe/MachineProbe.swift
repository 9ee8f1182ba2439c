import Plimsoll

/// Looks at the devices of this machine.
package struct MachineProbe: Sendable {
  /// Libraries to open instead of the driver's own.
  package struct Paths: Equatable, Sendable {
    package var nvml: String?
    package var cuda: String?
    package var rocm: String?

    package init(nvml: String? = nil, cuda: String? = nil, rocm: String? = nil) {
      self.nvml = nvml
      self.cuda = cuda
      self.rocm = rocm
    }
  }

  package var paths = Paths()
  /// Whether CUDA is asked as well, in a context of this process's own.
  package var asksCUDA = false
  /// Whether CUDA numbers devices as the bus does (`CUDA_DEVICE_ORDER=PCI_BUS_ID`) and not the fastest first.
  package var isInOrderOfBus = false

  package init(paths: Paths = Paths(), asksCUDA: Bool = false, isInOrderOfBus: Bool = false) {
    self.paths = paths
    self.asksCUDA = asksCUDA
    self.isInOrderOfBus = isInOrderOfBus
  }

  /// What this machine has.
  ///
  /// NVML first: it takes no memory. Where there is no NVML, CUDA alone (Jetson); where there is neither, AMD's library.
  /// CUDA is asked too, without a context, for what it alone knows: the total of an integrated device, and its own order
  /// of devices of several kinds.
  ///
  /// - Throws: A ``DriverFailure`` where no driver answers: NVIDIA's, for it is the one most expect, or AMD's where a
  ///   library of AMD's is there.
  package func look() throws(DriverFailure) -> Machine {
    var machine = Machine()
    if let memory = HostFiles.memory() { (machine.hostAvailable, machine.hostTotal) = memory }
    var failure: DriverFailure?
    do throws(DriverFailure) {
      try lookWithNVML(&machine)
    } catch {
      failure = error
    }
    let whole = machine.devices.filter { $0.slice == nil && $0.nvml != nil }
    let isMixed = !isInOrderOfBus && Set(whole.map(\.name)).count > 1
    if asksCUDA || failure != nil || isMixed || machine.devices.contains(where: \.isIntegrated) {
      do throws(DriverFailure) {
        let driver = try CUDADriver(path: paths.cuda)
        join(try driver.devices(makesContext: asksCUDA), to: &machine)
        if failure != nil, machine.devices.isEmpty { throw .noDevices(interface: .cuda) }
        if let failure { machine.notes.append(failure.sentence) }
        failure = nil
      } catch {
        if failure == nil { machine.notes.append(error.sentence) }
      }
    }
    if let why = failure {
      machine.devices = try askAMD(insteadOf: why)
    }
    if HostFiles.isWSL { machine.isInWSL() }
    for place in machine.devices.indices where machine.devices[place].isIntegrated {
      machine.devices[place].cudaTotal = machine.devices[place].cudaTotal ?? machine.hostTotal
      // What vLLM takes for free on such a device (vllm/utils/mem_utils.py MemorySnapshot, 0.33.0).
      machine.devices[place].cudaFree = machine.hostAvailable ?? machine.devices[place].cudaFree
    }
    return machine
  }

  /// The devices that AMD's older library shows, else those of the newer.
  private func askAMD(insteadOf why: DriverFailure) throws(DriverFailure) -> [ProbedDevice] {
    var told = why
    do throws(DriverFailure) {
      let devices = try ROCmSMI(path: paths.rocm).devices()
      if !devices.isEmpty { return devices }
    } catch {
      if case .call = error { told = error }
    }
    do throws(DriverFailure) {
      let devices = try AMDSMI(path: paths.rocm).devices()
      if !devices.isEmpty { return devices }
    } catch {
      if case .call = error { told = error }
    }
    throw told
  }

  private func lookWithNVML(_ machine: inout Machine) throws(DriverFailure) {
    let nvml = try NVML(path: paths.nvml)
    defer { nvml.shutDown() }
    machine.driver = nvml.driverVersion
    machine.cuda = nvml.cudaVersion
    let handles = try nvml.handles()
    guard !handles.isEmpty else { throw .noDevices(interface: .nvml) }
    for (index, answer) in handles {
      switch answer {
      case .failure(let why):
        var device = ProbedDevice(index: index, name: "unknown")
        device.failure = why.sentence
        machine.devices.append(device)
      case .success(let handle):
        var device = self.device(index, handle, nvml)
        for case (let other, .success(let second)) in handles where other != index {
          if nvml.canReach(handle, second, NVMLLayout.linkCapability) == true { device.linkedTo.append(other) }
          device.paths.append(nvml.path(handle, second, to: other))
        }
        let slices = device.isMIG == true ? nvml.slices(handle) : []
        if slices.isEmpty { machine.devices.append(device) }
        for (place, slice) in slices {
          var part = self.device(index, slice, nvml)
          part.slice = place
          part.capability = device.capability
          part.busID = device.busID
          part.isMIG = true
          machine.devices.append(part)
        }
        if device.isMIG == true, slices.isEmpty {
          machine.notes.append("GPU \(index) is in MIG mode and has no slices: CUDA shows nothing of it")
        }
      }
    }
  }

  private func device(_ index: Int, _ handle: NVML.Handle, _ nvml: NVML) -> ProbedDevice {
    var device = ProbedDevice(index: index, name: nvml.text("nvmlDeviceGetName", handle) ?? "unknown")
    device.uuid = nvml.text("nvmlDeviceGetUUID", handle)
    device.busID = nvml.busID(handle)
    device.capability = nvml.capability(handle)
    do throws(DriverFailure) {
      device.nvml = try nvml.memory(handle)
    } catch {
      // A device without memory of its own has none to tell: it lives from the host's.
      device.isIntegrated = error == .call(interface: .nvml, function: "nvmlDeviceGetMemoryInfo", code: 3)
      if !device.isIntegrated { device.failure = error.sentence }
    }
    device.processes = nvml.processes(handle)
    device.isMIG = nvml.isOnNow("nvmlDeviceGetMigMode", handle)
    device.hasECC = nvml.isOnNow("nvmlDeviceGetEccMode", handle)
    device.drivesDisplay = nvml.isOn("nvmlDeviceGetDisplayActive", handle)
    device.isPersistent = nvml.isOn("nvmlDeviceGetPersistenceMode", handle)
    device.linkCount = nvml.linkCount(handle)
    return device
  }

  /// Puts what CUDA says to what NVML said of the same device: by its identity, else by its place on the bus.
  private func join(_ found: [CUDADevice], to machine: inout Machine) {
    for device in found {
      let place = machine.devices.firstIndex { known in
        if let uuid = device.uuid, let own = known.uuid, Self.digits(own) == uuid { return true }
        guard known.slice == nil, known.isMIG != true, let bus = device.busID, let own = known.busID else {
          return false
        }
        return Self.isSame(bus: bus, own)
      }
      let at = place ?? machine.devices.count
      if place == nil {
        var new = ProbedDevice(index: device.ordinal, name: device.name)
        new.uuid = device.uuid.map { "GPU-" + Self.dashed($0) }
        new.busID = device.busID
        machine.devices.append(new)
      }
      machine.devices[at].cudaOrdinal = device.ordinal
      machine.devices[at].cudaTotal = device.total
      machine.devices[at].cudaFree = device.free
      machine.devices[at].capability = machine.devices[at].capability ?? device.capability
      machine.devices[at].isIntegrated = device.isIntegrated ?? machine.devices[at].isIntegrated
      machine.devices[at].failure = machine.devices[at].failure ?? device.contextFailure
    }
  }

  /// The hexadecimal digits of `GPU-8a6f…` or `MIG-…`, lower case.
  static func digits(_ uuid: String) -> String {
    let start = uuid.firstIndex(of: "-").map { uuid.index(after: $0) } ?? uuid.startIndex
    return uuid[start...].filter { $0 != "-" }.lowercased()
  }

  private static func dashed(_ digits: String) -> String {
    var text = ""
    for (place, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(place) { text.append("-") }
      text.append(digit)
    }
    return text
  }

  /// Whether two addresses are one: NVML writes the domain with eight digits, CUDA with four.
  static func isSame(bus one: String, _ other: String) -> Bool {
    func tail(_ text: String) -> String { String(text.lowercased().drop { $0 == "0" }) }
    return tail(one) == tail(other)
  }
}

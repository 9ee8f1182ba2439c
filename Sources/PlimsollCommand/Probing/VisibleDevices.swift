import DeviceProbe
import Plimsoll

extension VisibleAccelerators {
  /// What a variable shows a process of the machine's devices.
  struct Choice {
    /// In the order in which the process numbers them.
    var devices: [ProbedDevice]
    /// The variables, as they would be typed.
    var variables: String
    var notes: [String] = []

    var sentence: String {
      let shown = devices.map { String($0.index) + ($0.slice.map { "." + String($0) } ?? "") }
      return variables
        + (shown.isEmpty
          ? " shows none of the machine's devices" : " shows vLLM GPU " + shown.joined(separator: ", GPU "))
    }
  }

  /// What a process sees without any variable: CUDA's list where it was asked, else what NVML shows.
  static func shown(_ machine: Machine) -> [ProbedDevice] {
    let all = machine.devices.filter(\.isUsable)
    let inCUDA = all.filter { $0.cudaOrdinal != nil }
    return inCUDA.isEmpty ? oneSlice(all) : inCUDA.sorted { ($0.cudaOrdinal ?? 0) < ($1.cudaOrdinal ?? 0) }
  }

  /// CUDA shows one slice of a GPU in MIG mode, and beside it no other device (NVIDIA's MIG User Guide, "CUDA Device
  /// Enumeration").
  private static func oneSlice(_ devices: [ProbedDevice]) -> [ProbedDevice] {
    devices.first { $0.slice != nil }.map { [$0] } ?? devices
  }

  /// What the variables of this process choose; nil where none is set.
  ///
  /// `CUDA_VISIBLE_DEVICES` holds numbers, or the beginnings of identities `GPU-…` and `MIG-…`; what follows the first
  /// word that is none is hidden, as CUDA has it. Numbers count in CUDA's order, which for devices of one kind is the
  /// bus's. Where CUDA was asked, the variable has acted on its answer. AMD's `ROCR_VISIBLE_DEVICES` chooses first, and
  /// `HIP_VISIBLE_DEVICES` or CUDA's name of it among what is left.
  static func choice(of machine: Machine, _ environment: (String) -> String?) -> Choice? {
    let all = machine.devices.filter(\.isUsable)
    let isAMD = all.contains { $0.vendor == .amd }
    let hip = isAMD && environment("HIP_VISIBLE_DEVICES") != nil ? "HIP_VISIBLE_DEVICES" : "CUDA_VISIBLE_DEVICES"
    let names = (isAMD ? ["ROCR_VISIBLE_DEVICES"] : []) + [hip]
    let set = names.compactMap { name in environment(name).map { (name, $0) } }
    guard !set.isEmpty else { return nil }
    var choice = Choice(devices: all, variables: set.map { $0 + "=" + $1 }.joined(separator: " "))
    if all.contains(where: { $0.cudaOrdinal != nil }) {
      choice.devices = shown(machine)
      return choice
    }
    for (_, list) in set { choice.devices = devices(list, choice.devices) }
    choice.devices = oneSlice(choice.devices)
    if !isAMD, set[0].1.first?.isNumber == true, Set(all.map(\.name)).count > 1,
      environment("CUDA_DEVICE_ORDER") != "PCI_BUS_ID"
    {
      choice.notes.append(
        "GPUs of several kinds are numbered fastest first by CUDA, and by the bus here; CUDA_DEVICE_ORDER=PCI_BUS_ID makes "
          + "the two one")
    }
    return choice
  }

  /// What a list shows of devices, up to its first word that names none, one that was named, or several.
  private static func devices(_ list: String, _ all: [ProbedDevice]) -> [ProbedDevice] {
    var found: [ProbedDevice] = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let device = device(word.filter { $0 != " " }, all), !found.contains(device) else { break }
      found.append(device)
    }
    return found
  }

  private static func device(_ word: String, _ all: [ProbedDevice]) -> ProbedDevice? {
    if let number = Int(word) {
      let places = all.first?.vendor == .amd ? all.indices.map { $0 } : all.map(\.index)
      return places.firstIndex(of: number).map { all[$0] }
    }
    guard word.hasPrefix("GPU-") || word.hasPrefix("MIG-") else { return nil }
    let named = all.filter { $0.uuid?.lowercased().hasPrefix(word.lowercased()) ?? false }
    return named.count == 1 ? named[0] : nil
  }
}

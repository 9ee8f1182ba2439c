import ModelFiles
package import Plimsoll

extension Catalog {
  /// The ids of the accelerators, sorted. Parses no preset.
  package static var gpuIDs: [String] { ids(.gpus) }

  /// Every accelerator, in the order of the ids.
  package static func gpus() throws(LookupError) -> [Device] {
    let index = PresetIndex(kind: .gpus)
    var devices: [Device] = []
    for number in index.ids.indices { devices.append(try index.device(number)) }
    return devices
  }

  /// The accelerator that goes by a name.
  package static func gpu(named name: String) throws(LookupError) -> Device {
    try gpuMatch(named: name).device
  }

  /// The accelerator that goes by a name, and what else the name could have meant.
  ///
  /// An id or a listed alias wins. Else a short name, the first words of names such as `a100-pcie` or `pro 6000`,
  /// stands for the first of its candidates, unless they differ by more than 0.5 GiB or in compute capability.
  /// A node label may end in `-SHARED`, which NVIDIA's feature discovery adds where a GPU is time-sliced, and a
  /// resource of Kubernetes begins with `nvidia.com/`.
  package static func gpuMatch(named name: String) throws(LookupError) -> GPUMatch {
    let index = PresetIndex(kind: .gpus)
    let isResource = name.lowercased().hasPrefix("nvidia.com/")
    var key = PresetName(isResource ? String(name.dropFirst("nvidia.com/".count)) : name)
    if key.key.hasSuffix("-shared") { key = PresetName(String(key.key.dropLast("-shared".count))) }
    let short = GPUShortName(key)
    if let entry = index.entry(key), let number = entry.numbers.first {
      guard entry.numbers.count == 1 else {
        throw .ambiguous(kind: .gpus, name: name, candidates: index.ids(of: entry.numbers))
      }
      let device = try index.device(number)
      let others = device.id == key.key ? [] : short.candidates(in: index).filter { $0 != number }
      return GPUMatch(device: device, others: index.ids(of: others))
    }
    let numbers = short.candidates(in: index)
    guard let first = numbers.first else {
      throw .unknown(kind: .gpus, name: name, suggestions: index.suggestions(for: key))
    }
    let device = try index.device(first)
    for number in numbers.dropFirst() where !device.isInterchangeable(with: try index.device(number)) {
      throw .ambiguous(kind: .gpus, name: name, candidates: index.ids(of: numbers))
    }
    return GPUMatch(device: device, others: index.ids(of: Array(numbers.dropFirst())))
  }
}

/// The accelerator that a name leads to.
package struct GPUMatch: Hashable, Sendable {
  package var device: Device
  /// The ids that the name could also have meant; worth a note where there are any.
  package var others: [String]

  /// The sentence that tells how a name was read; nil where it could mean nothing else.
  package var note: String? {
    if others.isEmpty { return nil }
    return "read as " + device.id + " (" + device.name + "), not " + others.joined(separator: ", ")
  }
}

extension PresetIndex {
  /// The accelerator of a number.
  func device(_ number: Int) throws(LookupError) -> Device {
    let json = try parsed(number)
    do {
      return try Device(preset: ConfigObject(json))
    } catch {
      throw .unreadable(kind: kind, id: ids[number], reason: error.message)
    }
  }
}

/// How many GPUs a line shows to vLLM, and where it says so.
package struct VisibleDevices: Hashable, Sendable {
  /// On each node.
  package var count: Int
  /// As written: `CUDA_VISIBLE_DEVICES=0,1`, `--gpus 2`.
  package var source: String
}

extension VisibleDevices {
  /// The last of the variables that choose devices; an empty one shows none.
  static func fromVariables(_ pairs: [String]) -> VisibleDevices? {
    let names = ["CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"]
    for pair in pairs.reversed() {
      guard let equals = pair.firstIndex(of: "="), names.contains(String(pair[..<equals])) else { continue }
      let value = pair[pair.index(after: equals)...]
      if value == "all" || Unexpanded.isIn(String(value)) { continue }
      return VisibleDevices(count: listed(value), source: pair)
    }
    return nil
  }

  /// `--gpus N`, `--gpus "device=0,1"`; nil for all.
  static func fromDocker(_ value: String) -> VisibleDevices? {
    let source = "--gpus \(value)"
    let plain = value.filter { $0 != "\"" && $0 != "'" }
    if let count = Int(plain) { return count < 0 ? nil : VisibleDevices(count: count, source: source) }
    for (key, isList) in [("device=", true), ("count=", false)] where plain.hasPrefix(key) {
      let rest = plain.dropFirst(key.utf8.count)
      if isList { return VisibleDevices(count: listed(rest), source: source) }
      return Int(rest.prefix { $0 != "," }).map { VisibleDevices(count: $0, source: source) }
    }
    return nil
  }

  /// What Slurm gives each task: `--gpus-per-node 8`, `--gpus-per-task=4`, `--gres=gpu:h100:8`.
  static func fromJob(_ words: ArraySlice<String>) -> VisibleDevices? {
    for (place, word) in words.enumerated() {
      for name in ["--gpus-per-node", "--gpus-per-task", "--gres"] {
        var value: Substring?
        if word.hasPrefix(name + "=") { value = word.dropFirst(name.utf8.count + 1) }
        if word == name { value = words.dropFirst(place + 1).first.map { $0[...] } }
        guard let value else { continue }
        if name == "--gres", !value.hasPrefix("gpu") { continue }
        if let count = value.split(separator: ":").last.flatMap({ Int($0) }) {
          return VisibleDevices(count: count, source: "\(name)=\(value)")
        }
      }
    }
    return nil
  }

  private static func listed(_ value: Substring) -> Int {
    // `-1` and what follows it are shown to nobody.
    value.split(separator: ",").prefix { !$0.hasPrefix("-") }.count
  }
}

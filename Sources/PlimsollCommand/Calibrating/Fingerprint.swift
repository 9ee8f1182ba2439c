import Plimsoll

/// A short number that a value always has, in any process: FNV-1a in 64 bits.
struct Fingerprint {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(0)
  }

  mutating func add(_ number: Int) {
    for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  /// The number in sixteen digits.
  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension ModelShape {
  /// What tells this shape from others, whatever its checkpoint is called.
  var fingerprint: String {
    var print = Fingerprint()
    print.add(servedAs)
    print.add(quantization.rawValue)
    for number in [dtype.size.count, vocabSize, hiddenSize, numAttentionHeads, numKVHeads, numLayers, parameters] {
      print.add(number)
    }
    for group in layers {
      print.add(group.count)
      for module in group.modules { add(module, to: &print) }
    }
    for placed in outer { add(placed.module, to: &print) }
    return print.text
  }

  private func add(_ module: Module, to print: inout Fingerprint) {
    print.add(module.name)
    print.add(module.parameters)
    print.add(module.dtype.size.count)
    print.add(module.scheme == .unquantized ? 0 : 1)
    if case .integerGroups(let groups) = module.scheme {
      print.add(groups.bits)
      print.add(groups.groupSize)
    }
  }
}

import Plimsoll

/// A checkpoint that one might make of an unquantized model: METHOD[:BITS[:GROUP]].
///
/// Left alone is what the common tools leave: embeddings, lm_head, norms, routers, linear attention, and the encoder
/// before the language model (the recipes of llm-compressor, AutoAWQ's `modules_to_not_convert`).
package struct WhatIfQuantization: Hashable, Sendable {
  /// As it was written.
  package let text: String
  private let method: Method
  private let bits: Int
  private let group: Int

  private enum Method: String, CaseIterable {
    case awq, gptq, w4a16, w8a16, fp8, nvfp4, mxfp4, mxfp8, bitsandbytes
    case fp8Block = "fp8-block"
    case int8 = "w8a8-int8"

    /// Bits and inputs that share a scale that the tools make, the usual first; no groups for a scale a row.
    var forms: (bits: [Int], groups: [Int]) {
      switch self {
      case .awq: ([4], [128, 64, 32])
      case .gptq: ([4, 8], [128, 64, 32, -1])
      case .w4a16: ([4], [128, 64, 32, -1])
      case .w8a16: ([8], [128, 64, 32, -1])
      case .fp8, .int8: ([8], [])
      case .fp8Block: ([8], [128])
      case .nvfp4: ([4], [16])
      case .mxfp4: ([4], [32])
      case .mxfp8: ([8], [32])
      case .bitsandbytes: ([4], [64])
      }
    }
  }

  /// The methods that can be asked for.
  package static let methods = Method.allCases.map(\.rawValue)

  /// - Throws: ``Mistake`` for another method, number of bits or group than the tools make.
  package init(_ text: String) throws(Mistake) {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 3 else { throw .form(text) }
    guard var word = parts.first else { throw .method(text) }
    // The list of rows and columns that a block of 8-bit floats has in a config.json, `weight_block_size`.
    if word == Method.fp8.rawValue, parts.count == 3, parts[2].filter({ $0 != " " }) == "[128,128]" {
      word = Method.fp8Block.rawValue
      parts[2] = "128"
    }
    // It says what stores the weights; in 4 bits that is one form.
    if word == "compressed-tensors", parts.count < 2 || parts[1] != "4" { throw .container(word) }
    let name = word == "compressed-tensors" ? Method.w4a16.rawValue : word
    guard let method = Method(rawValue: name) else {
      if ["exl2", "exl3", "gguf", "mlx"].contains(word) { throw .foreign(word) }
      throw .method(word)
    }
    let forms = method.forms
    func pick(_ index: Int, _ what: String, _ choices: [Int]) throws(Mistake) -> Int {
      guard parts.count > index else { return choices.first ?? -1 }
      guard let number = Int(parts[index]), choices.contains(number) else {
        throw .number(parts[index], method: name, what: what, choices: choices)
      }
      return number
    }
    self.text = text
    self.method = method
    bits = try pick(1, "bits", forms.bits)
    group = try pick(2, "groups", forms.groups)
  }

  /// Why a text says nothing that the tools make.
  package enum Mistake: Error {
    /// More parts than there are.
    case form(String)
    /// The name of what stores weights of many methods.
    case container(String)
    /// No method, of ``methods``.
    case method(String)
    /// A method of other engines, for which vLLM has plug-ins at most.
    case foreign(String)
    /// Bits or a group that the method does not come with.
    case number(String, method: String, what: String, choices: [Int])

    /// The sentence for the user, without what is near.
    package var message: String {
      switch self {
      case .form(let text): return "'\(text)' is not METHOD:BITS:GROUP"
      case .container(let word):
        return
          "'\(word)' stores weights of many methods; write \(word):4, or which of \(methods.joined(separator: ", "))"
      case .method(let word): return "'\(word)' is none of \(methods.joined(separator: ", "))"
      case .foreign(let word):
        return
          "'\(word)' is no quantization method of vLLM (a plug-in or a fork loads it), so that its sizes are not known; vLLM's "
          + "own are "
          + methods.joined(separator: ", ")
      case .number(let word, let method, let what, let choices):
        let shown = Int(word).map(String.init) ?? "'\(word)'"
        guard let last = choices.last else { return "\(method) has no \(what); leave out ':\(word)'" }
        let others = choices.dropLast().map(String.init).joined(separator: ", ")
        let all = others.isEmpty ? "\(last)" : "\(others) or \(last)"
        return what == "bits"
          ? "\(method) has \(all) bits; \(shown) is not one" : "\(method) has groups of \(all); \(shown) is not one"
      }
    }
  }

  /// The checkpoint's settings.
  var config: QuantizationConfig {
    // Every linear, as vLLM makes it at load.
    if method == .bitsandbytes { return .atLoad(method.rawValue) }
    let (vllms, scheme): (QuantizationMethod, WeightScheme) =
      switch method {
      case .awq: (.awq, .integerGroups(.init(bits: bits, groupSize: group, format: .awq)))
      case .gptq: (.gptq, .integerGroups(.init(bits: bits, groupSize: group, format: .gptq)))
      case .w4a16, .w8a16:
        (.compressedTensors, .integerGroups(.init(bits: bits, groupSize: group, format: .compressedTensors)))
      case .fp8: (.compressedTensors, .fp8Channel(hasInputBound: false))
      case .fp8Block: (.compressedTensors, .fp8Block(rows: group, columns: group))
      case .int8: (.compressedTensors, .int8Channel)
      case .nvfp4: (.compressedTensors, .nvfp4)
      case .mxfp4: (.compressedTensors, .mxfp4)
      case .mxfp8: (.compressedTensors, .mxfp8)
      case .bitsandbytes: (.online, .lookedUp)
      }
    let patterns = [#".*\.gate$"#, #".*router$"#, #".*shared_expert_gate$"#, #".*linear_attn\..*"#]
    // GPTQ has no list of modules: what it leaves is in the checkpoint alone, and vLLM quantizes routers without it.
    let left = method == .gptq ? Array(patterns.suffix(1)) : patterns
    return .of(vllms, linear: scheme, ignored: .patterns(["lm_head"], left.compactMap(NamePattern.init)))
  }
}

import CommandLineKit
import Plimsoll

/// A flag of vLLM that `solve` takes several values of.
enum AxisFlag: String, CaseIterable {
  case tensor = "--tensor-parallel-size"
  case pipeline = "--pipeline-parallel-size"
  case data = "--data-parallel-size"
  case decodeContext = "--decode-context-parallel-size"
  case maxModelLen = "--max-model-len"
  case maxNumSeqs = "--max-num-seqs"
  case batchedTokens = "--max-num-batched-tokens"
  case utilization = "--gpu-memory-utilization"
  case kvCacheDType = "--kv-cache-dtype"
  case offload = "--cpu-offload-gb"
  case quantization = "--what-if-quantization"

  /// The axis of a name as it was typed; nil for another flag.
  init?(typed name: String) {
    let written = String(name.map { $0 == "_" ? "-" : $0 })
    if written == Self.quantization.rawValue {
      self = .quantization
    } else if case .flag(let flag, false, let path, _)? = ServeFlags.match(name), path.isEmpty {
      self.init(rawValue: flag.name)
    } else {
      return nil
    }
  }
}

/// Several values of a flag: `1,2,4`, `32k..128k`, `..0.95`, `free`.
struct AxisWord {
  var axis: AxisFlag
  var values: [String] = []
  /// The ends of a range; nil for an open one.
  var range: (from: String?, to: String?)?

  /// Nil for a single value, which is vLLM's own to read.
  init?(_ axis: AxisFlag, _ word: String) throws(UsageError) {
    self.axis = axis
    if word == "free" {
      guard axis.isNumber else { return nil }
      range = (nil, nil)
      return
    }
    if axis.isNumber, let dots = word.rangeDots {
      let (from, to) = (String(word[..<dots]), String(word[word.index(dots, offsetBy: 2)...]))
      guard !from.isEmpty || !to.isEmpty else {
        throw Self.error(axis, "'\(word)' is a range without ends; write 'free', or one of them")
      }
      range = (from.isEmpty ? nil : from, to.isEmpty ? nil : to)
      return
    }
    guard word.utf8.contains(UInt8(ascii: ",")) else { return nil }
    for part in word.split(separator: ",", omittingEmptySubsequences: false) {
      guard !part.isEmpty else { throw Self.error(axis, "'\(word)' has an empty value between its commas") }
      if !values.contains(String(part)) { values.append(String(part)) }
    }
  }

  static func error(_ axis: AxisFlag, _ text: String) -> UsageError {
    UsageError(code: "bad-range", message: "\(axis.rawValue): \(text)")
  }

  /// A value as vLLM reads it, put into flags.
  private func read(_ word: String) throws(UsageError) -> ServeFlags {
    var flags = ServeFlags()
    do throws(FlagError) {
      try flags.apply(name: axis.rawValue, values: [word])
    } catch {
      throw UsageError(code: "bad-value", message: error.reason, suggestions: error.suggestions)
    }
    return flags
  }

  /// The values in order, each read by `field`.
  func each<Value>(_ field: (ServeFlags) -> Value?) throws(UsageError) -> [Value] {
    var found: [Value] = []
    for word in values {
      guard let value = field(try read(word)) else { throw Self.error(axis, "'\(word)' is not a value to try") }
      found.append(value)
    }
    return found
  }

  /// The ends of the range in numbers, open ones as given.
  func ends<Value: Comparable>(
    _ open: (from: Value, to: Value), _ field: (ServeFlags) -> Value?
  ) throws(UsageError) -> (from: Value, to: Value)? {
    guard let range else { return nil }
    func end(_ word: String?, _ open: Value) throws(UsageError) -> Value {
      guard let word else { return open }
      guard let value = field(try read(word)) else { throw Self.error(axis, "'\(word)' is not an end of a range") }
      return value
    }
    let found = (from: try end(range.from, open.from), to: try end(range.to, open.to))
    guard found.from <= found.to else {
      throw Self.error(axis, "the range \(range.from ?? "")..\(range.to ?? "") runs backwards")
    }
    return found
  }
}

extension AxisFlag {
  /// Whether a range of it makes sense.
  var isNumber: Bool { self != .kvCacheDType && self != .quantization && self != .offload }
}

extension String {
  /// Where the two points of a range stand.
  fileprivate var rangeDots: String.Index? {
    var index = startIndex
    while index < endIndex {
      let next = self.index(after: index)
      if next < endIndex, self[index] == ".", self[next] == "." { return index }
      index = next
    }
    return nil
  }
}

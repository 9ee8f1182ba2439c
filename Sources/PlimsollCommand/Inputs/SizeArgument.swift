import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// A size with a unit, as in `80GiB`; a bare number is refused.
struct SizeArgument: CommandValue {
  static var placeholder: String { "SIZE" }
  var bytes: Bytes

  init(word: String) throws(ValueError) {
    guard let bytes = Bytes(sizeText: word), bytes > .zero else {
      throw ValueError(
        "'\(word)' is not a size; write a number with a unit, such as 79.14GiB or 80GB", code: "bad-size")
    }
    self.bytes = try bytes.bounded(word)
  }
}

extension Bytes {
  /// This amount, where an accelerator could hold it.
  fileprivate func bounded(_ word: String) throws(ValueError) -> Bytes {
    guard self <= FlagBinding.largestSize else {
      throw ValueError("'\(word)' is beyond the \(FlagBinding.largestSize.text) that are read", code: "bad-size")
    }
    return self
  }
}

/// A size where a bare number means bytes.
struct ByteCountArgument: CommandValue {
  static var placeholder: String { "BYTES" }
  var bytes: Bytes

  init(word: String) throws(ValueError) {
    guard let bytes = Int(word).map({ Bytes($0) }) ?? Bytes(sizeText: word), bytes >= .zero else {
      throw ValueError("'\(word)' is neither a number of bytes nor a size such as 10GiB", code: "bad-size")
    }
    self.bytes = try bytes.bounded(word)
  }
}

/// `NAME[:COUNT]`: an accelerator and how many of it; `NAME:1g.10gb` is a slice of one.
struct AcceleratorArgument: CommandValue {
  static var placeholder: String { "NAME[:COUNT]" }
  /// How many accelerators, or nodes, a plan may have.
  static let counts = ServeLine.nodeCounts

  /// A search tries every way to lay a model out, of which thousands of accelerators have more than anyone waits for.
  static func checkSearched(_ count: Int) throws(UsageError) {
    guard count > 4096 else { return }
    throw UsageError(
      code: "bad-count",
      message: "\(count) accelerators are more than the 4096 that are searched; 'fit' plans one layout")
  }

  var name: String
  var count: Int?

  init(name: String, count: Int?) {
    self.name = name
    self.count = count
  }

  /// The devices that this machine has are meant.
  var isThisMachine: Bool { name.lowercased() == "probe" }

  init(word: String) throws(ValueError) {
    guard let colon = word.lastIndex(of: ":") else {
      name = word
      return
    }
    if let slice = MIGSlice.profile(in: word[word.index(after: colon)...]) {
      name = word[..<colon] + "-mig-" + slice
      return
    }
    name = String(word[..<colon])
    guard let count = Int(word[word.index(after: colon)...]), Self.counts.contains(count) else {
      throw ValueError("'\(word)' is not NAME:COUNT with a count from 1 on", code: "bad-count")
    }
    self.count = count
  }
}

/// `METHOD[:BITS[:GROUP]]`: a checkpoint that one might make.
struct WhatIfArgument: CommandValue {
  static var placeholder: String { "METHOD[:BITS[:GROUP]]" }
  var quantization: WhatIfQuantization

  init(word: String) throws(ValueError) {
    do {
      quantization = try WhatIfQuantization(word)
    } catch .method(let word) {
      throw ValueError.noneOf(WhatIfQuantization.methods, word)
    } catch {
      throw ValueError(error.message)
    }
  }
}

/// `TERM=SIZE`: a measured figure in place of an estimate.
struct MeasuredArgument: CommandValue {
  static var placeholder: String { "TERM=SIZE" }
  static let terms = ["weights", "activation", "persistent_buffers", "non_torch", "cuda_graphs", "total", "free"]
  var term: String
  var bytes: Bytes

  init(word: String) throws(ValueError) {
    guard let equals = word.firstIndex(of: "=") else { throw ValueError("'\(word)' is not TERM=SIZE") }
    term = String(word[..<equals])
    guard Self.terms.contains(term) else { throw ValueError.noneOf(Self.terms, term) }
    bytes = try SizeArgument(word: String(word[word.index(after: equals)...])).bytes
  }

  func apply(to overrides: inout MeasuredOverrides) {
    switch term {
    case "weights": overrides.weights = bytes
    case "activation": overrides.activation = bytes
    case "persistent_buffers": overrides.persistentBuffers = bytes
    case "non_torch": overrides.nonTorch = bytes
    case "cuda_graphs": overrides.cudaGraphs = bytes
    case "total": overrides.total = bytes
    default: overrides.free = bytes
    }
  }
}

extension EntryPoint: CommandValue {}
extension CompileCache: CommandValue {}

/// A line that the reader knows, and the word by which it is found.
struct KnownLine {
  enum Kind {
    /// A wording of a failure.
    case failure(Int)
    /// A wording that other failures have too.
    case hint(Int)
    /// A failure that only the figures of a line tell, which is printed again and again.
    case statistic(Int)
    /// A function in a traceback that tells the stage of an error of memory.
    case frame(Int)
    case traceback
    case figure
    case state(StartState)
    case release
    case banner
    case device
    case command
    /// Another engine's, by its place among `InfoLine.engines`.
    case engine(Int)
    case error
    case arguments
    /// Kernels are compiled, or come from a cache.
    case compiled(Bool)
  }

  var kind: Kind
  var pattern: LinePattern
  var anchor: [UInt8]
  private let before: [UInt8]
  private let after: [UInt8]

  init(_ kind: Kind, _ pattern: LinePattern) {
    self.kind = kind
    self.pattern = pattern
    // Figures are read of one line alone; all else may be wrapped, or begin with short words.
    if case .figure = kind {
      (before, anchor, after) = pattern.anchor(onOneLine: true)
    } else {
      (before, anchor, after) = pattern.anchor(onOneLine: false)
    }
  }

  init(_ kind: Kind, _ text: String) { self.init(kind, LinePattern(text)) }

  static func all(_ signatures: [FailureSignature]) -> [KnownLine] {
    // The banner goes before its release, which is that of the start that it begins; frames before the error.
    var lines = InfoLine.banners.map { KnownLine(.banner, $0) }
    lines.append(KnownLine(.traceback, InfoLine.traceback))
    lines.append(KnownLine(.error, InfoLine.error))
    lines += InfoLine.releases.map { KnownLine(.release, $0) }
    lines += InfoLine.arguments.map { KnownLine(.arguments, $0) }
    lines += InfoLine.devices.map { KnownLine(.device, $0) }
    if !signatures.isEmpty {
      lines += InfoLine.engines.enumerated().map { KnownLine(.engine($0.offset), $0.element.0) }
    }
    lines += InfoLine.commands.map { KnownLine(.command, $0) }
    for (number, signature) in signatures.enumerated() {
      lines += signature.frames.map { KnownLine(.frame(number), $0) }
      lines += signature.hints.map { KnownLine(.hint(number), $0) }
      lines += signature.patterns.map { KnownLine(signature.isStatistic ? .statistic(number) : .failure(number), $0) }
    }
    lines += InfoLine.figures.map { KnownLine(.figure, $0) }
    if signatures.isEmpty { lines += InfoLine.measurements }
    return lines + InfoLine.states.map { KnownLine(.state($0.state), $0.text) }
  }
}

extension KnownLine {
  /// Whether what stands around a place, where the anchor was found, can be of the pattern.
  ///
  /// A blank may be a line end with a prefix after it: from there on anything can be.
  func mayStand(at place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = place
    var isAfterBlank = false
    for byte in before.reversed() {
      index -= 1
      guard index >= 0 else { return false }
      let own = bytes[index]
      if own != byte {
        if isAfterBlank { return own <= Ascii.space || "|]):ZF".utf8.contains(own) }
        return byte == Ascii.space && own < Ascii.space
      }
      isAfterBlank = byte == Ascii.space
    }
    index = place + anchor.count
    isAfterBlank = false
    for byte in after {
      guard index < bytes.count else { return false }
      let own = bytes[index]
      if own != byte { return own < Ascii.space && byte == Ascii.space || own == Ascii.space && isAfterBlank }
      isAfterBlank = byte == Ascii.space
      index += 1
    }
    return true
  }
}

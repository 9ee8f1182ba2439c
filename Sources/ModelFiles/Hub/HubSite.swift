import Plimsoll

/// Which hub is asked, and how its addresses are made.
package struct HubSite: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case huggingFace
    case modelScope
  }

  package var kind: Kind
  /// The address without a slash at its end: `https://huggingface.co`, or that of a mirror with its path.
  package var base: String

  package static let huggingFace = HubSite(kind: .huggingFace, base: "https://huggingface.co")
  package static let modelScope = HubSite(kind: .modelScope, base: "https://www.modelscope.cn")

  package init(kind: Kind, base: String) {
    self.kind = kind
    self.base = base
  }

  /// The hub that the environment names: `HF_ENDPOINT`, or ModelScope's with `VLLM_USE_MODELSCOPE`
  /// (`envs.py`: `True` or `1`), whose host is `MODELSCOPE_DOMAIN`.
  package init(environment: (String) -> String?) throws(HubFailure) {
    if Self.usesModelScope(environment) {
      guard let domain = environment("MODELSCOPE_DOMAIN"), !domain.isEmpty else {
        self = .modelScope
        return
      }
      let address = domain.holds("://") ? domain : "https://" + domain
      self.init(kind: .modelScope, base: try Self.checked(address, variable: "MODELSCOPE_DOMAIN"))
      return
    }
    guard let endpoint = environment("HF_ENDPOINT"), !endpoint.isEmpty else {
      self = .huggingFace
      return
    }
    self.init(kind: .huggingFace, base: try Self.checked(endpoint, variable: "HF_ENDPOINT"))
  }

  static func usesModelScope(_ environment: (String) -> String?) -> Bool {
    switch environment("VLLM_USE_MODELSCOPE") {
    case "1"?, "true"?, "True"?, "TRUE"?: true
    default: false
    }
  }

  private static func checked(_ address: String, variable: String) throws(HubFailure) -> String {
    var text = Substring(address)
    while text.hasSuffix("/") { text.removeLast() }
    let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
    guard let scheme, text.utf8.count > scheme.utf8.count, text.utf8.allSatisfy({ 0x21..<0x7F ~= $0 }) else {
      throw HubFailure(
        .endpoint,
        "\(variable) is no web address; write it as in \(variable)=\(scheme == nil ? "https://" : "")huggingface.co")
    }
    return String(text)
  }
}

extension HubSite {
  /// A hub that is not reached by TLS, such as a mirror on this machine.
  var isPlain: Bool { base.hasPrefix("http://") }

  /// The revision where none is named.
  package var mainRevision: String { kind == .huggingFace ? "main" : "master" }

  /// The address for people, without a name and password that it may hold.
  package var shown: String {
    guard let scheme = base.firstRange(ofBytes: "://") else { return base }
    let rest = base[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" }
    guard let at = host.lastIndex(of: "@") else { return base }
    return String(base[..<scheme.upperBound] + rest[rest.index(after: at)...])
  }

  /// The hub as the name of a folder.
  var folderName: String {
    let name = shown.drop { $0 != ":" }.dropFirst(3)
    return Self.escaped(String(name), keeping: [UInt8(ascii: ":")])
  }

  /// The page of a model, for people.
  package func page(_ name: String) -> String {
    kind == .huggingFace ? "\(shown)/\(name)" : "\(shown)/models/\(name)"
  }

  /// What lists the files of a revision.
  func listing(_ name: String, _ revision: String) -> String {
    switch kind {
    case .huggingFace: "\(base)/api/models/\(name)/revision/\(Self.escaped(revision))"
    case .modelScope: "\(base)/api/v1/models/\(name)/repo/files?Revision=\(Self.escaped(revision))&Recursive=true"
    }
  }

  func file(_ path: String, of name: String, _ revision: String) -> String {
    let model = kind == .huggingFace ? name : "models/" + name
    return "\(base)/\(model)/resolve/\(Self.escaped(revision))/\(Self.escaped(path, keeping: [UInt8(ascii: "/")]))"
  }

  /// A text as it stands in a web address, or as a single name in a folder: all but letters, digits, `-`, `_` and `.`
  /// as `%2F`.
  static func escaped(_ text: String, keeping kept: [UInt8] = []) -> String {
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        result.append(byte)
      case _ where kept.contains(byte): result.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

extension String {
  /// Where the bytes of a short ASCII text first stand.
  func firstRange(ofBytes part: StaticString) -> Range<Index>? {
    let wanted = UnsafeBufferPointer(start: part.utf8Start, count: part.utf8CodeUnitCount)
    var start = utf8.startIndex
    while start < utf8.endIndex {
      if utf8[start...].starts(with: wanted) { return start..<utf8.index(start, offsetBy: wanted.count) }
      start = utf8.index(after: start)
    }
    return nil
  }
}

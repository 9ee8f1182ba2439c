/// An image that a line runs: `vllm/vllm-openai:v0.33.0`.
package struct ContainerImage: Hashable, Sendable {
  /// As written.
  package var name: String
  /// The release of vLLM that the tag names; nil for `latest`, a digest, or another kind of tag.
  package var release: String?

  init(_ name: String) {
    self.name = name
    guard let tag = Self.tag(of: name) else { return }
    let number = tag.hasPrefix("v") ? tag.dropFirst() : tag
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard tag.hasPrefix("v") || isServer, parts.count >= 3, parts[0] == "0", Int(parts[1]) != nil else { return }
    let patch = parts[2].prefix { $0.isNumber }
    if !patch.isEmpty { release = "\(parts[0]).\(parts[1]).\(patch)" }
  }
}

extension ContainerImage {
  /// Whether the image is one of vLLM's own, which start `vllm serve` by themselves.
  var isServer: Bool {
    let last = repository.split(separator: "/").last ?? ""
    return last.hasPrefix("vllm-openai")
  }

  /// The name without tag and digest.
  var repository: Substring {
    let whole = name.prefix { $0 != "@" }
    guard let colon = whole.lastIndex(of: ":"), !whole[colon...].utf8.contains(UInt8(ascii: "/")) else { return whole }
    return whole[..<colon]
  }

  private static func tag(of name: String) -> Substring? {
    let whole = name.prefix { $0 != "@" }
    guard let colon = whole.lastIndex(of: ":") else { return nil }
    let tag = whole[whole.index(after: colon)...]
    return tag.utf8.contains(UInt8(ascii: "/")) ? nil : tag
  }
}

/// A model as a hub knows it: `ORG/NAME`, or `ORG/NAME@REVISION`.
package struct HubID: Hashable, Sendable {
  /// `ORG/NAME`.
  package var name: String
  /// A branch, a tag, or a commit; nil where none was named.
  package var revision: String?

  package init(name: String, revision: String? = nil) {
    self.name = name
    self.revision = revision
  }

  /// What a word names, if it may be the name of a model on a hub (`huggingface_hub/utils/_validators.py
  /// validate_repo_id`): two parts of letters, digits, `-`, `_` and `.`, which no part begins or ends with.
  package init?(_ text: String) {
    let at = text.firstIndex(of: "@")
    let name = text[..<(at ?? text.endIndex)]
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy(Self.isPart) else { return nil }
    self.name = String(name)
    guard let at else { return }
    let revision = text[text.index(after: at)...]
    guard !revision.isEmpty, revision.utf8.count < 256, revision.utf8.allSatisfy({ 0x21..<0x7F ~= $0 }) else {
      return nil
    }
    self.revision = String(revision)
  }

  private static func isPart(_ part: Substring) -> Bool {
    let edge: Set<UInt8> = [UInt8(ascii: "-"), UInt8(ascii: ".")]
    guard let first = part.utf8.first, let last = part.utf8.last, part.utf8.count <= 96 else { return false }
    guard !edge.contains(first), !edge.contains(last) else { return false }
    var before: UInt8 = 0
    for byte in part.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): break
      case UInt8(ascii: "-"), UInt8(ascii: "."): if before == byte { return false }
      default: return false
      }
      before = byte
    }
    return true
  }
}

package import ModelFiles

/// Module names of a preset's quantization in short: `layers.{0-2,7}.mlp` stands for the names with 0, 1, 2 and 7.
///
/// Checkpoints name each layer's modules, which makes tens of kilobytes that say one thing. Regular expressions
/// (`re:…`) have braces of their own and stay as they are.
package enum NameRange {
  /// The same with every name and key in it written out.
  package static func writtenOut(_ json: JSON) -> JSON {
    switch json {
    case .array(let elements):
      return .array(
        elements.flatMap { element -> [JSON] in
          if case .string(let name) = element { return names(name).map { .string($0) } }
          return [writtenOut(element)]
        })
    case .object(let object):
      var written = JSONObject()
      for member in object.members {
        let value = writtenOut(member.value)
        for name in names(member.key) { written[name] = value }
      }
      return .object(written)
    default: return json
    }
  }

  /// The names that one stands for; itself where it has no braces, or none that hold numbers.
  static func names(_ text: String) -> [String] {
    guard !text.hasPrefix("re:"), let open = text.firstIndex(of: "{"), let close = text[open...].firstIndex(of: "}"),
      let numbers = numbers(text[text.index(after: open)..<close])
    else { return [text] }
    let rest = names(String(text[text.index(after: close)...]))
    return numbers.flatMap { number in rest.map { text[..<open] + String(number) + $0 } }
  }

  /// `0-2,7` is 0, 1, 2, 7; nil for anything else.
  private static func numbers(_ text: Substring) -> [Int]? {
    var numbers: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count <= 2, let low = ends[0], let high = ends[ends.count - 1], low >= 0, low <= high, high < 1 << 16
      else { return nil }
      numbers += low...high
    }
    return numbers
  }
}

/// The few regular expressions that checkpoints write for module names, matched as Python's `re.match` does.
///
/// Literals, `.`, `*`, `+`, `?`, `\` escapes, `[…]`, groups with `|`, `^` and `$`. A pattern with anything else is nil.
struct NamePattern: Sendable {
  private indirect enum Node: Sendable {
    case any
    case scalar(Unicode.Scalar)
    case set(Set<Unicode.Scalar>, negated: Bool)
    case digits
    case group([[Node]])
    case repeated(Node, atLeast: Int, atMost: Int)
    case end
  }

  private let branches: [[Node]]

  init?(_ text: String) {
    var rest = Array(text.unicodeScalars)[...]
    guard let branches = Self.alternatives(&rest), rest.isEmpty else { return nil }
    self.branches = branches
  }

  /// Whether the pattern matches from the beginning of `name`.
  func matches(_ name: String) -> Bool {
    let scalars = Array(name.unicodeScalars)
    return branches.contains { Self.match($0[...], scalars, 0) { _ in true } }
  }

  private static func alternatives(_ rest: inout ArraySlice<Unicode.Scalar>) -> [[Node]]? {
    var branches: [[Node]] = [[]]
    while let next = rest.first, next != ")" {
      rest.removeFirst()
      var node: Node
      switch next {
      case "|":
        branches.append([])
        continue
      case "^": continue
      case "$": node = .end
      case ".": node = .any
      case "(":
        if rest.starts(with: ["?", ":"]) { rest.removeFirst(2) }
        guard rest.first != "?", let inner = alternatives(&rest), rest.popFirst() == ")" else { return nil }
        node = .group(inner)
      case "[":
        guard let set = self.set(&rest) else { return nil }
        node = set
      case "\\":
        guard let escaped = rest.popFirst() else { return nil }
        if escaped == "d" {
          node = .digits
        } else if escaped.properties.isAlphabetic {
          return nil
        } else {
          node = .scalar(escaped)
        }
      case "*", "+", "?", "{", "}": return nil
      default: node = .scalar(next)
      }
      while let mark = rest.first, mark == "*" || mark == "+" || mark == "?" {
        rest.removeFirst()
        node = .repeated(node, atLeast: mark == "+" ? 1 : 0, atMost: mark == "?" ? 1 : .max)
      }
      branches[branches.count - 1].append(node)
    }
    return branches
  }

  private static func set(_ rest: inout ArraySlice<Unicode.Scalar>) -> Node? {
    var members: Set<Unicode.Scalar> = []
    let negated = rest.first == "^"
    if negated { rest.removeFirst() }
    while let next = rest.popFirst(), next != "]" {
      if rest.first == "-", let last = rest.dropFirst().first, last != "]" {
        rest.removeFirst(2)
        guard next.value <= last.value else { return nil }
        for value in next.value...last.value { if let scalar = Unicode.Scalar(value) { members.insert(scalar) } }
      } else {
        members.insert(next)
      }
    }
    return members.isEmpty ? nil : .set(members, negated: negated)
  }

  /// Backtracking, with what follows as a continuation.
  private static func match(
    _ nodes: ArraySlice<Node>, _ text: [Unicode.Scalar], _ at: Int, _ then: (Int) -> Bool
  ) -> Bool {
    guard let node = nodes.first else { return then(at) }
    let rest = nodes.dropFirst()
    switch node {
    case .end: return at == text.count && match(rest, text, at, then)
    case .group(let branches):
      return branches.contains { match($0[...], text, at) { match(rest, text, $0, then) } }
    case .repeated(let inner, let atLeast, let atMost):
      return repeated(inner, text, at, 0, atLeast, atMost) { match(rest, text, $0, then) }
    case .any: return at < text.count && match(rest, text, at + 1, then)
    case .scalar(let scalar): return at < text.count && text[at] == scalar && match(rest, text, at + 1, then)
    case .digits: return at < text.count && ("0"..."9").contains(text[at]) && match(rest, text, at + 1, then)
    case .set(let members, let negated):
      return at < text.count && members.contains(text[at]) != negated && match(rest, text, at + 1, then)
    }
  }

  private static func repeated(
    _ node: Node, _ text: [Unicode.Scalar], _ at: Int, _ count: Int, _ atLeast: Int, _ atMost: Int,
    _ then: (Int) -> Bool
  ) -> Bool {
    if count < atMost,
      match([node], text, at, { $0 > at && repeated(node, text, $0, count + 1, atLeast, atMost, then) })
    {
      return true
    }
    return count >= atLeast && then(at)
  }
}

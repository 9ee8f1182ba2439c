import CommandLineKit
import Deployments
import Plimsoll

/// The words of a line that takes those of `fit`, parted into the model, options and flags, each with its values: for
/// verbs that take several of them.
struct FitWords {
  struct Item {
    var kind: Kind
    /// The option's or the flag's name, or the model's.
    var name: String
    var words: [String]
  }

  enum Kind { case model, option, flag }

  /// - Parameter own: Options of the verb with one value each, beside those of `fit`.
  static func read(_ words: [String], own: [String] = []) throws(UsageError) -> [Item] {
    let sections = FitOptions.sections
    let spellings = Parser(sections).spellings
    let options = sections.flatMap(\.parameters).filter { $0.signature.kind == .option }
    let valued = Set(options.flatMap(\.signature.names) + own)
    var line = ServeArguments(abbreviated: false)
    var items: [Item] = []
    var remaining = words[...]
    while let word = remaining.popFirst() {
      guard word.hasPrefix("-"), word.count > 1, Double(word) == nil else {
        items.append(Item(kind: .model, name: word, words: [word]))
        continue
      }
      let typed = ServeFlags.split(word)
      let name = typed.name.hasPrefix("--") ? String(typed.name.map { $0 == "_" ? "-" : $0 }) : typed.name
      if spellings.contains(name) || own.contains(name) {
        var taken = [word]
        if valued.contains(name), typed.value == nil, let next = remaining.popFirst() { taken.append(next) }
        items.append(Item(kind: .option, name: name, words: taken))
        continue
      }
      let start = remaining.startIndex
      let before = remaining
      do throws(LineError) {
        guard try line.take(word, &remaining) else {
          throw UnknownFlag.error(typed.name, more: nearest(to: typed.name, among: spellings))
        }
      } catch {
        throw UsageError(error)
      }
      let taken = before[start..<remaining.startIndex]
      items.append(Item(kind: .flag, name: name, words: [word] + taken))
    }
    return items
  }
}

extension [FitWords.Item] {
  /// The items of one option.
  func named(_ name: String) -> [FitWords.Item] { filter { $0.kind == .option && $0.name == name } }
}

package import ModelFiles
import Plimsoll

/// A flag of `vllm serve` as a file holds it, name and value, and as the words that it stands for.
///
/// Source: `FlexibleArgumentParser.load_config_file`, utils/argparse_utils.py, release 0.33.0.
package enum FlagWords {
  /// The words of a command line for a flag's long name, with or without dashes in front, and its value.
  ///
  /// A true is the bare flag and a false its opposite, or nothing where vLLM has none. A list is the flag with an item
  /// a word, an object its JSON, and anything else one word as Python would print it: null is `None`.
  package static func words(name: String, value: JSON) -> [String] {
    let flag = name.hasPrefix("-") ? name : "--" + name
    switch value {
    case .bool(true): return [flag]
    case .bool(false): return opposite(of: flag).map { [$0] } ?? []
    case .array(let items): return items.isEmpty ? [] : [flag] + items.map(word)
    default: return [flag, word(value)]
    }
  }

  /// `--no-x` of `--x`, where it is a flag of vLLM; nil for what is no switch or has no opposite.
  package static func opposite(of flag: String) -> String? {
    guard flag.hasPrefix("--") else { return nil }
    let name = "--no-" + flag.dropFirst(2)
    switch ServeFlags.match(name) {
    case .flag(_, negated: true, _, _)?, .ignored(.none)?: return name
    default: return nil
    }
  }

  private static func word(_ value: JSON) -> String {
    switch value {
    case .string(let text): text
    case .bool(let flag): flag ? "True" : "False"
    case .null: "None"
    case .number(let number) where number.isNaN: "nan"
    case .number(let number) where number.isInfinite: number < 0 ? "-inf" : "inf"
    default: value.serialized(pretty: false)
    }
  }
}

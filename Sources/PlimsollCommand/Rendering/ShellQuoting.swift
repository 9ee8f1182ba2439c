import Deployments

/// Words as a POSIX shell reads them back.
enum ShellQuoting {
  static func joined(_ words: [String]) -> String { ShellWords.joined(words) }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the place that output goes to can show.
package struct Terminal: Equatable, Sendable {
  package var isInteractive: Bool
  package var color: Bool
  package var unicode: Bool
  package var width: Int

  /// A plain one: no colour, no more than ASCII.
  package static let plain = Terminal(isInteractive: false, columns: 80) { _ in nil }

  /// Decides from what is known; everything it depends on comes in.
  ///
  /// Colour: NO_COLOR forbids it, else CLICOLOR_FORCE or FORCE_COLOR forces it, else a terminal other than `dumb`
  /// has it. Width: `columns`, else COLUMNS, else 80. More than ASCII: a UTF-8 locale.
  package init(isInteractive: Bool, columns: Int?, environment: (String) -> String?) {
    func isOn(_ name: String) -> Bool { environment(name).map { !$0.isEmpty && $0 != "0" } ?? false }
    self.isInteractive = isInteractive
    if !(environment("NO_COLOR") ?? "").isEmpty {
      color = false
    } else if isOn("CLICOLOR_FORCE") || isOn("FORCE_COLOR") {
      color = true
    } else {
      color = isInteractive && environment("TERM") != "dumb"
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
    let charset = locale.prefix { $0 != "@" }.drop { $0 != "." }.dropFirst()
    unicode = ["utf-8", "utf8"].contains(String(charset).asciiLowercased)
    let told = columns ?? environment("COLUMNS").flatMap { Int($0) } ?? 80
    width = told > 0 ? told : 80
  }

  /// What this descriptor leads to.
  package static func of(_ descriptor: Int32) -> Terminal {
    let columns = size(of: descriptor)?.columns
    return Terminal(isInteractive: isatty(descriptor) == 1, columns: columns, environment: Environment.value)
  }

  /// How large a terminal is now; nil where the descriptor leads to none, or to one that does not say.
  package static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}

/// The process environment.
package enum Environment {
  /// The folder that the process stands in, without links in its path; nil where it is gone.
  package static var workingFolder: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  package static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

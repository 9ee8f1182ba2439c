/// Paths as text, without a look at the disk.
package enum FilePaths {
  /// A name within a folder, with one slash between them; an absolute name stands alone.
  package static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty || name.hasPrefix("/") { return name }
    if name.isEmpty { return folder }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The last part of a path, as in `config.json` of `models/config.json`.
  package static func lastName(_ path: String) -> String {
    var rest = Substring(path)
    while rest.count > 1, rest.hasSuffix("/") { rest.removeLast() }
    guard let slash = rest.lastIndex(of: "/"), rest.count > 1 else { return String(rest) }
    return String(rest[rest.index(after: slash)...])
  }

  /// The folder that a path is in: `models` of `models/config.json`, `.` of a bare name.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

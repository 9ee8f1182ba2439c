/// Writes the files that a user asks for: whole, and over another one only where that is meant.
package enum FileWriter {
  /// Why a file is not written.
  package enum Refusal: Error, Hashable, Sendable {
    /// There is one of that name.
    case exists
    case isFolder
    /// A pipe, a socket, a device.
    case isSpecial
    case noFolder(String)
    /// In the system's words.
    case failed(String)

    /// The sentence for the user, behind the path.
    package var reason: String {
      switch self {
      case .exists: "is there already; --force writes over it"
      case .isFolder: "is a folder; name a file in it"
      case .isSpecial: "is no file that can be written over; without --write the text goes to standard output"
      case .noFolder(let folder): "there is no folder '" + folder + "'; make it first"
      case .failed(let text): text
      }
    }
  }

  /// What is in the way of writing to a path, found before anything is worked out.
  package static func refusal(_ path: String, replaces: Bool) -> Refusal? {
    let folder = FilePaths.folder(of: path)
    if path.isEmpty || path.hasSuffix("/") || FileReader.isDirectory(path) { return .isFolder }
    if !FileReader.isDirectory(folder) { return .noFolder(folder) }
    if FileReader.isSpecial(path) { return .isSpecial }
    return !replaces && FileReader.hasEntry(path) ? .exists : nil
  }

  /// Writes a file, of which nothing is seen before it is whole.
  package static func write(_ text: String, to path: String, replaces: Bool) throws(Refusal) {
    if let refusal = refusal(path, replaces: replaces) { throw refusal }
    do {
      try CacheFiles.write([Array(text.utf8)[...]], to: path, replaces: replaces)
    } catch {
      switch error.problem {
      case .notPermitted: throw .failed("no permission to write there")
      case .unreadable(let text): throw .failed(text)
      default: throw .failed("it cannot be written")
      }
    }
  }

  /// Puts a file in place in one step, with the folders above it, over one that is there.
  package static func keep(_ text: String, at path: String) throws(FileError) {
    try CacheFiles.write([Array(text.utf8)[...]], to: path)
  }

  /// Takes a file away.
  package static func remove(_ path: String) { CacheFiles.remove(path) }
}

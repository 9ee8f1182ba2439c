package import Plimsoll

/// Why a file or a folder could not be read.
package struct FileError: Error, Hashable, Sendable {
  package var path: String
  package var problem: Problem

  package init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  package enum Problem: Hashable, Sendable {
    case missing
    /// A file was wanted.
    case isFolder
    /// A folder was wanted.
    case isNotFolder
    case notPermitted
    case tooLarge(limit: Bytes)
    /// Anything else, in the system's words.
    case unreadable(String)
  }

  /// The sentence for the user.
  package var message: String {
    switch problem {
    case .missing: path + ": no such file or folder"
    case .isFolder: path + ": is a folder, expected a file"
    case .isNotFolder: path + ": is a file, expected a folder"
    case .notPermitted: path + ": no permission to read it"
    case .tooLarge(let limit): path + ": larger than " + String(limit.count) + " bytes, the most that is read"
    case .unreadable(let text): path + ": " + text
    }
  }
}

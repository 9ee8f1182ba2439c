import CommandLineKit
import ModelFiles
import Plimsoll

/// A file that says what else would be typed each time: `plimsoll.json` of a project, or the user's own.
struct ConfigFile {
  var kind: Kind
  var path: String

  enum Kind: String {
    case project, user
  }

  /// The name and number of what both kinds of file hold.
  static let schema = "plimsoll.project/1"

  /// The most that is read of one; they are written by hand.
  static let limit = Bytes.mib(1)

  /// What the file says, in its order.
  ///
  /// - Throws: exit status 2 with the file and the place, for it is a part of the command line.
  func settings() throws(UsageError) -> [Setting] {
    let text = try bytes()
    let json: JSON
    do throws(JSONError) { json = try JSON.parse(text) } catch { throw failure(error.message) }
    guard case .object(let members) = json else {
      let error = ConfigError(keyPath: "the file", found: .init(json), wanted: .object)
      throw failure(error.message)
    }
    var reader = ConfigFileReader(file: self, places: JSONPlaces(text, depth: 2))
    try reader.read(members)
    return reader.settings
  }

  private func bytes() throws(UsageError) -> [UInt8] {
    do throws(FileError) { return try FileReader.read(path, limit: Self.limit) } catch { throw failure(error) }
  }

  private func failure(_ error: FileError) -> UsageError {
    UsageError(code: Self.code, message: error.message)
  }

  func failure(_ sentence: String) -> UsageError { UsageError(code: Self.code, message: "\(path): \(sentence)") }

  static let code = "bad-project-file"
}

extension ConfigFile {
  /// The nearest `plimsoll.json` at a folder or above it, up to the root of the file system.
  ///
  /// The first that is there is it, also where it cannot be read: what is above it is another project's.
  static func project(from folder: String) throws(UsageError) -> ConfigFile? {
    var folder = folder
    while true {
      let path = FilePaths.join(folder, "plimsoll.json")
      if FileReader.hasEntry(path) { return try found(ConfigFile(kind: .project, path: path)) }
      guard folder != "/", folder.hasPrefix("/") else { return nil }
      folder = FilePaths.folder(of: folder)
    }
  }

  /// `$XDG_CONFIG_HOME/plimsoll/config.json`, else that below `~/.config`; a relative XDG_CONFIG_HOME is not one.
  static func user(_ environment: (String) -> String?) throws(UsageError) -> ConfigFile? {
    var folder = environment("XDG_CONFIG_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    if folder == nil { folder = environment("HOME").flatMap { $0.isEmpty ? nil : FilePaths.join($0, ".config") } }
    guard let path = folder.map({ FilePaths.join($0, "plimsoll/config.json") }), FileReader.hasEntry(path) else {
      return nil
    }
    return try found(ConfigFile(kind: .user, path: path))
  }

  /// A pipe that nobody asked for is not waited on.
  private static func found(_ file: ConfigFile) throws(UsageError) -> ConfigFile {
    if FileReader.isSpecial(file.path) { throw file.failure("is a pipe or a device, expected a file") }
    return file
  }
}

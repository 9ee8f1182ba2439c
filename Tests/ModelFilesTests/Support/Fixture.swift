import ModelFiles
import Plimsoll
import Testing

/// A config that looks like a real one, from the folder beside this one.
struct Fixture: CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  var testDescription: String { name }

  static let all: [Fixture] = {
    let support = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let folder = FilePaths.join("/" + support, "Fixtures")
    do throws(FileError) {
      return try FileReader.names(in: folder).map { name throws(FileError) in
        Fixture(name: name, bytes: try FileReader.read(FilePaths.join(folder, name), limit: .mib(1)))
      }
    } catch {
      fatalError("the fixtures cannot be read: " + error.message)
    }
  }()

  static func named(_ name: String) -> Fixture? { all.first { $0.name == name } }
}

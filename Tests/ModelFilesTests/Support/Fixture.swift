import ModelFiles
import Plimsoll
import Testing

/// A config that looks like a real one, from the folder beside this one.
struct Fixture: CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  var testDescription: String { name }

  static let folder: String = {
    let support = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return FilePaths.join("/" + support, "Fixtures")
  }()

  /// vLLM's answers, which are no config and far larger than one.
  static let answers = "answers.json"
  static let quantizedAnswers = "quantized-answers.json"

  static let all: [Fixture] = {
    do throws(FileError) {
      let configs = try FileReader.names(in: folder).filter { $0 != answers && $0 != quantizedAnswers }
      return try configs.map { name throws(FileError) in
        Fixture(name: name, bytes: try FileReader.read(FilePaths.join(folder, name), limit: .mib(1)))
      }
    } catch {
      fatalError("the fixtures cannot be read: " + error.message)
    }
  }()

  static func named(_ name: String) -> Fixture? { all.first { $0.name == name } }
}

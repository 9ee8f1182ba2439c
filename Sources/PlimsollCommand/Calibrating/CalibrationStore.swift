import CommandLineKit
import ModelFiles
import Plimsoll

/// The folder that holds the records of this site, a file each.
///
/// A file is named for the model's shape and the record, so that a plan reads those that may tell of its model alone.
struct CalibrationStore {
  var folder: String

  /// What is named, else `plimsoll/calibration` in `$XDG_STATE_HOME`, else in `~/.local/state`; nil where nothing says
  /// where that is.
  init?(_ named: String?, _ environment: (String) -> String?) {
    if let named {
      folder = named
      return
    }
    var state = environment("XDG_STATE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    if state == nil { state = environment("HOME").flatMap { $0.isEmpty ? nil : FilePaths.join($0, ".local/state") } }
    guard let state else { return nil }
    folder = FilePaths.join(state, "plimsoll/calibration")
  }

  struct Entry {
    var record: CalibrationRecord
    var path: String
  }

  /// The most that is read of a record.
  private static let limit = 1 << 18

  /// The records of a shape, or all, and what is wrong with those that cannot be read; a folder that is not there has
  /// none.
  func read(shape: String? = nil) throws(FileError) -> (entries: [Entry], broken: [String]) {
    let names: [String]
    do throws(FileError) {
      names = try FileReader.names(in: folder)
    } catch {
      if error.problem == .missing { return ([], []) }
      throw error
    }
    var (entries, broken): ([Entry], [String]) = ([], [])
    for name in names where name.hasSuffix(".json") && (shape.map { name.hasPrefix($0) } ?? true) {
      let path = FilePaths.join(folder, name)
      // A pipe of that name would be waited for.
      if FileReader.isSpecial(path) {
        broken.append("\(path): is no file")
        continue
      }
      do {
        let json = try JSON.parse(try FileReader.read(path, limit: .init(Self.limit)))
        entries.append(Entry(record: try CalibrationRecord(json), path: path))
      } catch let error as FileError {
        broken.append(error.message)
      } catch let error as JSONError {
        broken.append("\(path): \(error.message)")
      } catch let error as CalibrationRecord.Broken {
        broken.append("\(path): \(error.reason)")
      } catch {
        broken.append("\(path): it cannot be read")
      }
    }
    return (entries, broken)
  }

  /// Whether there is any file in the folder.
  func isEmpty() throws(FileError) -> Bool {
    do throws(FileError) {
      return try FileReader.names(in: folder).isEmpty
    } catch {
      if error.problem == .missing { return true }
      throw error
    }
  }

  func keep(_ record: CalibrationRecord) throws(InputFailure) {
    let path = FilePaths.join(folder, "\(record.shape)-\(record.id).json")
    do throws(FileError) {
      try FileWriter.keep(record.document.serialized(pretty: true) + "\n", at: path)
    } catch {
      // The file that was tried first has a name of its own.
      let problem = FileError(path: path, problem: error.problem)
      throw InputFailure(code: "store-not-written", message: problem.message + "; --store names another folder")
    }
  }
}

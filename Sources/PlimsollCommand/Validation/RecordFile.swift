import CommandLineKit
import ModelFiles
import Plimsoll

/// A file of records: one JSON object a line.
enum RecordFile {
  /// A line, which may be none that can be read.
  struct Line {
    /// The record's own name, else the number of its line.
    var id: String
    var content: Result<StartRecord, Skip>

    /// Whether id, model or GPU has a text in it, which is in small letters.
    func matches(_ text: String) -> Bool {
      guard case .success(let record) = content else { return id.holds(text) }
      return [id, record.model ?? "", record.gpu ?? ""].contains { $0.asciiLowercased.holds(text) }
    }
  }

  /// - Parameter path: A file, or `-` for standard input.
  /// - Throws: ``InputFailure`` for a file that cannot be read; a line that cannot be is one of the answer.
  static func read(_ path: String) throws(InputFailure) -> [Line] {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileReader.read(path == "-" ? "/dev/stdin" : path, limit: .mib(256))
    } catch {
      throw InputFailure(code: "unreadable-records", message: error.message)
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.enumerated().compactMap { index, line in
      line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } ? nil : Self.line(line, number: index + 1)
    }
  }

  private static func line(_ bytes: ArraySlice<UInt8>, number: Int) -> Line {
    do throws(JSONError) {
      let value = try JSON.parse(Array(bytes))
      guard case .object(let members) = value else {
        return Line(id: "line \(number)", content: .failure(Skip(.broken, "line \(number) is no JSON object")))
      }
      let record = StartRecord(members)
      return Line(id: record.id ?? "line \(number)", content: .success(record))
    } catch {
      var error = error
      error.line = number
      return Line(id: "line \(number)", content: .failure(Skip(.broken, error.message)))
    }
  }
}

/// Why a record is not compared.
struct Skip: Error {
  var kind: Kind
  var reason: String

  enum Kind: CaseIterable {
    case oldEngine, fitted, broken, unplanned

    /// What follows the number of such records.
    var text: String {
      switch self {
      case .oldEngine: "of the V0 engine, which is not modelled"
      case .fitted: "with an input that was fitted to their own figures"
      case .broken: "that cannot be read"
      case .unplanned: "that cannot be planned or say nothing to compare"
      }
    }
  }

  init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }
}

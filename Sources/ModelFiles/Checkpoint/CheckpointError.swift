package import Plimsoll

/// Why the headers of a checkpoint do not say what it holds.
package struct CheckpointError: Error, Hashable, Sendable {
  /// The file as the user knows it.
  package var file: String
  package var problem: Problem

  package init(file: String, problem: Problem) {
    self.file = file
    self.problem = problem
  }

  package enum Problem: Hashable, Sendable {
    case unreadable(FileError)
    /// Something else under the name of a safetensors file.
    case isOther(Lookalike)
    /// The file ends before its header does.
    case cut(has: Bytes, needs: Bytes)
    /// The first 8 bytes say a length that no header has.
    case headerLength(UInt64)
    case notJSON(JSONError)
    /// What a header may not say, as the end of "the header …".
    case header(String)
    case tensor(String, TensorProblem)
    /// The file is not as long as its tensors end.
    case fileSize(Bytes, ends: Bytes)
    /// The index lists a file that is not there.
    case missingShard(String, index: String)
    /// What an index may not say, as the end of "the index …".
    case index(String)
    /// Weights that only loading them would reveal.
    case pickled
    case gguf
  }

  /// What is wrong with one tensor of a header.
  package enum TensorProblem: Hashable, Sendable {
    case unknownDType(String)
    case missing(String)
    case repeatedKey(String)
    case wrongKind(String, wanted: String)
    case shapeOverflow
    case partOfByte(bits: Int)
    case backwards(from: Int, to: Int)
    case size(stated: Bytes, wanted: Bytes)
    case far(Int)
    case overlaps(String)
    case hole(Bytes)
    case twice
  }

  /// What stands where a safetensors file should, by its first bytes.
  package enum Lookalike: String, Hashable, Sendable, CaseIterable {
    case lfsPointer = "the pointer that Git LFS leaves in place of a file: fetch it with 'git lfs pull'"
    case page = "a page of HTML and no weights: download the file again, logged in where it asks for that"
    case archive = "a zip archive, as PyTorch pickles weights, under the name of a safetensors file"
    case gguf = "a GGUF file under the name of a safetensors file"
    case json = "JSON and no weights: is it the index, or a config?"

    init?(_ start: UnsafeRawBufferPointer) {
      func begins(_ text: StaticString) -> Bool {
        start.starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
      }
      if begins("version ") {
        self = .lfsPointer
      } else if begins("<!DOCTYP") || begins("<!doctyp") || begins("<html") || begins("<HTML") {
        self = .page
      } else if begins("PK\u{3}\u{4}") {
        self = .archive
      } else if begins("GGUF") {
        self = .gguf
      } else if begins("{\"") || begins("{\n") || begins("{ ") {
        self = .json
      } else {
        return nil
      }
    }
  }
}

extension CheckpointError {
  /// A name for scripts.
  package var code: String {
    switch problem {
    case .unreadable: "unreadable-checkpoint"
    case .missingShard: "missing-shard"
    case .pickled: "pickled-checkpoint"
    case .gguf: "part-not-modelled"
    default: "broken-checkpoint"
    }
  }

  /// The sentence for the user.
  package var message: String {
    switch problem {
    case .unreadable(let error): error.message
    case .isOther(let what): file + ": " + what.rawValue
    case .cut(let has, let needs):
      file + ": \(has.count) bytes, and its header alone needs \(needs.count): " + Self.again
    case .headerLength(let length):
      file + ": the header would be \(length) bytes long, and \(SafetensorsHeader.longest.count) are the most: this is "
        + "no safetensors file, or a damaged one; " + Self.again
    case .notJSON(let error): file + ": the header is no JSON: " + error.message + "; " + Self.again
    case .header(let text): file + ": the header " + text + "; " + Self.again
    case .tensor(let name, let problem):
      file + ": tensor '" + Self.shortened(name) + "' " + problem.sentence + "; " + Self.again
    case .fileSize(let size, let end):
      file + ": \(size.count) bytes, and its tensors end at \(end.count): "
        + (size < end ? "the download is not complete; " : "something was added to it; ") + Self.again
    case .missingShard(let shard, let index):
      file + ": '" + shard + "' is not there, and \(index) lists it, so that vLLM refuses to load: complete the "
        + "download, or give config.json alone"
    case .index(let text): file + ": the index " + text + "; " + Self.again
    case .pickled:
      file + ": the weights are pickled (.bin, .pt), which nothing reads without loading them: give config.json, or a "
        + "checkpoint in safetensors"
    case .gguf:
      file + ": " + UnservedQuantization.error("gguf").message
    }
  }

  private static let again = "download it again"

  /// A name can be of any length; a message cannot.
  static func shortened(_ text: String) -> String {
    let start = text.prefix(80)
    return start.endIndex == text.endIndex ? text : String(start) + "…"
  }
}

extension CheckpointError.TensorProblem {
  fileprivate var sentence: String {
    switch self {
    case .unknownDType(let name):
      "is of type '" + CheckpointError.shortened(name) + "', which safetensors does not have"
    case .missing(let key): "has no " + key
    case .repeatedKey(let key): "has " + key + " twice"
    case .wrongKind(let key, let wanted): "has a " + key + " that is not " + wanted
    case .shapeOverflow: "has a shape of more elements than there can be"
    case .partOfByte(let bits): "is \(bits) bits long, no whole number of bytes"
    case .backwards(let from, let to): "runs backwards, from \(from) to \(to)"
    case .size(let stated, let wanted):
      "has \(stated.count) bytes, and its type and shape make \(wanted.count)"
    case .far(let end): "ends at byte \(end), beyond any file"
    case .overlaps(let other): "overlaps '" + CheckpointError.shortened(other) + "'"
    case .hole(let bytes): "leaves a hole of \(bytes.count) bytes before it"
    case .twice: "is there twice"
    }
  }
}

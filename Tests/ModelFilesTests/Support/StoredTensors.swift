import Foundation
import ModelFiles
import Plimsoll

/// A tensor as a file of a test has it.
struct StoredTensor: Hashable {
  var name: String
  var dtype: String
  var shape: [Int]

  init(_ name: String, _ dtype: String, _ shape: [Int]) {
    self.name = name
    self.dtype = dtype
    self.shape = shape
  }

  init(_ name: String, _ shape: [Int]) { self.init(name, "BF16", shape) }

  /// What it takes: the bits of its type times its sizes.
  var bytes: Int {
    let bits = ["F32": 32, "I32": 32, "I64": 64, "BF16": 16, "F16": 16, "F4": 4][dtype] ?? 8
    return shape.reduce(bits, *) / 8
  }
}

/// Safetensors files as safetensors writes them, their data a hole in the disk.
enum StoredTensors {
  /// The JSON of a header, padded to 8 bytes with blanks.
  static func header(_ tensors: [StoredTensor]) -> [UInt8] {
    var text = "{\"__metadata__\":{\"format\":\"pt\"}"
    var offset = 0
    for tensor in tensors {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      text += ",\"\(tensor.name)\":{\"dtype\":\"\(tensor.dtype)\",\"shape\":[\(shape)],"
      text += "\"data_offsets\":[\(offset),\(offset + tensor.bytes)]}"
      offset += tensor.bytes
    }
    text += "}"
    return Array(text.utf8) + [UInt8](repeating: 0x20, count: (8 - text.utf8.count % 8) % 8)
  }

  /// The 8 bytes that say how long a header is.
  static func prefix(_ length: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } }

  /// Writes a file whose data are never written.
  static func write(_ tensors: [StoredTensor], to path: String) throws {
    let header = self.header(tensors)
    try write(prefix(UInt64(header.count)) + header, data: tensors.reduce(0) { $0 + $1.bytes }, to: path)
  }

  static func write(_ start: [UInt8], data: Int, to path: String) throws {
    try Data(start).write(to: URL(fileURLWithPath: path))
    guard truncate(path, off_t(start.count + data)) == 0 else { throw CocoaError(.fileWriteOutOfSpace) }
  }

  /// The tensors in files of one size each, with their index, as `save_pretrained` shards them.
  static func write(_ tensors: [StoredTensor], shards: Int, into folder: String) throws {
    let per = (tensors.count + shards - 1) / shards
    var lines: [String] = []
    for shard in 0..<shards {
      let name = "model-\(shard + 1)-of-\(shards).safetensors"
      let part = Array(tensors[min(shard * per, tensors.count)..<min((shard + 1) * per, tensors.count)])
      try write(part, to: folder + "/" + name)
      lines += part.map { "\"\($0.name)\": \"\(name)\"" }
    }
    let index = "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {" + lines.joined(separator: ",\n") + "}}"
    try index.write(toFile: folder + "/model.safetensors.index.json", atomically: false, encoding: .utf8)
  }
}

extension CheckpointTally {
  /// The tally of one file with these tensors.
  init(_ tensors: [StoredTensor]) throws {
    self.init()
    try add(header: StoredTensors.header(tensors), file: "model.safetensors", fileSize: nil)
  }
}

/// A folder of a test, gone after it.
final class TestFolder {
  let path: String

  init() throws {
    path = FilePaths.join(NSTemporaryDirectory(), "plimsoll-" + UUID().uuidString)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: file(name), atomically: false, encoding: .utf8)
  }
}

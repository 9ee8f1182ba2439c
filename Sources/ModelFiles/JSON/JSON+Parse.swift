extension JSON {
  /// The most levels of arrays and objects within each other that are read.
  package static let depthLimit = 128

  /// Reads one JSON text: RFC 8259 to the letter, and Python's `NaN`, `Infinity` and `-Infinity`.
  ///
  /// Real config.json files are written by Python and hold those literals. A byte order mark at the start is
  /// skipped. A number too large for a `Double` becomes infinite, as it does in Python.
  package static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSON {
    var reader = JSONReader(bytes.bindMemory(to: UInt8.self))
    return try reader.document()
  }

  package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
    try bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONError) in try parse(buffer) }
    }.get()
  }

  package static func parse(_ text: String) throws(JSONError) -> JSON {
    try parse(Array(text.utf8))
  }
}

import Plimsoll

/// The pass over a header's JSON.
struct SafetensorsReader {
  private var json: JSONReader
  private let file: String
  private var dtypes = TensorDTypeNames()
  private var spans: [Span] = []
  /// Where the next tensor begins, if tensors are written in the order of their data.
  private var end = 0
  private var isInOrder = true
  private var hasMetadata = false
  /// A name without its escapes.
  private var unescaped: [UInt8] = []

  /// Where a tensor's data lie, and where its name stands in the header.
  private struct Span {
    var begin: Int
    var end: Int
    var name: Range<Int>
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
    json = JSONReader(bytes)
    self.file = file
  }

  /// - Returns: How many bytes of data there are.
  mutating func read(_ body: (SafetensorsHeader.Tensor) -> Bool) throws(CheckpointError) -> Bytes {
    guard json.skip(Ascii.openBrace) else { throw failure(.header("does not begin with '{'")) }
    json.skipSpace()
    if !json.skip(Ascii.closeBrace) {
      while true {
        try member(body)
        json.skipSpace()
        if json.skip(Ascii.closeBrace) { break }
        guard json.skip(Ascii.comma) else { throw failure(.notJSON(json.unexpected(.commaOrObjectEnd))) }
        json.skipSpace()
      }
    }
    json.skipSpace()
    guard json.position == json.count else { throw failure(.notJSON(json.unexpected(.end))) }
    if !isInOrder { try checkOrder() }
    return Bytes(end)
  }

  private mutating func member(_ body: (SafetensorsHeader.Tensor) -> Bool) throws(CheckpointError) {
    let quote = json.position
    let (range, isEscaped) = try skipString()
    if isEscaped {
      json.position = quote
      do throws(JSONError) {
        unescaped = Array(try json.string().utf8)
      } catch {
        throw failure(.notJSON(error))
      }
    }
    try colon()
    if json.holds("__metadata__", in: range) {
      guard !hasMetadata else { throw failure(.header("has __metadata__ twice")) }
      hasMetadata = true
      return try metadata()
    }
    let entry = try tensor(range)
    func hand(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
      body(.init(name: name, hash: NameHash.of(name), dtype: entry.dtype, elements: entry.elements, bytes: entry.bytes))
    }
    let isNew = isEscaped ? unescaped.withUnsafeBufferPointer(hand) : hand(json.slice(range))
    guard isNew else { throw failure(.tensor(text(range), .twice)) }
  }

  private mutating func metadata() throws(CheckpointError) {
    if json.position < json.count, json.bytes[json.position] == Ascii.n {
      do throws(JSONError) {
        try json.skipValue()
        return
      } catch {
        throw failure(.notJSON(error))
      }
    }
    guard json.skip(Ascii.openBrace) else { throw failure(.header("has a __metadata__ that is no object")) }
    json.skipSpace()
    if json.skip(Ascii.closeBrace) { return }
    while true {
      _ = try skipString()
      try colon()
      guard json.position < json.count, json.bytes[json.position] == Ascii.quote else {
        throw failure(.header("has a __metadata__ with a value that is no string"))
      }
      _ = try skipString()
      json.skipSpace()
      if json.skip(Ascii.closeBrace) { return }
      guard json.skip(Ascii.comma) else { throw failure(.notJSON(json.unexpected(.commaOrObjectEnd))) }
      json.skipSpace()
    }
  }

  private mutating func tensor(
    _ name: Range<Int>
  ) throws(CheckpointError) -> (dtype: TensorDType, elements: Int, bytes: Bytes) {
    guard json.skip(Ascii.openBrace) else {
      throw failure(.tensor(text(name), .wrongKind("value", wanted: Self.object)))
    }
    var dtype: TensorDType?
    var elements: Int?
    var offsets: (begin: Int, end: Int)?
    json.skipSpace()
    var isOpen = !json.skip(Ascii.closeBrace)
    while isOpen {
      let key = try skipString().range
      try colon()
      if json.holds("dtype", in: key) {
        guard dtype == nil else { throw failure(.tensor(text(name), .repeatedKey("dtype"))) }
        guard json.position < json.count, json.bytes[json.position] == Ascii.quote else {
          throw failure(.tensor(text(name), .wrongKind("dtype", wanted: "a string")))
        }
        let word = try skipString().range
        dtype = dtypes.dtype(json.slice(word))
        if dtype == nil { throw failure(.tensor(text(name), .unknownDType(text(word)))) }
      } else if json.holds("shape", in: key) {
        guard elements == nil else { throw failure(.tensor(text(name), .repeatedKey("shape"))) }
        elements = try shape(of: name)
      } else if json.holds("data_offsets", in: key) {
        guard offsets == nil else { throw failure(.tensor(text(name), .repeatedKey("data_offsets"))) }
        offsets = try self.offsets(of: name)
      } else {
        do throws(JSONError) {
          try json.skipValue()
        } catch {
          throw failure(.notJSON(error))
        }
      }
      json.skipSpace()
      if json.skip(Ascii.closeBrace) {
        isOpen = false
      } else {
        guard json.skip(Ascii.comma) else { throw failure(.notJSON(json.unexpected(.commaOrObjectEnd))) }
        json.skipSpace()
      }
    }
    guard let dtype else { throw failure(.tensor(text(name), .missing("dtype"))) }
    guard let elements else { throw failure(.tensor(text(name), .missing("shape"))) }
    guard let offsets else { throw failure(.tensor(text(name), .missing("data_offsets"))) }
    let bytes = try place(offsets, name, dtype: dtype, elements: elements)
    return (dtype, elements, bytes)
  }

  /// Puts a tensor in its place behind the others.
  private mutating func place(
    _ offsets: (begin: Int, end: Int), _ name: Range<Int>, dtype: TensorDType, elements: Int
  ) throws(CheckpointError) -> Bytes {
    guard offsets.begin <= offsets.end else {
      throw failure(.tensor(text(name), .backwards(from: offsets.begin, to: offsets.end)))
    }
    let (bits, overflow) = elements.multipliedReportingOverflow(by: dtype.bits)
    guard !overflow else { throw failure(.tensor(text(name), .shapeOverflow)) }
    guard bits % 8 == 0 else { throw failure(.tensor(text(name), .partOfByte(bits: bits))) }
    let bytes = Bytes(offsets.end - offsets.begin)
    guard bytes.count == bits / 8 else {
      throw failure(.tensor(text(name), .size(stated: bytes, wanted: Bytes(bits / 8))))
    }
    guard offsets.end <= SafetensorsHeader.mostData.count else { throw failure(.tensor(text(name), .far(offsets.end))) }
    spans.append(Span(begin: offsets.begin, end: offsets.end, name: name))
    if offsets.begin == end { end = offsets.end } else { isInOrder = false }
    return bytes
  }

  /// Holds the data of a header that has them in another order against each other.
  private mutating func checkOrder() throws(CheckpointError) {
    spans.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    end = 0
    for (index, span) in spans.enumerated() {
      if span.begin > end { throw failure(.tensor(text(span.name), .hole(Bytes(span.begin - end)))) }
      if span.begin < end { throw failure(.tensor(text(span.name), .overlaps(text(spans[index - 1].name)))) }
      end = span.end
    }
  }

  /// How many elements a shape makes.
  private mutating func shape(of name: Range<Int>) throws(CheckpointError) -> Int {
    guard json.skip(Ascii.openBracket) else {
      throw failure(.tensor(text(name), .wrongKind("shape", wanted: Self.sizes)))
    }
    var product = 1
    var overflows = false
    json.skipSpace()
    if json.skip(Ascii.closeBracket) { return product }
    while true {
      let size = try whole(of: name, "shape", Self.sizes)
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      // A size of 0 makes nothing of any other, but only after it.
      overflows = overflows || overflow
      product = next
      json.skipSpace()
      if json.skip(Ascii.closeBracket) { break }
      guard json.skip(Ascii.comma) else { throw failure(.notJSON(json.unexpected(.commaOrArrayEnd))) }
      json.skipSpace()
    }
    guard !overflows else { throw failure(.tensor(text(name), .shapeOverflow)) }
    return product
  }

  private mutating func offsets(of name: Range<Int>) throws(CheckpointError) -> (begin: Int, end: Int) {
    func wrong() -> CheckpointError { failure(.tensor(text(name), .wrongKind("data_offsets", wanted: Self.pair))) }
    guard json.skip(Ascii.openBracket) else { throw wrong() }
    json.skipSpace()
    let begin = try whole(of: name, "data_offsets", Self.pair)
    json.skipSpace()
    guard json.skip(Ascii.comma) else { throw wrong() }
    json.skipSpace()
    let end = try whole(of: name, "data_offsets", Self.pair)
    json.skipSpace()
    guard json.skip(Ascii.closeBracket) else { throw wrong() }
    return (begin, end)
  }

  /// A number without sign, point or exponent.
  private mutating func whole(of name: Range<Int>, _ key: String, _ wanted: String) throws(CheckpointError) -> Int {
    let start = json.position
    var value = 0
    var overflows = false
    while json.position < json.count, Ascii.zero...Ascii.nine ~= json.bytes[json.position] {
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isStillTooLarge) = tens.addingReportingOverflow(Int(json.bytes[json.position] - Ascii.zero))
      value = sum
      overflows = overflows || isTooLarge || isStillTooLarge
      json.position += 1
    }
    let digits = json.position - start
    let isWhole = digits > 0 && (digits == 1 || json.bytes[start] != Ascii.zero) && !overflows
    guard isWhole else { throw failure(.tensor(text(name), .wrongKind(key, wanted: wanted))) }
    return value
  }

  private static let object = "an object"
  private static let sizes = "a list of whole numbers"
  private static let pair = "two whole numbers"

  private mutating func colon() throws(CheckpointError) {
    json.skipSpace()
    guard json.skip(Ascii.colon) else { throw failure(.notJSON(json.unexpected(.colon))) }
    json.skipSpace()
  }

  private mutating func skipString() throws(CheckpointError) -> (range: Range<Int>, isEscaped: Bool) {
    do throws(JSONError) {
      return try json.skipString()
    } catch {
      throw failure(.notJSON(error))
    }
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: json.bytes[range], as: UTF8.self) }

  private func failure(_ problem: CheckpointError.Problem) -> CheckpointError {
    CheckpointError(file: file, problem: problem)
  }
}

/// What a server answered, as curl writes it with `include`: the headers of each answer on the way, then the body.
struct HTTPAnswer: Hashable, Sendable {
  var status: Int
  /// The headers of the last answer, their names in small letters.
  var headers: [(name: String, value: String)]
  var body: ArraySlice<UInt8>

  /// The first header of a name.
  subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

  /// How long the body should be, where that is said of the body as it lies here.
  var length: Int? {
    guard self["content-encoding"] == nil, self["transfer-encoding"] == nil else { return nil }
    return self["content-length"].flatMap { Int($0) }
  }

  /// Whether the body ends before its length says.
  var isCut: Bool { status != 204 && status != 304 && length.map { body.count < $0 } ?? false }

  /// - Returns: nil where the headers do not end.
  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while true {
      guard rest.starts(with: "HTTP/".utf8), let end = Self.endOfHeaders(rest) else { return nil }
      let lines = rest[..<end.lowerBound].split(separator: Ascii.newline)
      rest = rest[end.upperBound...]
      let first = lines.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
      guard let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0.prefix(3)) }) else {
        return nil
      }
      // Another answer follows where this one was on the way: a redirect, a proxy's consent, "100 Continue".
      if rest.starts(with: "HTTP/".utf8), (100..<400).contains(status), status != 206 { continue }
      self.status = status
      headers = lines.dropFirst().compactMap(Self.header)
      body = rest
      return
    }
  }

  private static func header(_ line: ArraySlice<UInt8>) -> (name: String, value: String)? {
    guard let colon = line.firstIndex(of: Ascii.colon) else { return nil }
    let blanks: Set<UInt8> = [Ascii.space, Ascii.tab, Ascii.carriageReturn]
    var value = line[(colon + 1)...]
    while let last = value.last, blanks.contains(last) { value.removeLast() }
    while let first = value.first, blanks.contains(first) { value.removeFirst() }
    return (
      String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self)
    )
  }

  /// The empty line after the headers.
  private static func endOfHeaders(_ bytes: ArraySlice<UInt8>) -> Range<Int>? {
    var place = bytes.startIndex
    while let newline = bytes[place...].firstIndex(of: Ascii.newline) {
      let next = newline + 1
      if next < bytes.endIndex, bytes[next] == Ascii.newline { return newline..<next + 1 }
      if next + 1 < bytes.endIndex, bytes[next] == Ascii.carriageReturn, bytes[next + 1] == Ascii.newline {
        return newline..<next + 2
      }
      place = next
    }
    return nil
  }

  static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.status == rhs.status && lhs.body == rhs.body
      && lhs.headers.elementsEqual(rhs.headers) { $0.name == $1.name && $0.value == $1.value }
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(status)
    hasher.combine(body)
  }
}

extension HTTPAnswer {
  /// The part of a file that this is, by `Content-Range: bytes 0-99/1234`; nil where it says none.
  var part: (range: Range<Int>, total: Int?)? {
    guard let text = self["content-range"], text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/")
    let ends = parts.first?.split(separator: "-", omittingEmptySubsequences: false) ?? []
    guard parts.count == 2, ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), first >= 0,
      first <= last, last < .max
    else { return nil }
    return (first..<last + 1, Int(parts[1]))
  }

  /// Whether the body is a page for people.
  var isPage: Bool {
    if self["content-type"]?.hasPrefix("text/html") ?? false { return true }
    let start = body.drop { $0 == Ascii.space || $0 == Ascii.newline || $0 == Ascii.carriageReturn || $0 == Ascii.tab }
    return start.first == UInt8(ascii: "<")
  }
}

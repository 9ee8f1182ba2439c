/// One transfer that curl is asked for.
struct CurlRequest: Hashable, Sendable {
  var url: String
  /// The bytes of it that are wanted; all of them where nil.
  var range: Range<Int>?
  /// The longest body that is taken.
  var limit: Int
  /// What the server called the body that we have; it answers 304 where that is still so.
  var etag: String?

  init(_ url: String, range: Range<Int>? = nil, limit: Int, etag: String? = nil) {
    self.url = url
    self.range = range
    self.limit = limit
    self.etag = etag
  }
}

/// How a transfer went.
enum CurlReply: Hashable, Sendable {
  case answer(HTTPAnswer)
  /// The body is longer than was asked for; the headers of it, where they are known.
  case tooLong(HTTPAnswer?)
  /// There is no answer, or not all of it: curl's exit code, and what it said.
  case failed(Int, String)
}

extension CurlReply {
  /// Whether the same transfer may go well a little later (curl(1), EXIT CODES; RFC 9110, 15.5 and 15.6).
  var mayPass: Bool {
    switch self {
    case .answer(let answer): [408, 429, 500, 502, 503, 504].contains(answer.status)
    case .tooLong: false
    // HTTP/2 framing, partial file, time-out, bad or no reply, sending, receiving, HTTP/2 stream, HTTP/3.
    case .failed(let code, _): [8, 16, 18, 28, 52, 55, 56, 92, 95, Curl.notRun].contains(code)
    }
  }

  /// The seconds that the server asks to wait; a date in place of a number is not read.
  var pause: Double? {
    guard case .answer(let answer) = self, let text = answer["retry-after"], let seconds = Int(text), seconds >= 0
    else {
      return nil
    }
    return Double(min(seconds, 1 << 20))
  }
}

import CommandLineKit
import EngineLogs
import ModelFiles
import Plimsoll

/// Where a server's metrics are: an address, a file that was saved, or standard input.
struct MetricsSource: CommandValue {
  static var placeholder: String { "URL|FILE|-" }
  static var completion: Completion { .files }

  enum Place: Equatable {
    case page(String)
    case file(String)
  }

  var place: Place

  init(word: String) throws(ValueError) {
    if word == "-" {
      place = .file("/dev/stdin")
      return
    }
    if word.isEmpty { throw ValueError("an address, a file or '-' is needed") }
    if let scheme = word.firstIndex(of: ":"), word[scheme...].hasPrefix("://") {
      let name = word[..<scheme].lowercased()
      guard name == "http" || name == "https" else {
        throw ValueError("'\(word[..<scheme])' is neither http nor https", suggestions: [])
      }
      let rest = word[word.index(scheme, offsetBy: 3)...]
      guard let first = rest.first, first != "/" else { throw ValueError("the address names no host") }
      // A server's address alone stands for its metrics.
      let path = rest.drop { $0 != "/" && $0 != "?" }
      place = .page(name + "://" + rest + (path.isEmpty ? "/metrics" : path == "/" ? "metrics" : ""))
      return
    }
    // localhost:8000, [::1]:8000 or gpu-7:8000/metrics; a file of that name comes first.
    let host = word.prefix { $0 != "/" }
    if !FileReader.exists(word), let colon = host.lastIndex(of: ":"), let port = Int(host[host.index(after: colon)...]),
      (1...65_535).contains(port), colon > host.startIndex
    {
      let path = word[host.endIndex...]
      place = .page("http://" + host + (path.count > 1 ? String(path) : "/metrics"))
      return
    }
    place = .file(word)
  }

  private init(_ place: Place) { self.place = place }

  /// vLLM's own port on this machine.
  static var usual: MetricsSource { MetricsSource(.page("http://localhost:8000/metrics")) }

  /// The place for a person, without a password.
  var shown: String {
    switch place {
    case .page(let url): PageRequest(url).shown
    case .file(let path): path == "/dev/stdin" ? "standard input" : path
    }
  }

  var isLive: Bool { if case .page = place { true } else { false } }

  /// The pipe or device that may stay open; nil for what has an end.
  var pipe: String? { if case .file(let path) = place, FileReader.isSpecial(path) { path } else { nil } }

  /// Whether the server runs on this machine, so that its GPUs are this machine's.
  var isLocal: Bool { if case .page(let url) = place { PageRequest(url).isLocal } else { false } }

  /// Reads what there is.
  ///
  /// - Throws: ``InputFailure`` where it cannot be read, or says nothing of vLLM.
  func read(_ options: WatchOptions, _ environment: (String) -> String?) throws(InputFailure) -> MetricsReader {
    var reader = MetricsReader()
    switch place {
    case .file(let path):
      do throws(FileError) {
        try FileReader.stream(path) { reader.feed($0) }
      } catch {
        throw InputFailure(code: "unreadable-metrics", message: error.message)
      }
    case .page(let url):
      var request = PageRequest(url)
      request.tokenFile = options.tokenFile
      request.certificates = options.certificates
      if let timeout = options.timeout { request.seconds = timeout.seconds }
      let body: ArraySlice<UInt8>
      do throws(PageRequest.Failure) {
        body = try request.body(environment)
        body.withUnsafeBytes { reader.feed($0) }
      } catch {
        throw InputFailure(code: error.kind.rawValue, message: error.message)
      }
      // The last line ends too, in both formats; what curl unpacks of a packed page that was cut does not tell.
      if reader.kind == .metrics, let last = body.last, last != 0x0A {
        throw InputFailure(code: "metrics-unreachable", message: shown + " breaks off: its last line has no end")
      }
    }
    reader.finish()
    guard reader.engines.isEmpty else { return reader }
    throw complaint(reader)
  }

  /// Why what was read is of no use.
  func complaint(_ reader: MetricsReader) -> InputFailure {
    InputFailure(code: "bad-metrics", message: shown + " " + Self.complaint(reader.kind))
  }

  private static func complaint(_ kind: MetricsReader.Kind) -> String {
    switch kind {
    case .html: "is a page for people and not one of metrics"
    case .compressed: "is packed with gzip; unpack it first: zcat FILE | plimsoll watch --metrics -"
    case .empty: "is empty"
    case .metrics: "has metrics, and none of a model's engine; is it vLLM's, and has it begun to serve?"
    case .log, .other: "has no metric of vLLM, and no line of its statistics ('Running: … reqs, Waiting: …')"
    }
  }
}

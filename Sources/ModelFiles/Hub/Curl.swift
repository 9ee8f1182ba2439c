import Plimsoll

/// Runs `curl`, which does all that touches the network.
///
/// One process makes many transfers at once; each writes headers and body into a file of its own, which is handed on
/// and taken away as soon as it is complete.
struct Curl: Sendable {
  var program = "curl"
  /// The variables that curl has: proxies and certificates, never a token.
  var environment: [String] = []
  var limits = TransferLimits()
  /// Whether the hub is reached by http.
  var isPlain = false
  var token: HubToken?
  /// A file of certificates to trust.
  var certificates: String?
  /// Where files may lie while they are read, the best first.
  var scratch: [String] = []
  /// Told how many transfers are done, several times a second.
  var report: (@Sendable (_ done: Int) -> Void)?

  /// The code of a transfer that was not begun, for another ended the process.
  static let notRun = -1

  /// Makes all transfers, again where they fail and may pass, and hands on how each went, in any order.
  ///
  /// curl's own `--retry` is not used: it differs from release to release in what it tries again, and knows no bound
  /// on what a server asks to wait.
  func run(_ requests: [CurlRequest], _ take: (Int, CurlReply) -> Void) throws(HubFailure) {
    let folder: String
    do throws(FileError) {
      folder = try CacheFiles.makeScratch(in: scratch)
    } catch {
      throw HubFailure(.disk, "there is no folder to read the hub's files into: \(error.message)")
    }
    defer { CacheFiles.removeFolder(folder) }
    var waiting = Array(requests.indices)
    var attempt = 1
    var paused = 0.0
    var done = 0
    while true {
      var failed: [(place: Int, reply: CurlReply)] = []
      let transfers = waiting.map { (number: $0, request: requests[$0]) }
      try once(
        transfers, in: folder, tick: { report?(done) },
        take: { place, reply in
          if reply.mayPass, attempt < limits.tries {
            failed.append((place, reply))
          } else {
            done += 1
            take(place, reply)
          }
        })
      guard !failed.isEmpty else { return }
      // Somewhat more than asked for, and not the same for all who were sent away together.
      let asked = failed.compactMap(\.reply.pause).max() ?? 0
      let pause = max(asked, limits.firstPause * Double(1 << (attempt - 1))) * Double.random(in: 1...1.1)
      guard paused + pause <= limits.pauses else {
        for (place, reply) in failed { take(place, reply) }
        return
      }
      paused += pause
      attempt += 1
      guard Interrupts.pause(pause) else { throw HubFailure(.interrupted, "interrupted") }
      waiting = failed.map(\.place).sorted()
    }
  }
}

extension Curl {
  /// Makes each transfer once.
  private func once(
    _ requests: [(number: Int, request: CurlRequest)], in folder: String, tick: () -> Void,
    take: (Int, CurlReply) -> Void
  ) throws(HubFailure) {
    var config = CurlConfig(limits: limits, isParallel: requests.count > 1)
    var open: [Int: CurlRequest] = [:]
    for (number, request) in requests {
      config.add(request, number: number, output: FilePaths.join(folder, String(number)), self)
      open[number] = request
    }
    func settle(_ number: Int, code: Int?, says: String) {
      guard let request = open[number] else { return }
      let path = FilePaths.join(folder, String(number))
      guard let reply = Self.reply(at: path, request, code: code, says: says) else { return }
      open[number] = nil
      CacheFiles.remove(path)
      take(number, reply)
    }
    var errors = Lines()
    var said: (code: Int, text: String)?
    var looked = SystemTime.seconds
    let ending = try start(
      config,
      take: { stream, bytes in
        guard stream == .error else { return true }
        for line in errors.add(bytes) {
          if let end = TransferEnd(line) {
            settle(end.number, code: end.code, says: end.text)
          } else if said == nil {
            said = Self.complaint(line)
          }
        }
        return true
      },
      tick: {
        guard SystemTime.seconds - looked > 0.1 else { return true }
        looked = SystemTime.seconds
        tick()
        // curl minds max-filesize where a server says the length beforehand; one that does not is caught here.
        return !open.contains { number, request in
          CacheFiles.size(FilePaths.join(folder, String(number))).map { $0.count > request.limit + 1 << 18 } ?? false
        }
      })
    for number in open.keys.sorted() {
      guard let request = open[number] else { continue }
      let path = FilePaths.join(folder, String(number))
      let isTooLong = CacheFiles.size(path).map { $0.count > request.limit + 1 << 18 } ?? false
      if isTooLong {
        take(number, .tooLong((try? FileReader.readStart(of: path, .kib(64))).flatMap { HTTPAnswer($0) }))
      } else if ending == .stopped {
        take(number, .failed(Self.notRun, ""))
      } else {
        let last = ending == .exited(0) ? 0 : said?.code ?? Self.code(ending)
        take(
          number, Self.reply(at: path, request, code: last, says: said?.text ?? "") ?? .failed(last, said?.text ?? ""))
      }
      CacheFiles.remove(path)
    }
  }

  /// What a transfer's file says; nil while it is not all there.
  private static func reply(at path: String, _ request: CurlRequest, code: Int?, says: String) -> CurlReply? {
    // A code of curl's that says more than what came before it.
    if let code, code != 0, code != 63 { return .failed(code, says) }
    let bytes = (try? FileReader.read(path, limit: Bytes(request.limit + 1 << 19))) ?? []
    let answer = HTTPAnswer(bytes)
    if code == 63 { return .tooLong(answer) }
    guard let answer else { return code == nil ? nil : .failed(52, says) }
    // With `compressed` the length is that of another form of the body, and curl has minded it.
    if answer.isCut { return code == nil ? nil : .failed(18, "the answer ends too soon") }
    return answer.body.count > request.limit ? .tooLong(answer) : .answer(answer)
  }

  /// The first bytes of a body from a server that knows no ranges: it is read until there are enough.
  func readStart(of url: String, _ count: Int) throws(HubFailure) -> CurlReply {
    var config = CurlConfig(limits: limits, isParallel: false)
    config.add(CurlRequest(url, range: 0..<count, limit: .max), number: 0, output: "-", self)
    var bytes: [UInt8] = []
    var errors = Lines()
    var end: TransferEnd?
    var answer: HTTPAnswer?
    let ending = try start(
      config,
      take: { stream, new in
        guard stream == .output else {
          for line in errors.add(new) { end = TransferEnd(line) ?? end }
          return true
        }
        bytes += new
        if bytes.count < count, bytes.count > 1 << 18, answer == nil { return false }
        guard bytes.count >= count || answer == nil else { return true }
        answer = HTTPAnswer(bytes)
        return (answer?.body.count ?? 0) < count
      },
      tick: { true })
    guard let answer = HTTPAnswer(bytes) else { return .failed(end?.code ?? Self.code(ending), end?.text ?? "") }
    if ending != .stopped, let end, let code = end.code, code != 0 { return .failed(code, end.text) }
    return .answer(answer)
  }

  private func start(
    _ config: CurlConfig, take: (Subprocess.Stream, ArraySlice<UInt8>) -> Bool, tick: () -> Bool
  ) throws(HubFailure) -> Subprocess.Ending {
    do throws(Subprocess.Failure) {
      // -q: a ~/.curlrc may hold anything, also what writes elsewhere.
      return try Subprocess.run(
        program, ["-q", "--config", "-"], environment: environment, input: Array(config.text.utf8), take: take,
        tick: tick)
    } catch {
      switch error {
      case .notFound:
        throw HubFailure(
          .noCurl,
          "'\(program)' is not on PATH, and the hub is read with it; install it, or give a folder with config.json"
        )
      case .notStarted(let why): throw HubFailure(.noCurl, "'\(program)' cannot be started: \(why)")
      case .interrupted: throw HubFailure(.interrupted, "interrupted")
      }
    }
  }

  private static func code(_ ending: Subprocess.Ending) -> Int {
    switch ending {
    case .exited(let status): Int(status)
    case .signalled, .stopped: notRun
    }
  }

  /// The code and the text of `curl: (7) Failed to connect …`.
  private static func complaint(_ line: String) -> (code: Int, text: String)? {
    guard line.hasPrefix("curl: ("), let end = line.firstIndex(of: ")") else { return nil }
    guard let code = Int(line.dropFirst(7)[..<end]) else { return nil }
    return (code, String(line[line.index(after: end)...].drop { $0 == " " }))
  }
}

/// The end of a transfer as curl writes it out.
private struct TransferEnd {
  var number: Int
  /// curl's exit code; nil where it is too old to say.
  var code: Int?
  var text: String

  init?(_ line: String) {
    guard let mark = line.firstRange(ofBytes: "plimsoll-transfer ") else { return nil }
    let words = line[mark.upperBound...].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard let number = words.first.flatMap({ Int($0) }) else { return nil }
    self.number = number
    code = words.count > 1 ? Int(words[1]) : nil
    text = words.count > 2 ? String(words[2]) : ""
  }
}

/// Bytes as they come, cut into lines.
private struct Lines {
  private var rest: [UInt8] = []

  mutating func add(_ bytes: ArraySlice<UInt8>) -> [String] {
    rest += bytes
    var lines: [String] = []
    while let end = rest.firstIndex(of: Ascii.newline) {
      lines.append(String(decoding: rest[..<end], as: UTF8.self))
      rest.removeSubrange(...end)
    }
    // A line without end is none of curl's.
    if rest.count > 1 << 16 { rest.removeAll() }
    return lines
  }
}

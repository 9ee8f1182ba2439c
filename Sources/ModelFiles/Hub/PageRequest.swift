package import Plimsoll

/// A page that is read over the network by `curl`, once: what a running server tells of itself.
package struct PageRequest: Sendable {
  /// `http` or `https`.
  package var url: String
  /// A file with the token that the server asks for; the token goes to curl's standard input and nowhere else.
  package var tokenFile: String?
  /// A file of certificates to trust.
  package var certificates: String?
  /// Seconds until all of the page has to be there.
  package var seconds = 10.0
  /// The longest page that is taken, unpacked.
  package var limit = Bytes.mib(32)
  /// The program that does the transfer, as PATH has it.
  package var program = "curl"

  package init(_ url: String) { self.url = url }

  /// Why there is no page.
  package struct Failure: Error, Hashable, Sendable {
    package var kind: Kind
    /// The sentence for the user; it holds neither a token nor the password of an address.
    package var message: String

    /// The raw value is a name for scripts.
    package enum Kind: String, Hashable, Sendable {
      case noCurl = "no-curl"
      case token = "bad-token"
      case network = "metrics-unreachable"
      case answer = "bad-metrics"
      case interrupted
    }
  }

  /// Reads the page.
  ///
  /// - Parameter environment: The variables of this process: how the world is reached.
  package func body(_ environment: (String) -> String?) throws(Failure) -> ArraySlice<UInt8> {
    let config = try config()
    let end = SystemTime.seconds + seconds + 2
    var (bytes, said, isTooLong): ([UInt8], [UInt8], Bool) = ([], [], false)
    let ending: Subprocess.Ending
    do throws(Subprocess.Failure) {
      // -q: a ~/.curlrc may hold anything, also what writes elsewhere.
      ending = try Subprocess.run(
        program, ["-q", "--config", "-"],
        environment: Hub.passed.compactMap { name in environment(name).map { name + "=" + $0 } },
        input: Array(config.utf8),
        take: { stream, new in
          if stream == .error {
            said += new.prefix(max(0, 4096 - said.count))
          } else {
            bytes += new
            // Headers come on top.
            isTooLong = bytes.count > limit.count + 1 << 16
          }
          return !isTooLong
        },
        tick: { SystemTime.seconds < end })
    } catch {
      switch error {
      case .notFound:
        throw Failure(kind: .noCurl, message: "'\(program)' is not on PATH, and \(shown) is read with it; install it")
      case .notStarted(let why): throw Failure(kind: .noCurl, message: "'\(program)' cannot be started: \(why)")
      case .interrupted: throw Failure(kind: .interrupted, message: "interrupted")
      }
    }
    if isTooLong {
      throw Failure(kind: .answer, message: "\(shown) sends more than \(limit.gibText), which no page of metrics has")
    }
    guard case .exited(let code) = ending else {
      throw Failure(kind: .network, message: "\(shown) is not answered in \(span)")
    }
    if code != 0 { throw failure(Int(code), String(decoding: said, as: UTF8.self)) }
    guard let answer = HTTPAnswer(bytes) else {
      throw Failure(kind: .answer, message: "\(shown) does not answer as HTTP does")
    }
    try check(answer)
    return answer.body
  }
}

extension PageRequest {
  /// The address without the name and the password that it may hold, and without what is asked behind `?`.
  package var shown: String {
    let plain = String(url.prefix { $0 != "?" })
    guard let scheme = plain.firstRange(ofBytes: "://") else { return plain }
    let host = plain[scheme.upperBound...].prefix { $0 != "/" }
    guard let at = host.lastIndex(of: "@") else { return plain }
    return String(plain[..<scheme.upperBound] + plain[plain.index(after: at)...])
  }

  /// What curl reads on its standard input.
  private func config() throws(Failure) -> String {
    var config = CurlConfig()
    config.line("silent")
    config.line("show-error")
    config.line("url", url)
    config.line("include")
    config.line("suppress-connect-headers")
    config.line("globoff")
    config.line("location")
    config.line("max-redirs", "3")
    config.line("proto", "=http,https")
    config.line("proto-redir", url.hasPrefix("https:") ? "=https" : "=http,https")
    config.line("connect-timeout", String(min(5, seconds)))
    config.line("max-time", String(seconds))
    config.line("max-filesize", String(limit.count))
    config.line("user-agent", "plimsoll")
    config.line("compressed")
    config.line("header", "Accept: text/plain")
    if isLocal { config.line("noproxy", "*") }
    if let certificates { config.line("cacert", certificates) }
    if let tokenFile {
      // curl leaves it out where a redirect leads to another host, since 7.58.
      do throws(HubFailure) {
        guard let token = try HubToken.read(tokenFile) else {
          throw HubFailure(.token, "\(tokenFile): holds no token")
        }
        config.line("header", "Authorization: Bearer " + token.value)
      } catch {
        throw Failure(kind: .token, message: error.message)
      }
    }
    return config.text
  }

  /// Whether the address is of this machine, which no proxy reaches for us.
  package var isLocal: Bool {
    guard let scheme = url.firstRange(ofBytes: "://") else { return false }
    let host = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
    let name = host.lastIndex(of: "@").map { host[host.index(after: $0)...] } ?? host
    return name.hasPrefix("[::1]") || name.hasPrefix("127.") || name == "localhost" || name.hasPrefix("localhost:")
  }

  private func check(_ answer: HTTPAnswer) throws(Failure) {
    let what: String
    switch answer.status {
    case 200:
      guard answer.isPage else { return }
      what = "sends a page for people; is it the address of a server, with /metrics behind it?"
    case 401, 403:
      what =
        tokenFile.map { "does not take the token of \($0) (\(answer.status))" }
        ?? "asks for a token (\(answer.status)); --token-file names a file that has it"
    case 404: what = "is not there (404): vLLM tells its metrics at /metrics"
    default: what = "answers with \(answer.status)"
    }
    throw Failure(kind: answer.status >= 500 ? .network : .answer, message: shown + " " + what)
  }

  private var span: String { seconds >= 1 ? "\(Int(seconds)) s" : "\(Int(seconds * 1000)) ms" }

  /// By curl's exit codes (curl(1)).
  private func failure(_ code: Int, _ text: String) -> Failure {
    // `curl: (7) Failed to connect …`
    let words = text.split(separator: "\n").last { $0.hasPrefix("curl: (") }
    let said = words.map { " (" + $0.drop { $0 != ")" }.dropFirst(2) + ")" } ?? ""
    let what: String
    switch code {
    case 3: return Failure(kind: .answer, message: "'\(shown)' is no address\(said)")
    case 6: what = "is not found\(said)"
    case 7: what = "cannot be reached\(said); is the server up, and is this its port?"
    case 28: what = "is not answered in \(span)\(said)"
    case 35, 60, 77: what = "cannot be trusted\(said); --cacert names certificates of your own"
    case 63: return Failure(kind: .answer, message: "\(shown) sends more than \(limit.gibText)")
    case 61: return Failure(kind: .answer, message: "\(shown) is packed in a way that curl cannot unpack\(said)")
    case 18, 52, 55, 56: what = "breaks off\(said)"
    default: what = "cannot be read\(said), curl's error \(code)"
    }
    return Failure(kind: .network, message: shown + " " + what)
  }
}

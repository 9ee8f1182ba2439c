/// What curl reads on its standard input: addresses, ranges and the token, none of which is ever an argument.
///
/// A curl older than an option that stands here says so and goes on: before 7.66 (2019) transfers are one after the
/// other, before 7.75 there is no code for each.
struct CurlConfig {
  private(set) var text = ""

  /// With no line yet.
  init() {}

  init(limits: TransferLimits, isParallel: Bool) {
    line("silent")
    line("show-error")
    line("no-progress-meter")
    if isParallel {
      line("parallel")
      line("parallel-immediate")
      line("parallel-max", String(limits.parallel))
    }
  }

  private var isEmpty = true

  /// Adds a transfer.
  ///
  /// - Parameters:
  ///   - number: What its line on standard error begins with.
  ///   - output: The file for headers and body.
  mutating func add(_ request: CurlRequest, number: Int, output: String, _ curl: Curl) {
    if !isEmpty { line("next") }
    isEmpty = false
    line("url", request.url)
    line("output", output)
    line("include")
    line("suppress-connect-headers")
    line("globoff")
    line("location")
    line("max-redirs", "5")
    // From https nothing leads to http; where the hub itself is reached by http, it may redirect so too.
    let protocols = curl.isPlain ? "=http,https" : "=https"
    line("proto", protocols)
    line("proto-redir", protocols)
    line("connect-timeout", "\(curl.limits.connect)")
    line("speed-limit", "1")
    line("speed-time", String(curl.limits.stall))
    line("max-time", String(curl.limits.whole))
    line("max-filesize", String(request.limit))
    line("user-agent", "plimsoll")
    if let certificates = curl.certificates { line("cacert", certificates) }
    // curl leaves it out where a redirect leads to another host, since 7.58.
    if let token = curl.token { line("header", "Authorization: Bearer " + token.value) }
    if let etag = request.etag { line("header", "If-None-Match: " + etag) }
    if let range = request.range {
      line("range", "\(range.lowerBound)-\(range.upperBound - 1)")
    } else {
      line("compressed")
    }
    line("write-out", "%{stderr}plimsoll-transfer \(number) %{exitcode} %{errormsg}\\n")
  }

  mutating func line(_ option: String) { text += option + "\n" }

  mutating func line(_ option: String, _ value: String) {
    text += option + " = \""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n", "\r", "\0": break
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\"\n"
  }
}

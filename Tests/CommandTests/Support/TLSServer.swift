import Foundation
import Testing

/// A server that is reached by TLS, with a certificate that nobody vouches for; Python stands in for it.
final class TLSServer {
  static let hasTools = (try? shell("command -v python3 && command -v openssl").status) == 0

  let certificate: String
  let address: String
  private let process = Process()

  /// - Parameters:
  ///   - answer: What the handler's `do_GET` does, a line each; `word` is its word.
  ///   - folder: Where key and certificate are written.
  init(answer: [String], word: String, in folder: String) throws {
    let key = folder + "/key.pem"
    certificate = folder + "/cert.pem"
    let made = try shell(
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 "
        + "-keyout \(key) -out \(certificate)")
    try #require(made.status == 0, "\(made.err)")
    let script = """
      import http.server, ssl, sys
      word = sys.argv[3]
      class Answer(http.server.BaseHTTPRequestHandler):
          def log_message(self, *a): pass
          def do_GET(self):
              \(answer.joined(separator: "\n        "))
              self.wfile.flush()
      server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain(sys.argv[1], sys.argv[2])
      server.socket = context.wrap_socket(server.socket, server_side=True)
      print(server.server_port, flush=True)
      server.serve_forever()
      """
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, certificate, key, word]
    let out = Pipe()
    process.standardOutput = out
    process.standardError = FileHandle.nullDevice
    try process.run()
    var said = ""
    while !said.hasSuffix("\n") {
      let more = out.fileHandleForReading.availableData
      if more.isEmpty { break }
      said += String(decoding: more, as: UTF8.self)
    }
    address = "https://127.0.0.1:\(said.dropLast())"
    try #require(!said.isEmpty)
  }

  // Whoever runs the tests may have blocked the signals that one can block.
  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}

import Foundation
import ModelFiles
import Testing

private let hasTools = (try? shell("command -v python3 && command -v openssl").status) == 0

/// A hub that is reached by TLS, which Python stands in for.
@Suite struct HubTLSTests {
  /// Redirects to the address that it is given, and says its port.
  private static let script = """
    import http.server, ssl, sys
    class Redirect(http.server.BaseHTTPRequestHandler):
        def log_message(self, *a): pass
        def do_GET(self):
            self.send_response(302)
            self.send_header("Location", sys.argv[3])
            self.send_header("Content-Length", "0")
            self.end_headers()
    server = http.server.HTTPServer(("127.0.0.1", 0), Redirect)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_port, flush=True)
    server.serve_forever()
    """

  @Test(.enabled(if: hasTools, "python3 and openssl are needed"))
  func aRedirectFromHTTPSToHTTPIsNotFollowed() throws {
    let home = try HubHome()
    let plain = try ScriptedServer { _ in .answer(200, body: Array("{}".utf8)) }
    defer { plain.stop() }
    let (key, certificate) = (home.folder.path + "/key.pem", home.folder.path + "/cert.pem")
    let made = try shell(
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 "
        + "-keyout \(key) -out \(certificate)")
    try #require(made.status == 0, "\(made.err)")
    let server = Process()
    server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    server.arguments = ["python3", "-c", Self.script, certificate, key, plain.url + "/api"]
    let out = Pipe()
    server.standardOutput = out
    server.standardError = FileHandle.nullDevice
    try server.run()
    // Whoever runs the tests may have blocked the signals that one can block.
    defer {
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
    var said = ""
    while !said.hasSuffix("\n") {
      let more = out.fileHandleForReading.availableData
      try #require(!more.isEmpty)
      said += String(decoding: more, as: UTF8.self)
    }
    home.variables = ["HF_ENDPOINT": "https://127.0.0.1:\(said.dropLast())", "HF_TOKEN": "hf_SECRET"]
    // Nobody vouches for the certificate.
    let distrusted = failure(home.hub(nil))
    #expect(distrusted?.kind == .network && distrusted?.message.contains("cannot be trusted") == true)

    home.variables["SSL_CERT_FILE"] = certificate
    let refused = failure(home.hub(nil))
    #expect(refused?.kind == .answer, "\(refused?.message ?? "")")
    #expect(refused?.message.contains("leads to an address that is not https, which is not followed") == true)
    #expect(plain.requests.isEmpty)
  }
}

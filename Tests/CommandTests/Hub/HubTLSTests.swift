import Foundation
import ModelFiles
import Testing

/// A hub that is reached by TLS, which Python stands in for.
@Suite struct HubTLSTests {
  @Test(.enabled(if: TLSServer.hasTools, "python3 and openssl are needed"))
  func aRedirectFromHTTPSToHTTPIsNotFollowed() throws {
    let home = try HubHome()
    let plain = try ScriptedServer { _ in .answer(200, body: Array("{}".utf8)) }
    defer { plain.stop() }
    let server = try TLSServer(
      answer: [
        "self.send_response(302)", "self.send_header('Location', word)", "self.send_header('Content-Length', '0')",
        "self.end_headers()",
      ], word: plain.url + "/api", in: home.folder.path)
    home.variables = ["HF_ENDPOINT": server.address, "HF_TOKEN": "hf_SECRET"]
    // Nobody vouches for the certificate.
    let distrusted = failure(home.hub(nil))
    #expect(distrusted?.kind == .network && distrusted?.message.contains("cannot be trusted") == true)

    home.variables["SSL_CERT_FILE"] = server.certificate
    let refused = failure(home.hub(nil))
    #expect(refused?.kind == .answer, "\(refused?.message ?? "")")
    #expect(refused?.message.contains("leads to an address that is not https, which is not followed") == true)
    #expect(plain.requests.isEmpty)
  }
}

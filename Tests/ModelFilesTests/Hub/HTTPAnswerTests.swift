import Plimsoll
import Testing

@testable import ModelFiles

/// Answers as curl writes them with `include` (RFC 9112, 2.1; RFC 9110, 14.4).
@Suite struct HTTPAnswerTests {
  private func read(_ text: String) -> HTTPAnswer? { HTTPAnswer(Array(text.utf8)) }

  @Test func theLastAnswerCounts() {
    let answer = read(
      "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 302 Found\r\nETag: a\r\nLocation: /b\r\n\r\n"
        + "HTTP/2 206 \r\netag:  \"x\" \r\nContent-Range: bytes 0-3/10\r\n\r\nbody")
    #expect(answer?.status == 206 && answer?["etag"] == "\"x\"" && answer?["location"] == nil)
    #expect(answer.map { String(decoding: $0.body, as: UTF8.self) } == "body")
    #expect(answer?.part?.range == 0..<4 && answer?.part?.total == 10)
  }

  @Test func aBodyMayLookLikeAnAnswer() {
    #expect(read("HTTP/1.1 206 Part\r\n\r\nHTTP/1.1 404 No\r\n\r\n")?.status == 206)
  }

  @Test(arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK", "<html>", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1\r\n\r\n"])
  func whatIsNoAnswerIsNone(_ text: String) { #expect(read(text) == nil) }

  @Test(arguments: [
    ("Content-Length: 4", true), ("Content-Length: 3", false), ("Content-Length: 2", false), ("X: 4", false),
    ("Content-Length: 4\r\nContent-Encoding: gzip", false), ("Transfer-Encoding: chunked\r\nContent-Length: 4", false),
    ("Content-Length: -4", false), ("Content-Length: 99999999999999999999", false),
  ])
  func aBodyShorterThanStatedIsCut(_ headers: String, _ isCut: Bool) {
    #expect(read("HTTP/1.1 200 OK\r\n\(headers)\r\n\r\nabc")?.isCut == isCut)
  }

  @Test(
    arguments: [
      ("bytes 0-99/1234", 0..<100, 1234), ("bytes 5-5/*", 5..<6, nil), ("bytes 0-99", nil, nil),
      ("bytes */1234", nil, nil),
      ("bytes 9-5/1234", nil, nil), ("bytes 0-9223372036854775807/9", nil, nil), ("items 0-1/2", nil, nil),
      ("bytes -1-2/9", nil, nil),
    ] as [(String, Range<Int>?, Int?)])
  func thePartOfAFileIsRead(_ header: String, _ range: Range<Int>?, _ total: Int?) {
    let part = read("HTTP/1.1 206 Part\r\nContent-Range: \(header)\r\n\r\n")?.part
    #expect(part?.range == range && part?.total == total)
  }

  @Test(arguments: [
    ("Content-Type: text/html; charset=utf-8", "{}", true),
    ("Content-Type: application/json", " \n<!doctype html>", true),
    ("Content-Type: application/json", " {\"a\": \"<\"}", false), ("X: y", "", false),
  ])
  func aPageIsToldFromJSON(_ header: String, _ body: String, _ isPage: Bool) {
    #expect(read("HTTP/1.1 200 OK\r\n\(header)\r\n\r\n\(body)")?.isPage == isPage)
  }

  @Test(arguments: [
    (429, true), (500, true), (502, true), (503, true), (504, true), (408, true), (200, false), (401, false),
    (403, false), (404, false), (501, false),
  ])
  func whatMayPassIsTriedAgain(_ status: Int, _ mayPass: Bool) throws {
    #expect(CurlReply.answer(try #require(read("HTTP/1.1 \(status) X\r\n\r\n"))).mayPass == mayPass)
  }

  @Test(
    arguments: [("3", 3.0), ("0", 0.0), ("-1", nil), ("Wed, 21 Oct 2026 07:28:00 GMT", nil), ("1e9", nil)]
      as [(String, Double?)])
  func theSecondsToWaitAreRead(_ header: String, _ seconds: Double?) throws {
    #expect(CurlReply.answer(try #require(read("HTTP/1.1 429 X\r\nRetry-After: \(header)\r\n\r\n"))).pause == seconds)
  }
}

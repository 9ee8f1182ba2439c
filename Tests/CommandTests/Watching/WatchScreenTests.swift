import Foundation
import Testing

private let hasPython = (try? shell("command -v python3").status) == 0

/// `plimsoll watch` on a terminal, which Python stands in for.
@Suite struct WatchScreenTests {
  /// Runs the tool on a terminal of 90 columns, makes it narrower, sends Ctrl-C, and prints how it ended and what it wrote.
  private static let script = """
    import fcntl, os, pty, signal, struct, sys, termios, time
    def size(fd, columns): fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    child, fd = pty.fork()
    if child == 0:
        time.sleep(0.2)
        # Whoever runs the tests may have blocked signals, which a child takes over.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.environ.update(LANG="C.UTF-8", TERM="xterm")
        os.execv(sys.argv[1], sys.argv[1:])
    size(fd, 90)
    before = termios.tcgetattr(fd)
    written = b""
    def until(end):
        global written
        os.set_blocking(fd, False)
        while time.time() < end:
            try: written += os.read(fd, 65536)
            except BlockingIOError: time.sleep(0.02)
            except OSError: return
    until(time.time() + 1.2)
    size(fd, 40)
    until(time.time() + 0.8)
    os.write(fd, b"\\x03")
    until(time.time() + 0.4)
    _, status = os.waitpid(child, 0)
    try: same = termios.tcgetattr(fd) == before
    except termios.error: same = True
    print("signal", os.WTERMSIG(status) if os.WIFSIGNALED(status) else -1, "modes", same)
    sys.stdout.flush()
    sys.stdout.buffer.write(written)
    """

  @Test(
    "the screen is drawn in place, keeps to its width, and needs nothing put back",
    .enabled(if: hasPython, "python3 is needed"))
  func screen() throws {
    let server = try ScriptedServer { _ in WatchServerTests.ok(WatchServerTests.page) }
    defer { server.stop() }
    let answer = try withFolder { folder in
      try Self.script.write(toFile: folder + "/screen.py", atomically: false, encoding: .utf8)
      return try shell(
        "python3 \(folder)/screen.py $plimsoll watch --no-driver --metrics \(server.url) --interval 300ms")
    }
    #expect(answer.out.hasPrefix("signal 2 modes True"), "\(answer.out.prefix(60)) \(answer.err)")
    #expect(answer.out.contains("KV-BOUND"))
    // Up by what was drawn, no clearing of the whole screen but after the change of width.
    #expect(answer.out.components(separatedBy: "\u{1B}[2J").count == 2)
    #expect(answer.out.contains("A\r"))
    // No mode is switched: neither the cursor nor another screen.
    #expect(!answer.out.contains("\u{1B}[?"))
    let narrow = answer.out.components(separatedBy: "\u{1B}[2J").last ?? ""
    // No word is lost at the edge.
    let words = narrow.replacingOccurrences(of: "\u{1B}\\[[0-9;]*[A-Za-z]", with: "", options: .regularExpression)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("the KV cache is full: 99.3 % of it is in use and 25 requests wait"), "\(words)")
    for line in narrow.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" }).dropLast() {
      let plain = String(line).replacingOccurrences(
        of: "\u{1B}\\[[0-9;]*[A-Za-z]", with: "", options: .regularExpression)
      #expect(plain.trimmingCharacters(in: .controlCharacters).count <= 40, "\(plain)")
    }
  }
}

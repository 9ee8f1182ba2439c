import CommandLineKit
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct TerminalTests {
  @Test(
    "Colour: NO_COLOR, then CLICOLOR_FORCE or FORCE_COLOR, then a terminal that is not dumb",
    arguments: [
      (true, [:], true), (false, [:], false), (true, ["TERM": "dumb"], false), (true, ["TERM": "xterm"], true),
      (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
      (false, ["CLICOLOR_FORCE": "1"], true), (false, ["FORCE_COLOR": "1"], true), (false, ["FORCE_COLOR": "0"], false),
      (true, ["NO_COLOR": "1", "FORCE_COLOR": "1"], false), (false, ["FORCE_COLOR": "1", "TERM": "dumb"], true),
    ] as [(Bool, [String: String], Bool)])
  func color(_ isInteractive: Bool, _ environment: [String: String], _ expected: Bool) {
    #expect(Terminal(isInteractive: isInteractive, columns: 80) { environment[$0] }.color == expected)
  }

  @Test("The command line's choice comes before what was found")
  func choice() {
    var options = DisplayOptions()
    let found = Terminal(isInteractive: true, columns: 80) { ["NO_COLOR": "1", "LANG": "C.UTF-8"][$0] }
    #expect(found.applying(options) == found)
    options.color = .always
    options.ascii = true
    #expect(found.applying(options).color)
    #expect(!found.applying(options).unicode)
    options.color = .never
    #expect(!Terminal(isInteractive: true, columns: 80) { _ in nil }.applying(options).color)
  }

  @Test(
    "More than ASCII is drawn in a UTF-8 locale, the first of LC_ALL, LC_CTYPE and LANG that is set",
    arguments: [
      ([:], false), (["LANG": "en_US.UTF-8"], true), (["LANG": "C.utf8"], true), (["LANG": "C"], false),
      (["LANG": "de_DE.UTF-8@euro"], true), (["LC_ALL": "C", "LANG": "en_US.UTF-8"], false),
      (["LC_ALL": "", "LC_CTYPE": "en_US.UTF-8"], true), (["LANG": "de_DE.ISO-8859-1"], false),
    ] as [([String: String], Bool)])
  func unicode(_ environment: [String: String], _ expected: Bool) {
    #expect(Terminal(isInteractive: true, columns: 80) { environment[$0] }.unicode == expected)
  }

  @Test(
    "The width is the device's, else COLUMNS, else 80",
    arguments: [
      (100, "60", 100), (nil, "60", 60), (nil, nil, 80), (nil, "wide", 80), (nil, "0", 80), (nil, "-5", 80),
    ] as [(Int?, String?, Int)])
  func width(_ columns: Int?, _ variable: String?, _ expected: Int) {
    #expect(Terminal(isInteractive: true, columns: columns) { $0 == "COLUMNS" ? variable : nil }.width == expected)
  }

  @Test("A long text goes through a pipe whole, though one write cannot take it")
  func output() async throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    // Non-blocking and larger than the pipe: writes are partial and some would block.
    #expect(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
    let writer = ends[1]
    let reader = ends[0]
    let sent = String(repeating: "0123456789abcdef", count: 20_000)
    let task = Task.detached {
      var output = Output(.descriptor(writer))
      output.write(sent)
      try output.flush()
      close(writer)
    }
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 5000)
    while case let count = read(reader, &buffer, buffer.count), count > 0 { received += buffer[..<count] }
    close(reader)
    try await task.value
    #expect(String(decoding: received, as: UTF8.self) == sent)
  }

  @Test("A reader that has gone is no error; a full disk is")
  func failures() throws {
    Output.ignoreBrokenPipes()
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    var output = Output(.descriptor(ends[1]))
    output.line("x")
    #expect(output.isOpen)
    try output.flush()
    #expect(!output.isOpen)
    output.line("y")
    #expect(output.text.isEmpty)
    close(ends[1])
    #if os(Linux)
      let full = open("/dev/full", O_WRONLY)
      defer { close(full) }
      var stuck = Output(.descriptor(full))
      stuck.line("x")
      let error = #expect(throws: OutputError.self) { try stuck.flush() }
      #expect(error?.message == "cannot write the output: No space left on device")
    #endif
  }
}

import CommandLineKit
import Foundation
import Testing

@Suite struct CompletionsTests {
  /// What the script offers in bash for these words, the last of them unfinished.
  private func offers(_ words: [String]) throws -> [String] {
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    return try shell(
      "bash",
      pot().completions(for: .bash) + """

        COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1); _pot
        for word in "${COMPREPLY[@]}"; do echo "$word"; done
        """
    ).split(separator: "\n").map(String.init)
  }

  /// The shell runs in the folder of these tests, whose files it can offer.
  private func shell(_ name: String, _ script: String, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    input.fileHandleForWriting.write(Data(script.utf8))
    try input.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    return text
  }

  @Test("bash reads the script without complaint")
  func parses() throws { #expect(try shell("bash", pot().completions(for: .bash), "-n") == "") }

  @Test(
    "bash is offered commands, options, choices and computed words, quoted as they must be typed",
    arguments: [
      (["pot", ""], ["brew", "completions", "--help", "--version"]),
      (["pot", "b"], ["brew"]),
      (["pot", "brew", "--gr"], ["--grind"]),
      (["pot", "brew", "--no"], ["--note", "--no-keep-warm"]),
      (["pot", "brew", "--grind", ""], ["coarse", "medium", "fine"]),
      (["pot", "brew", "--grind", "=", "f"], ["fine"]),
      (["pot", "brew", "--grind", "="], ["coarse", "medium", "fine"]),
      (["pot", "brew", "--cups", ""], []),
      (["pot", "brew", "--secr"], []),
      (["pot", "brew", "--heat-c"], ["--heat-config"]),
      (["pot", "brew", "e"], ["ethiopia"]),
      (["pot", "brew", "t"], ["two\\ words"]),
      (["pot", "brew", "i"], ["it\\'s"]),
      (["pot", "brew", "$"], ["\\$HOME"]),
      (["pot", "brew", "--add", "Pars"], ["ParserTests.swift"]),
      (["pot", "brew", "kenya", "--", "Pars"], ["ParserTests.swift"]),
      (["pot", "completions", ""], ["bash", "zsh", "fish"]),
    ])
  func bash(_ words: [String], _ expected: [String]) throws {
    #expect(try offers(words) == expected)
  }

  @Test("zsh and fish scripts quote what their shells would read as syntax")
  func quotes() {
    let zsh = pot().completions(for: .zsh).split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(zsh.contains { $0 == "':BEAN:(ethiopia two\\ words it\\'\\''s \\$HOME)' \\" })
    #expect(zsh.contains { $0 == "'--grind=[How fine.]:coarse|medium|fine:(coarse medium fine)' \\" })
    let fish = pot().completions(for: .fish).split(separator: "\n")
    #expect(fish.contains { $0.hasSuffix(" -a 'ethiopia \\'two words\\' \\'it\\\\\\'s\\' \\'$HOME\\''") })
    #expect(fish.contains { $0.hasSuffix(" -l grind -x -a 'coarse medium fine' -d 'How fine.'") })
  }
}

import ModelFiles
import Testing

/// The built tool as a process: what only a process has.
@Suite struct ProcessTests {
  private static let fits = "$plimsoll fit QwQ-32B --gpu a100-80gb-sxm --max-model-len 8192"

  @Test(
    "Exit statuses reach the shell",
    arguments: [
      (fits, 0), ("$plimsoll fit QwQ-32B --gpu a100-80gb-sxm --gpu-memory-utilization 0.9", 1),
      ("$plimsoll fit QwQ-32B --gpu nope", 2),
      ("$plimsoll fit QwQ-32B --gpu a100-80gb-sxm --max-model-len auto --strict", 3), ("$plimsoll fit nope", 4),
      ("$plimsoll --version", 0), ("$plimsoll", 0),
    ] as [(String, Int32)])
  func statuses(_ line: String, _ status: Int32) throws { #expect(try shell(line).status == status) }

  @Test("A pipe gets no colour, and ASCII where the locale is not UTF-8")
  func pipe() throws {
    let plain = try shell(Self.fits, environment: ["LANG": "C"])
    #expect(plain.out.utf8.allSatisfy { $0 < 128 && $0 != 0x1B })
    #expect(plain.out.contains("FITS"))
    let unicode = try shell(Self.fits, environment: ["LANG": "en_US.UTF-8"])
    #expect(unicode.out.contains("█") && !unicode.out.contains("\u{1B}"))
    #expect(try shell(Self.fits + " --ascii", environment: ["LANG": "en_US.UTF-8"]).out == plain.out)
  }

  @Test("NO_COLOR forbids colour, which may be forced otherwise")
  func noColor() throws {
    let forced = try shell(Self.fits, environment: ["CLICOLOR_FORCE": "1"])
    #expect(forced.out.contains("\u{1B}[1;32mFITS"))
    let forbidden = try shell(Self.fits, environment: ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"])
    #expect(!forbidden.out.contains("\u{1B}"))
    #expect(try shell(Self.fits + " --color always").out.contains("\u{1B}"))
  }

  @Test("A reader that goes away is no error")
  func brokenPipe() throws {
    let answer = try shell("$plimsoll presets models | head -n 1; exit ${PIPESTATUS[0]}")
    #expect(answer.status == 0)
    #expect(answer.err.isEmpty)
    let closed = try shell("{ sleep 0.2; $plimsoll fit QwQ-32B; echo $? >&2; } | true")
    #expect(closed.err == "note: vLLM 0.33.0 is assumed; name another with --vllm\n0\n" || closed.err == "0\n")
  }

  @Test("A disk that is full is an error", .enabled(if: FileManagerProbe.hasFullDevice))
  func fullDisk() throws {
    let answer = try shell(Self.fits + " > /dev/full")
    #expect(answer.status == 74)
    #expect(answer.err.contains("cannot write the output"))
  }

  @Test("--json is one document on standard output, on success and on failure")
  func json() throws {
    for line in [Self.fits, "$plimsoll fit QwQ-32B --gpu nope", "$plimsoll fit nope --gpu h100"] {
      _ = try shell(line + " --json").json()
    }
  }

  @Test("bash reads the completions, and is offered fit's flags, vLLM's among them, and names of GPUs")
  func completions() throws {
    let check = try shell("$plimsoll completions bash | bash -n")
    #expect(check.status == 0 && check.err.isEmpty)
    func offers(_ typed: String) throws -> [String] {
      let count = typed.split(separator: " ").count
      let script =
        "source <($plimsoll completions bash); COMP_WORDS=(\(typed)); COMP_CWORD=\(count - 1); _plimsoll; "
        + "printf '%s\\n' \"${COMPREPLY[@]}\""
      return try shell(script).out.split(separator: "\n").map(String.init)
    }
    #expect(try offers("plimsoll fi") == ["fit"])
    #expect(try offers("plimsoll fit --max-model") == ["--max-model-len"])
    #expect(try offers("plimsoll fit --gpu h200-s") == ["h200-sxm"])
    #expect(try offers("plimsoll presets g") == ["gpus"])
  }
}

import Deployments
import Foundation
import Testing

/// The formats' own readers, where they are installed.
@Suite struct ConsumerTests {
  private static func has(_ program: String) -> Bool { path(of: program) != nil }

  private static func path(of program: String) -> String? {
    ["/usr/bin/", "/usr/local/bin/", "/bin/"].map { $0 + program }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  /// Runs a program with a text at its input; gives what it says where it fails.
  private static func complaint(_ program: String, _ arguments: [String], _ input: String = "") throws -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(path(of: program)))
    process.arguments = arguments
    let (give, take) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (give, take, take)
    try process.run()
    try give.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try give.fileHandleForWriting.close()
    let said = String(decoding: take.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? nil : said
  }

  private static let texts = ["plain"] + Sample.awkward.filter { !$0.hasPrefix("-") }

  private static func script(_ format: DeploymentFormat, _ text: String) throws -> String {
    let nodes = format.spansNodes ? 2 : 1
    return try format.written(Sample.spec(saying: text, gpus: 2, nodes: nodes)).text
  }

  @Test("bash reads the scripts", .enabled(if: has("bash")), arguments: [DeploymentFormat.shell, .docker, .slurm])
  func bash(_ format: DeploymentFormat) throws {
    for text in Self.texts { #expect(try Self.complaint("bash", ["-n"], try Self.script(format, text)) == nil) }
  }

  @Test(
    "shellcheck finds nothing in the scripts", .enabled(if: has("shellcheck")),
    arguments: [DeploymentFormat.shell, .docker, .slurm])
  func shellcheck(_ format: DeploymentFormat) throws {
    #expect(try Self.complaint("shellcheck", ["-s", "bash", "-"], try Self.script(format, "plain")) == nil)
  }

  private static var hasPyYAML: Bool {
    guard has("python3") else { return false }
    do { return try complaint("python3", ["-c", "import yaml"]) == nil } catch { return false }
  }

  private static let loads = """
    import sys, yaml
    for document in yaml.safe_load_all(sys.stdin.buffer.read().decode()): assert document
    """

  @Test(
    "PyYAML reads the files",
    .enabled(if: hasPyYAML),
    arguments: [DeploymentFormat.config, .compose, .kubernetes, .lws, .helm, .ray])
  func pyyaml(_ format: DeploymentFormat) throws {
    for text in Self.texts {
      #expect(try Self.complaint("python3", ["-c", Self.loads], try Self.script(format, text)) == nil)
    }
  }

  @Test("systemd finds nothing in the unit", .enabled(if: has("systemd-analyze")))
  func systemd() throws {
    for text in ["plain", "a b", "50%", "$HOME", "a\"b", "a\nb"] {
      // What it starts and who it runs as is the reader's to set, and has to be there for the check.
      let unit = try Self.script(.systemd, text)
        .replacingOccurrences(of: "/opt/vllm/bin/vllm", with: "/bin/true")
        .replacingOccurrences(of: "User=vllm\n", with: "")
      let folder = try Folder(["plain.service": unit])
      let said = try Self.complaint("systemd-analyze", ["verify", "--man=no", folder.path + "/plain.service"])
      #expect(said == nil)
    }
  }
}

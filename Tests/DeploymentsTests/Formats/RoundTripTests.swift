import Deployments
import Foundation
import ModelFiles
import Plimsoll
import Testing

/// A deployment written out and read again is the same deployment.
@Suite struct RoundTripTests {
  private static let lines = (try? Fixture.read("command-lines.json")["lines"]?.items) ?? []

  /// The lines of scripts that vLLM's parser was asked with, as the words of one.
  private func spec(_ row: JSON, in folder: Folder) throws -> (DeploymentSpec, ServeLine) {
    let words = (row["words"]?.texts ?? []).map { word in
      FileManager.default.fileExists(atPath: folder.path + "/" + word) ? folder.path + "/" + word : word
    }
    let line = try ServeLine.read(words)
    var spec = Sample.spec(
      line.model ?? "m", gpus: line.flags.tensorParallelSize ?? 1,
      flags: ServedFlag.all(in: line.flags) + ServedFlag.passed(line.others))
    spec.environment = Secrets.withoutSecrets(line.environment).compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1).map { String($0) }
      return parts.count == 2 ? .init(parts[0], parts[1]) : nil
    }
    return (spec, line)
  }

  private func folder() throws -> Folder {
    var files: [String: String] = [:]
    if case .object(let written)? = try Fixture.read("command-lines.json")["files"] {
      for member in written.members { files[member.key] = member.value.text }
    }
    return try Folder(files)
  }

  @Test("There are lines to write") func thereAreLines() { #expect(Self.lines.count >= 50) }

  @Test(
    "The command, docker run, and the --config file read back as the flags that they were written from",
    arguments: lines)
  func roundTrip(_ row: JSON) throws {
    let folder = try folder()
    let (spec, line) = try spec(row, in: folder)
    let shell = try ServeLine.read(["sh", "-c", try DeploymentFormat.shell.written(spec).text])
    let docker = try ServeLine.read(["sh", "-c", try DeploymentFormat.docker.written(spec).text])
    let argv = try ServeLine.read(try JSON.parse(try DeploymentFormat.argv.written(spec).text).texts)
    var forms = [("shell", shell), ("docker", docker), ("argv", argv)]
    // A file cannot say a value that begins with a dash.
    if !spec.flags.contains(where: { $0.words.count == 1 && $0.words[0].contains("=") }) {
      let config = try Folder(["c.yaml": try DeploymentFormat.config.written(spec).text])
      forms.append(("config", try ServeLine.read(["vllm", "serve", "--config", config.path + "/c.yaml"])))
    }
    for (name, read) in forms {
      #expect(read.flags == line.flags, "\(name)")
      #expect(read.model == (line.model ?? "m"), "\(name)")
      #expect(
        ServedFlag.passed(read.others).map(\.words) == ServedFlag.passed(line.others).map(\.words), "\(name)")
    }
    #expect(Set(shell.environment) == Set(spec.environment.map { $0.name + "=" + $0.value }))
    #expect(docker.image?.release == EngineRelease.newest.name)
    // Of one rank of several, and of Ray, the line does not show the others' GPUs.
    if let devices = docker.devices { #expect(devices.count == spec.gpusPerNode) }
  }
}

package import CommandLineKit
package import Deployments
import ModelFiles

/// In which form an answer is written out as a deployment, and where to.
struct FormatOptions {
  var format: DeploymentFormat?
  var file: String?
  var force = false

  static var section: Section<FormatOptions> {
    Section(
      "Deployment",
      [
        .option(
          "--format", to: \.format, help: "Write the flags to run as a deployment of that form."),
        .option("--write", to: \.file, value: "FILE", help: "Write it to a new file, in place of standard output."),
        .flag("--force", to: \.force, help: "Let --write take the place of a file that is there."),
      ])
  }

  /// The form that was asked for; nil where none was.
  ///
  /// - Throws: ``UsageError`` for options that contradict each other, and a file that could not be written: before
  ///   anything is worked out.
  func checked(json: Bool) throws(UsageError) -> DeploymentFormat? {
    guard let format else {
      if file == nil, !force { return nil }
      throw UsageError(
        code: "missing-option",
        message: (file == nil ? "--force" : "--write") + " needs --format, which says what to write")
    }
    if json {
      throw UsageError(
        code: "two-outputs", message: "--json and --format cannot both be on standard output; ask twice")
    }
    guard let file else {
      if force { throw UsageError(code: "missing-option", message: "--force needs --write FILE") }
      return format
    }
    if let refusal = FileWriter.refusal(file, replaces: force) { throw Self.failure(file, refusal) }
    return format
  }

  static func failure(_ file: String, _ refusal: FileWriter.Refusal) -> UsageError {
    UsageError(code: refusal == .exists ? "file-exists" : "bad-file", message: "--write: '\(file)': " + refusal.reason)
  }
}

extension DeploymentFormat: CommandValue {
  /// Other names that people have for these, each in front of ours.
  private static let others = """
    args argv bash shell command shell deployment kubernetes docker-compose compose docker-run docker json argv k8s
    kubernetes kube kubernetes leaderworkerset lws production-stack helm ray-serve ray rayserve ray sbatch slurm service
    systemd sh shell vllm-config config
    """

  package init(word: String) throws(ValueError) {
    let names = Self.others.split { $0 == " " || $0 == "\n" }.map(String.init)
    let other = stride(from: 0, to: names.count - 1, by: 2).first { names[$0] == word.asciiLowercased }
    if let format = Self(rawValue: other.map { names[$0 + 1] } ?? word.asciiLowercased) {
      self = format
      return
    }
    var error = ValueError.noneOf(Self.choices, word)
    if word == "yaml" || word == "yml" { error.suggestions = ["config", "kubernetes", "compose"] }
    throw error
  }
}

import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// A deployment on its way out, to standard output or a file.
enum FormatOutput {
  /// - Throws: ``UsageError`` where the form cannot express it, or the file cannot be written.
  static func write(
    _ spec: DeploymentSpec, as format: DeploymentFormat, _ options: FormatOptions, _ context: inout Context
  ) throws(UsageError) {
    let written: WrittenDeployment
    do throws(FormatError) {
      written = try format.written(spec)
    } catch {
      throw UsageError(code: "not-in-this-format", message: error.message)
    }
    guard let file = options.file else {
      context.out.write(written.text)
      return
    }
    var files = [(path: file, text: written.text)]
    if let beside = written.beside { files.append((Self.path(file, ending: beside.ending), beside.text)) }
    // Nothing is written where the second could not be.
    for (path, _) in files {
      if let refusal = FileWriter.refusal(path, replaces: options.force) { throw FormatOptions.failure(path, refusal) }
    }
    for (path, text) in files {
      do throws(FileWriter.Refusal) {
        try FileWriter.write(text, to: path, replaces: options.force)
      } catch {
        throw FormatOptions.failure(path, error)
      }
      context.err.line("plimsoll: wrote \(path) (\(format.summary))")
    }
  }

  /// `vllm.env.sh` of `vllm.yaml`.
  private static func path(_ file: String, ending: String) -> String {
    let name = FilePaths.lastName(file)
    guard let point = name.lastIndex(of: "."), point > name.startIndex else { return file + ending }
    return String(file.dropLast(name[point...].count)) + ending
  }
}

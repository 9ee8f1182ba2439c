import CommandLineKit
import Deployments
import Plimsoll

/// The line after `--`, read for a verb: every verb that takes a line calls this.
enum LineInput {
  /// - Throws: ``UsageError`` for a wrong line, ``InputFailure`` for a right one of which a part cannot be had.
  static func read(_ words: [String]) throws -> ServeLine {
    do throws(LineError) {
      return try ServeLine.read(words)
    } catch {
      if error.isInput {
        throw InputFailure(code: error.code, message: error.message, suggestions: error.suggestions)
      }
      throw UsageError(error)
    }
  }

  /// Neither the command nor the line names a model; vLLM has one of its own for that.
  static func missingModel(in line: ServeLine?) -> UsageError {
    guard line != nil else { return UsageError(code: "missing-argument", message: "missing argument MODEL") }
    return UsageError(
      code: "missing-argument",
      message: "the line names no model; vLLM would serve Qwen/Qwen3-0.6B: write that, if it is meant")
  }

  /// The image's tag names a release of which nothing is known.
  static func unknownRelease(_ name: String, of image: ContainerImage) -> InputFailure {
    InputFailure(
      code: "unknown-release",
      message:
        "the image '\(Secrets.masked(image.name))' holds release \(name), which is not modelled: \(EngineListing.names.last ?? "") to "
        + "\(EngineRelease.newest.name) are; --vllm RELEASE plans the line as another one")
  }

  /// What a person should know about the line: how it was read, and the GPUs that it shows.
  static func findings(_ line: ServeLine?, stated: Int?) -> [Finding] {
    guard let line else { return [] }
    guard let devices = line.devices, let visible = line.visibleCount else { return line.notes }
    let nodes = (line.nodes ?? 1) > 1 ? " on each of \(line.nodes ?? 1) nodes" : ""
    let differs = stated.map { $0 != visible } ?? false
    let text = "\(devices.source) shows \(devices.count) \(devices.count == 1 ? "GPU" : "GPUs")\(nodes)"
    return line.notes + [
      Finding(
        "visible-devices", differs ? .warning : .note,
        differs ? "\(text), and --gpu says \(stated ?? 0); planned for the latter" : text)
    ]
  }
}

extension ServeLine {
  /// The GPUs that the line shows on all its nodes.
  var visibleCount: Int? {
    devices.map { devices in
      let (all, overflow) = devices.count.multipliedReportingOverflow(by: max(1, nodes ?? 1))
      return overflow ? devices.count : all
    }
  }
}

extension UsageError {
  /// A mistake in the words of vLLM.
  init(_ error: LineError) {
    self.init(code: error.code, message: error.message, suggestions: error.suggestions)
  }
}

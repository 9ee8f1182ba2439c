import CommandLineKit
import ModelFiles
import Plimsoll

/// A search on its way out: as a table, as CSV, or as JSON, and as an exit status.
struct SolveReport {
  var request: SolveRequest
  private var options: FitOptions { request.fit.options }

  init(_ request: SolveRequest) { self.request = request }

  func run(_ context: inout Context) throws -> Int32 {
    let solver = Solver(request.space)
    let goal = request.options.goal
    let solution = solver.solve(for: goal, top: request.options.top)
    if options.json {
      try SolveJSON(request: request, solution: solution).write(&context.out)
    } else if request.options.csv {
      try SolveCSV(request: request).write(solution, &context.out)
    } else if !options.quiet {
      try SolveText(request: request, solution: solution, terminal: context.terminal).write(&context.out)
      for finding in findings { context.err.line(finding.line(on: context.errTerminal)) }
    }
    if solution.valid == 0, request.options.csv || options.quiet {
      context.err.line("plimsoll: nothing is valid: " + (solution.exclusions.last?.reason ?? "the space is empty"))
    }
    if solution.valid > 0 || options.exitZero { return 0 }
    return !solution.exclusions.isEmpty && solution.exclusions.allSatisfy(\.isUnknown) ? 4 : 1
  }

  /// What a person should know of the input.
  var findings: [Finding] { Self.findings(request) }

  static func findings(_ request: SolveRequest) -> [Finding] {
    var all = request.notes + LineInput.findings(request.fit.line, stated: nil)
    all += request.fit.model.notes + (request.fit.model.checkpoint?.notes ?? [])
    if let finding = request.fit.release.standingFinding { all.append(finding) }
    if request.fit.isReleaseAssumed {
      all.append(
        Finding(
          "release-assumed", .note, "vLLM \(request.fit.release.name) is assumed; name another with --vllm"))
    }
    return all + request.fit.values.notes
  }
}

extension SolveRequest {
  /// Calls `visit` for what is shown: the best, or with `--all` every valid configuration, each with its mark.
  func forEachShown(_ solution: Solution, _ visit: (Candidate, Bool) -> Void) {
    var front = ParetoFront()
    for candidate in solution.front { front.insert(candidate) }
    guard options.all else {
      for candidate in solution.best { visit(candidate, front.marks(candidate)) }
      return
    }
    _ = Solver(space).enumerate { visit($0, front.marks($0)) }
  }

  /// The line to run for a candidate.
  func arguments(of candidate: Candidate) -> [String] {
    let revision = fit.model.revision.map { ["--revision", $0] } ?? []
    return ["vllm", "serve", fit.model.servedName] + revision
      + candidate.flags(over: space.starts[candidate.start]).arguments
  }

  /// What excludes a part, in front of its reason: "TP 3, 5, 6, 7".
  func label(_ exclusion: Exclusion) -> String {
    let layouts = exclusion.layouts
    func list(_ name: String, _ sizes: [Int]) -> String {
      var seen: [Int] = []
      for size in sizes where !seen.contains(size) { seen.append(size) }
      seen.sort()
      let shown = seen.prefix(8).map { String($0) }.joined(separator: ", ")
      return "\(name) \(shown)" + (seen.count > 8 ? " and \(seen.count - 8) more" : "")
    }
    let isTensor: Bool
    switch exclusion.code {
    case "heads-divisible", "kv-heads-divisible", "vocabulary-divisible", "groups-divisible",
      "encoder-heads-divisible":
      isTensor = true
    default: isTensor = false
    }
    var text: String
    if isTensor {
      text = list("TP", layouts.map(\.tensor))
    } else if exclusion.code == "pipeline-parallel" {
      text = list("PP", layouts.map(\.pipeline))
    } else {
      var names: [String] = []
      for layout in layouts where !names.contains(layout.text) { names.append(layout.text) }
      text = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
    }
    if space.starts.count > 1 { text = startLabel(exclusion.start) + ", " + text }
    return text
  }

  /// A start by its GPU and the form of the weights.
  func startLabel(_ index: Int) -> String {
    let start = space.starts[index]
    return start.deployment.device.id + (start.quantization.map { " " + $0 } ?? "")
  }
}

extension Layout {
  /// As people write it: `TP 8 × PP 2`, whole experts as `EP`.
  var text: String {
    var parts = ["TP \(tensor)"]
    if pipeline > 1 { parts.append("PP \(pipeline)") }
    if data > 1 { parts.append("DP \(data)") }
    if decodeContext > 1 { parts.append("DCP \(decodeContext)") }
    return parts.joined(separator: " × ") + (expertParallel ? " EP" : "")
  }
}

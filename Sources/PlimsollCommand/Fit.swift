import Catalog
import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// `plimsoll fit`: will this fit.
struct Fit: Command {
  static let name = "fit"
  static let summary = "Say whether a model fits, where the memory goes, and what to run."
  static let discussion = """
    Takes the flags of 'vllm serve' as vLLM spells them beside its own, or a whole line after '--'. Without --gpu it \
    says for each data-centre GPU how many are needed. Exit status: 0 fits or tight, 1 does not fit or refused, \
    2 wrong command line, 3 tight under --strict, 4 model not available or not modelled.
    """
  static let examples = [
    Example("plimsoll fit Qwen/QwQ-32B --gpu a100-80gb --max-model-len 32768", "one GPU, a given length"),
    Example("plimsoll fit llama-3.1-70b --gpu h100:4 --json", "four GPUs by tensor parallelism, as JSON"),
    Example("plimsoll fit --gpu l40s -- vllm serve Qwen/Qwen3-8B --max-model-len 32k", "the line of a script"),
    Example("plimsoll fit QwQ-32B --gpu h100:2 --format kubernetes --write qwq.yaml", "the deployment, to commit"),
    Example("plimsoll fit --gpu h100 -- docker run vllm/vllm-openai:v0.33.0 Qwen/Qwen3-8B", "that of a container"),
  ]

  @Boxed var options = FitOptions()
  @Boxed var serve = ServeFlags()
  /// `--revision` of vLLM.
  var revision: String?
  /// Flags of vLLM that move no memory, which the line to run has all the same.
  var others: [GivenFlag] = []
  var rest: [String] = []
  /// Everything typed before '--', which goes over what files and variables say.
  var typed: [Setting] = []

  var display: DisplayOptions { options.display }

  static var sections: [Section<Fit>] {
    let own = FitOptions.sections.map { $0.inside(\Fit.options) }
    return own + [
      Section(
        "The line to plan",
        [
          .rest(
            "VLLM-LINE", to: \.rest,
            help: "The line of a script that starts vLLM, after '--': vllm serve, python -m, docker run, sh -c.")
        ]),
      Section("Flags of vllm serve", ServeFlags.descriptors.map { $0.shown() }),
    ]
  }

  /// Our options go to their table; what vLLM knows goes to its own grammar.
  static func read(_ words: [String]) throws(UsageError) -> Fit {
    let sections = FitOptions.sections
    let parser = Parser(sections)
    let spellings = parser.spellings
    let valued = Set(
      sections.flatMap(\.parameters).filter { $0.signature.kind == .option }.flatMap(\.signature.names))
    var command = Fit()
    var line = ServeArguments(abbreviated: false)
    var ours: [String] = []
    var remaining = words[...]
    while let word = remaining.popFirst() {
      if word == "--" {
        command.rest = Array(remaining)
        break
      }
      guard word.hasPrefix("-"), word.count > 1, Double(word) == nil else {
        ours.append(word)
        continue
      }
      let typed = ServeFlags.split(word)
      let name = typed.name.hasPrefix("--") ? String(typed.name.map { $0 == "_" ? "-" : $0 }) : typed.name
      if spellings.contains(name) {
        ours.append(word)
        if valued.contains(name), typed.value == nil, let next = remaining.popFirst() { ours.append(next) }
      } else {
        do throws(LineError) {
          guard try !line.take(word, &remaining) else { continue }
          throw UnknownFlag.error(typed.name, more: nearest(to: typed.name, among: spellings))
        } catch {
          throw UsageError(error)
        }
      }
    }
    let parsed = try parser.parse(ours, into: FitOptions())
    command.options = try parsed.strict()
    do throws(LineError) { try line.finish() } catch { throw UsageError(error) }
    command.serve = line.flags
    command.revision = line.values["--revision"]
    command.others = line.others
    command.typed = Setting.typed(parsed.given) + Setting.flags(line.given)
    return command
  }

  /// What was typed, as the uppermost layer of values.
  private var uppermost: FitLayers.Typed {
    FitLayers.Typed(settings: typed, options: options, serve: serve, revision: revision, others: others)
  }

  /// What the words ask, looked up; `values` are set as soon as they are known.
  private func request(_ values: inout FitValues, _ context: Context) throws -> FitRequest {
    let line = rest.isEmpty ? nil : try LineInput.read(rest)
    values = try FitLayers(uppermost, context).values(under: line)
    return try FitRequest(values, hub: try HubInput.hub(values.options, context))
  }

  /// The same for another verb that takes the words of `fit`: what is wrong is thrown, with the place where it was said.
  func request(_ context: Context) throws -> FitRequest {
    var values = FitValues(uppermost, project: nil)
    do {
      return try request(&values, context)
    } catch let error as UsageError {
      throw values.placed(error)
    } catch let failure as InputFailure {
      throw values.placed(failure)
    }
  }

  func run(_ context: inout Context) throws -> Int32 {
    var values = FitValues(uppermost, project: nil)
    let request: FitRequest
    let format = try options.deployment.checked(json: options.json)
    do {
      request = try self.request(&values, context)
    } catch let error as UsageError {
      throw values.placed(error)
    } catch let failure as InputFailure {
      let (failure, options) = (values.placed(failure), values.options)
      guard options.json || options.exitZero else { throw failure }
      // An unknown model is an answer of its own kind, with every key of a fit in place.
      if options.json { context.out.line(UnknownModelJSON.document(failure, values).serialized(pretty: true)) }
      context.err.line("plimsoll: \(failure.sentence)")
      return options.exitZero ? 0 : failure.exitStatus
    }
    let options = values.options
    guard let accelerator = request.accelerator else {
      if let format {
        throw UsageError(
          code: "missing-option",
          message: "--format \(format.rawValue) needs --gpu: a deployment is for one kind of GPU")
      }
      return GPUSurvey(request).report(options, &context)
    }
    let plan = Planner.plan(request.deployment(on: accelerator))
    let gates = FitGates(options).missed(by: plan, serving: request.workload)
    let report = FitReport(request: request, accelerator: accelerator, plan: plan, gates: gates)
    if let format { return try report.write(as: format, options, &context) }
    report.write(options, &context)
    return report.exitStatus(options)
  }
}

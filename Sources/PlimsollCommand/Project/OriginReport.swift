import CommandLineKit
import ModelFiles
import Plimsoll

/// `--show-origin`: each value in force, and where it is from.
struct OriginReport {
  var rows: [Row] = []

  struct Row {
    var name: String
    var value: JSON
    var origin: Origin
  }

  /// The values of a plan; without one, for a survey of GPUs, those that were said.
  init(_ request: FitRequest, _ accelerator: AcceleratorInput? = nil, _ plan: Plan? = nil) {
    let said = request.values.inForce
    rows = said.filter { $0.target == .option && !Self.output.contains($0.name) }.map { setting in
      Row(name: setting.key, value: .string(setting.shown), origin: setting.origin)
    }
    addDefaults(request, accelerator)
    let order = FitOptions.sections.flatMap(\.parameters).map(\.signature.canonicalName)
    func place(_ row: Row) -> Int { order.firstIndex { row.name == $0 || row.name.hasPrefix($0 + " ") } ?? order.count }
    rows = rows.ordered { place($0) < place($1) }
    let flags = said.filter { $0.target == .flag && $0.movesMemory }
    var shown: Set<String> = []
    if let plan, plan.verdict != .unknown { shown = addResolved(request, plan, flags) }
    for setting in flags where !shown.contains(setting.key) {
      rows.append(Row(name: setting.key, value: .string(setting.shown), origin: setting.origin))
    }
  }

  /// Options that say how to answer, and nothing of the deployment.
  private static let output: Set = [
    "--json", "--quiet", "--color", "--ascii", "--show-origin", "--project", "--no-project", "--exit-zero", "--offline",
    "--refresh",
  ]

  private mutating func addDefaults(_ request: FitRequest, _ accelerator: AcceleratorInput?) {
    func add(_ name: String, _ value: JSON, _ origin: Origin) {
      if !rows.contains(where: { $0.name == name }) { rows.append(Row(name: name, value: value, origin: origin)) }
    }
    if let accelerator, let total = accelerator.device.totalMemory.bytes {
      add("--gpu-memory", .string(total.gibText), .preset(accelerator.device.id))
    }
    add("--nodes", .integer(request.options.nodes), .builtIn)
    add("--vllm", .string(request.release.name), .builtIn)
    add("--entry-point", .string(request.options.entryPoint.rawValue), .builtIn)
  }

  /// The flags as vLLM resolves them; gives the keys of the settings that these rows stand for.
  private mutating func addResolved(_ request: FitRequest, _ plan: Plan, _ flags: [Setting]) -> Set<String> {
    let evaluation = plan.evaluation
    let document = ResolvedFlagsJSON.document(evaluation.flags, blockSize: evaluation.placement?.blockSize)
    guard case .object(let resolved) = document else { return [] }
    var shown: Set<String> = []
    for member in resolved.members {
      let flag = "--" + String(member.key.map { $0 == "_" ? "-" : $0 })
      let isFlag = ServeFlags.match(flag) != nil
      let keys = isFlag ? [flag] : Self.sources[member.key] ?? []
      var origin: Origin?
      for key in keys where origin == nil {
        origin = flags.last { $0.key == key }?.origin ?? request.values.inForce.last { $0.key == key }?.origin
      }
      if isFlag, origin != nil { shown.insert(flag) }
      let fallback = Self.fromConfig.contains(member.key) ? request.model.origin : .engine(request.release.name)
      rows.append(Row(name: isFlag ? flag : member.key, value: member.value, origin: origin ?? fallback))
    }
    return shown
  }

  /// What is no flag of its own, and what it is set by, the nearest first.
  private static let sources = [
    "cudagraph_mode": ["--compilation-config.cudagraph_mode", "--compilation-config", "--enforce-eager"],
    "num_cudagraph_capture_sizes": [
      "--cudagraph-capture-sizes", "--max-cudagraph-capture-size", "--compilation-config", "--enforce-eager",
    ],
    "num_speculative_tokens": ["--speculative-config.num_speculative_tokens", "--speculative-config"],
    "use_v2_model_runner": ["--env VLLM_USE_V2_MODEL_RUNNER"],
  ]

  /// What the model's config.json decides where no flag does.
  private static let fromConfig: Set = ["max_model_len", "dtype"]
}

extension OriginReport {
  func lines(on terminal: Terminal) -> [String] {
    Table(
      [.init("name"), .init("value"), .init("from")],
      rows: rows.map { [$0.name, Self.text($0.value), $0.origin.text] }
    ).lines(on: terminal)
  }

  private static func text(_ value: JSON) -> String {
    switch value {
    case .string(let text): text
    case .null: "none"
    default: value.serialized(pretty: false)
    }
  }

  var document: JSON {
    .array(
      rows.map { row in
        [
          "name": .string(row.name), "value": row.value, "origin": .string(row.origin.kind),
          "path": .optional(row.origin.path), "line": .optional(row.origin.line),
          "variable": .optional(row.origin.variable),
        ]
      })
  }
}

extension Setting {
  /// Whether it is a flag that a plan depends on; of others a line's reader keeps no list.
  fileprivate var movesMemory: Bool { if case .flag? = ServeFlags.match(name) { true } else { false } }
}

extension ModelInput {
  /// Where what its config decides is from.
  fileprivate var origin: Origin { source == .preset ? .preset(id) : .modelConfig(id) }
}

/// A key of a project file whose value is one word of an option.
struct ConfigKey {
  /// The key as it is written.
  var name: String
  /// The option that the value stands for.
  var option: String
  var kind: Kind
  /// It describes the deployment itself, so that a whole line of vLLM leaves no room for it.
  var isDeployment = false

  enum Kind {
    case text, integer, number
  }

  /// The variable that says the same.
  var variable: String { "PLIMSOLL_" + name.uppercased() }

  static let scalars = [
    ConfigKey(name: "model", option: "MODEL", kind: .text, isDeployment: true),
    ConfigKey(name: "gpu", option: "--gpu", kind: .text),
    ConfigKey(name: "gpu_memory", option: "--gpu-memory", kind: .text),
    ConfigKey(name: "nodes", option: "--nodes", kind: .integer),
    ConfigKey(name: "vllm", option: "--vllm", kind: .text),
    ConfigKey(name: "entry_point", option: "--entry-point", kind: .text, isDeployment: true),
    ConfigKey(name: "min_concurrency", option: "--min-concurrency", kind: .number),
    ConfigKey(name: "min_kv_tokens", option: "--min-kv-tokens", kind: .integer),
    ConfigKey(name: "min_headroom", option: "--min-headroom", kind: .text),
  ]

  /// The keys that hold several values, and what says nothing about a deployment.
  static let groups = ["flags", "env", "measured"]
  static let labels = ["schema", "$schema"]

  /// Every key of a project file.
  static var all: [String] { labels + scalars.map(\.name) + groups }

  /// The key that stands for an option.
  static func name(of option: String) -> String {
    scalars.first { $0.option == option }?.name ?? String(option.drop { $0 == "-" })
  }
}

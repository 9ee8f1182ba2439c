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
    /// A number of tokens, or text that says more of them.
    case lengths
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
    ConfigKey(name: "lengths", option: "--lengths", kind: .lengths),
    ConfigKey(name: "prompt_tokens", option: "--prompt-tokens", kind: .lengths),
    ConfigKey(name: "output_tokens", option: "--output-tokens", kind: .lengths),
    ConfigKey(name: "shared_prefix", option: "--shared-prefix", kind: .integer),
    ConfigKey(name: "concurrency", option: "--concurrency", kind: .integer),
    ConfigKey(name: "min_concurrency", option: "--min-concurrency", kind: .number),
    ConfigKey(name: "min_kv_tokens", option: "--min-kv-tokens", kind: .integer),
    ConfigKey(name: "min_headroom", option: "--min-headroom", kind: .text),
    ConfigKey(name: "store", option: "--store", kind: .text),
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

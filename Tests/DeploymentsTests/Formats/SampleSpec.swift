import Deployments
import ModelFiles
import Plimsoll

/// Deployments to write out.
enum Sample {
  static let h100 = DeploymentSpec.Accelerator(name: "H100", vendor: .nvidia, product: "NVIDIA-H100-80GB-HBM3")

  static func spec(
    _ model: String = "Qwen/QwQ-32B", gpus: Int = 2, nodes: Int = 1, flags: [ServedFlag]? = nil,
    on accelerator: DeploymentSpec.Accelerator = h100, release: EngineRelease = .newest
  ) -> DeploymentSpec {
    let own = [
      ServedFlag("--tensor-parallel-size", .integer(gpus), comment: "two heads a rank"),
      ServedFlag("--gpu-memory-utilization", 0.92), ServedFlag("--max-model-len", 32768, comment: "as asked"),
      ServedFlag("--enable-prefix-caching", false), ServedFlag("--enforce-eager", true),
      ServedFlag("--cudagraph-capture-sizes", [1, 2, 4]),
      ServedFlag("--compilation-config", ["cudagraph_mode": "NONE", "pass_config": ["fuse_norm_quant": true]]),
    ]
    var spec = DeploymentSpec(
      model: model, flags: flags ?? own, release: release, accelerator: accelerator, gpusPerNode: gpus, nodes: nodes)
    spec.needs = HostNeeds(checkpoint: .gib(61), ranks: gpus, offloaded: .zero)
    spec.title = ["QwQ-32B on 2 x H100", "fits"]
    return spec
  }

  /// The same with a text where a text may stand: the model, a flag's value, within a flag's JSON, a variable.
  static func spec(saying text: String, gpus: Int = 2, nodes: Int = 1) -> DeploymentSpec {
    var spec = spec(
      "org/" + text, gpus: gpus, nodes: nodes,
      flags: [
        ServedFlag("--tensor-parallel-size", .integer(gpus * nodes), comment: text + " said"),
        ServedFlag("--tokenizer", .string(text)), ServedFlag("--hf-overrides", ["key": .string(text)]),
      ])
    spec.environment = [.init("VLLM_NOTE", text)]
    spec.title = [text, text + text]
    return spec
  }

  /// Texts that some format takes for something else than a text.
  static let awkward = [
    "a'b", "a\"b", "a b", "a\nb", "a\r\nb", "$(touch /tmp/plimsoll-was-here)", "`id`", "${HOME}", "$HOME", "$$",
    "$$(A)",
    "$", "a$", "%h", "%%", "%", "a\\", "\\", "\\n", "\\\\", "#a", "a #b", "a: b", ": ", "a:", "- a", "{a}", "{a: b}",
    "[a]", "*a", "&a", "!a", "|", ">", "@a", "a@b", "? a", "yes", "No", "null", "~", "true", "1e3", "010", "0x1F",
    "1:30",
    "2001-01-01", ".5", "1_000", ".inf", "=", "<<", "...", "---", "é", "日本", "😀", "a\u{2028}b", "a\u{85}b", "\u{FEFF}a",
    "\ta", "a\t", "\u{1}", "\u{7F}", "\u{1B}[0m", " a", "a ", ";", "a;b", "a&b", "a|b", "(a)", "<a>", "a,b", "a=b", "'",
    "\"", "''", "\"\"", "!", "^", "~/a", "a*", "a?", "{{ .Values.x }}", "/a/b", "\n", "a\n#SBATCH --x",
    "a\nExecStart=b",
  ]

  /// Those that also begin with a dash, which a command line takes for a flag.
  static let dashed = ["-a", "--config", "-1e3", "--a=b", "-", "--", "-a b", "-$(b)"]
}

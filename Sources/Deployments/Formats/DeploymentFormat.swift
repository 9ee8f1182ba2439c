/// A form in which a deployment is written out.
package enum DeploymentFormat: String, CaseIterable, Hashable, Sendable {
  /// A line of a POSIX shell.
  case shell
  /// The words of the command, as JSON.
  case argv
  /// A file for `vllm serve --config`.
  case config
  case docker, compose
  /// A Deployment of Kubernetes with its volume and service.
  case kubernetes
  /// A LeaderWorkerSet of Kubernetes: a group of pods, one a node.
  case lws
  /// Values of vLLM's production-stack chart.
  case helm
  /// The configuration of Ray Serve LLM.
  case ray
  case systemd, slurm
}

/// A deployment in one form.
package struct WrittenDeployment: Hashable, Sendable {
  package var text: String
  /// A file that goes beside it, where it needs one.
  package var beside: Beside?

  /// A second file.
  package struct Beside: Hashable, Sendable {
    /// What its name ends in, in place of the ending of the first.
    package var ending: String
    package var text: String
  }

  package init(_ text: String, beside: Beside? = nil) {
    self.text = text
    self.beside = beside
  }
}

/// Why a deployment cannot be written in a form.
package struct FormatError: Error, Hashable, Sendable {
  package var format: DeploymentFormat
  /// What is in the way and what to do, a sentence without the format's name in front.
  package var reason: String

  /// The sentence for the user.
  package var message: String { "--format \(format.rawValue): \(reason)" }
}

extension DeploymentFormat {
  /// Whether it can start one engine on several nodes.
  package var spansNodes: Bool {
    switch self {
    case .lws, .ray, .slurm: true
    default: false
    }
  }

  /// What it is, in some words.
  package var summary: String {
    switch self {
    case .shell: "a command line"
    case .argv: "its words as JSON"
    case .config: "a file for vllm serve --config"
    case .docker: "docker run"
    case .compose: "a Compose file"
    case .kubernetes: "a Kubernetes Deployment"
    case .lws: "a LeaderWorkerSet"
    case .helm: "values of vLLM's production stack"
    case .ray: "a Ray Serve LLM config"
    case .systemd: "a systemd unit"
    case .slurm: "an sbatch script"
    }
  }

  /// Writes a deployment.
  ///
  /// - Throws: ``FormatError`` where this form cannot express it.
  package func written(_ spec: DeploymentSpec) throws(FormatError) -> WrittenDeployment {
    if spec.nodes > 1, !spansNodes {
      let others = DeploymentFormat.allCases.filter(\.spansNodes).map(\.rawValue).joined(separator: ", ")
      throw FormatError(
        format: self, reason: "\(summary) is for one node and the plan spans \(spec.nodes); these span nodes: \(others)")
    }
    if self == .config { return try ConfigYAML.written(spec) }
    let text =
      switch self {
      case .shell: ShellCommand.text(spec)
      case .argv: ShellCommand.json(spec)
      case .docker: DockerRun.text(spec)
      case .compose: ComposeFile.text(spec)
      case .kubernetes: KubernetesDeployment.text(spec)
      case .lws: try LeaderWorkerSet.text(spec)
      case .helm: try HelmValues.text(spec)
      case .ray: try RayServe.text(spec)
      case .systemd: SystemdUnit.text(spec)
      case .slurm: try SlurmScript.text(spec)
      case .config: ""
      }
    return WrittenDeployment(text)
  }
}

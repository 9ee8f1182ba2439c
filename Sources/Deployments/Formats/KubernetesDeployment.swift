/// A Deployment of Kubernetes with its volume and its service.
enum KubernetesDeployment {
  static func text(_ spec: DeploymentSpec) -> String {
    let pod = KubernetesPod(spec: spec, indent: 6)
    let label = "app.kubernetes.io/name: " + spec.label
    var lines = CommentLines.head(spec) + secrets(spec) + pod.claim(mode: "ReadWriteOnce")
    lines += [
      "apiVersion: apps/v1", "kind: Deployment", "metadata:", "  name: " + spec.label, "  labels: {\(label)}", "spec:",
      "  replicas: 1",
      // The new pod would wait for GPUs that the old one holds.
      "  strategy: {type: Recreate}",
      // Else a start that takes longer than ten minutes counts as failed.
      "  progressDeadlineSeconds: \((spec.needs.startSeconds ?? 1800) + 300)",
      "  selector:", "    matchLabels: {\(label)}", "  template:", "    metadata:", "      labels: {\(label)}",
      "    spec:",
    ]
    lines += pod.lines + pod.service([label])
    return lines.joined(separator: "\n") + "\n"
  }

  /// How the secrets that pods refer to come to be.
  static func secrets(_ spec: DeploymentSpec) -> [String] {
    spec.secrets.flatMap { secret in
      CommentLines.of(
        "\(secret) is read from the secret '\(KubernetesPod.secretName(secret))', where there is one: kubectl create secret generic "
          + "\(KubernetesPod.secretName(secret)) --from-literal=\(secret)=\"$\(secret)\"")
    }
  }
}

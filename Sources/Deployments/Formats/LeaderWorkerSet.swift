import ModelFiles
import Plimsoll

/// A LeaderWorkerSet: a group of pods, one a node, in which vLLM's own processes find each other.
///
/// Source: leaderworkerset.x-k8s.io/v1, which sets LWS_GROUP_SIZE, LWS_WORKER_INDEX and LWS_LEADER_ADDRESS in each pod;
/// `--nnodes`, `--node-rank`, `--master-addr`, `--headless`: `EngineArgs.create_engine_config`, engine/arg_utils.py of vLLM.
enum LeaderWorkerSet {
  static func text(_ spec: DeploymentSpec) throws(FormatError) -> String {
    try NodeGroup.check(spec, .lws)
    let group = [
      "--nnodes=$(LWS_GROUP_SIZE)", "--node-rank=$(LWS_WORKER_INDEX)", "--master-addr=$(LWS_LEADER_ADDRESS)",
    ]
    let isGroup = spec.nodes > 1
    let leader = KubernetesPod(spec: spec, more: isGroup ? group : [], indent: 8)
    let worker = KubernetesPod(spec: spec, more: group + ["--headless"], isServer: false, indent: 8)
    let label = "app.kubernetes.io/name: " + spec.label
    var lines = CommentLines.head(spec) + KubernetesDeployment.secrets(spec)
    if isGroup { lines.append("# set me: a storage class whose volumes several nodes may write") }
    lines += leader.claim(mode: isGroup ? "ReadWriteMany" : "ReadWriteOnce")
    lines += [
      "apiVersion: leaderworkerset.x-k8s.io/v1", "kind: LeaderWorkerSet", "metadata:", "  name: " + spec.label, "spec:",
      "  replicas: 1", "  leaderWorkerTemplate:", "    size: \(spec.nodes)",
      // A rank that is lost takes the whole engine with it.
      "    restartPolicy: RecreateGroupOnPodRestart", "    leaderTemplate:", "      metadata:",
      "        labels: {\(label), role: leader}", "      spec:",
    ]
    lines += leader.lines
    lines += ["    workerTemplate:", "      metadata:", "        labels: {\(label), role: worker}", "      spec:"]
    lines += worker.lines
    lines += leader.service(["leaderworkerset.sigs.k8s.io/name: " + spec.label, "role: leader"])
    return lines.joined(separator: "\n") + "\n"
  }
}

/// What it takes for one engine to span nodes by vLLM's own processes.
enum NodeGroup {
  /// - Throws: ``FormatError`` where the release cannot, or the flags say otherwise.
  static func check(_ spec: DeploymentSpec, _ format: DeploymentFormat) throws(FormatError) {
    guard spec.nodes > 1 else { return }
    if let since = spec.nodesSince {
      throw FormatError(
        format: format,
        reason: "vLLM \(spec.release.name) has no --nnodes, by which nodes find each other (\(since) has): use --format ray")
    }
    if case .string(let backend)? = spec.value(of: "--distributed-executor-backend"), backend != "mp" {
      throw FormatError(
        format: format,
        reason: "nodes are joined by vLLM's own processes here and --distributed-executor-backend is \(backend): "
          + "take the flag out, or use --format ray")
    }
  }
}

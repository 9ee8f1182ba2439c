/// What a Deployment and a LeaderWorkerSet have in common: the pod that runs vLLM, its volume, its service.
///
/// Source: docs/deployment/k8s.md of vLLM. `$(NAME)` in arguments and variables is replaced by Kubernetes, and `$$`
/// stands for a dollar.
struct KubernetesPod {
  var spec: DeploymentSpec
  /// Words of Kubernetes' own behind the flags, such as `--nnodes=$(LWS_GROUP_SIZE)`.
  var more: [String] = []
  /// It answers requests, and so has a port and probes.
  var isServer = true
  /// Where the pod's spec stands.
  var indent: Int

  /// The volume that keeps the weights.
  func claim(mode: String) -> [String] {
    let volume = spec.needs.volume
    let reason = volume?.reason ?? "set me: what the checkpoint takes and more"
    let mount = spec.isFolder ? ["# set me: the files of the model have to be put on it"] : []
    return mount + [
      "apiVersion: v1", "kind: PersistentVolumeClaim", "metadata:", "  name: \(spec.label)-weights", "spec:",
      "  accessModes: [\(mode)]",
    ] + CommentLines.of(reason, indent: 2) + [
      "  resources: {requests: {storage: \(volume?.gibibytes ?? "100Gi")}}", "---",
    ]
  }

  /// The service in front; `selector` says which pods.
  func service(_ selector: [String]) -> [String] {
    ["---", "apiVersion: v1", "kind: Service", "metadata:", "  name: " + spec.label, "spec:", "  selector:"]
      + selector.map { "    " + $0 } + ["  ports:", "    - {name: http, port: \(spec.port), targetPort: \(spec.port)}"]
  }

  /// The lines below `spec:` of a pod.
  var lines: [String] {
    let blanks = String(repeating: " ", count: indent)
    var body = [
      // A service that happens to be named vllm would set VLLM_PORT, which vLLM takes for its own.
      "enableServiceLinks: false"
    ]
    if let product = spec.accelerator.product, !spec.isAMD {
      body.append("# nodeSelector: {nvidia.com/gpu.product: \(YAMLText.scalar(product))} # set me where nodes differ")
    }
    body += ["containers:", "  - name: vllm", "    image: " + YAMLText.scalar(spec.image)]
    body += ["    command: [vllm, serve]", "    args:"]
    body += FlagItems.lines(spec, indent: 6, more: more) { YAMLText.scalar(YAMLText.withoutVariables($0)) }
    body += variables + (isServer ? probes : []) + resources
    body += ["    terminationMessagePolicy: FallbackToLogsOnError", "    volumeMounts:"]
    let path = spec.isFolder ? "/model" : "/root/.cache/huggingface"
    body.append("      - {name: weights, mountPath: \(path)}")
    if spec.needs.sharedMemory != nil { body.append("      - {name: shm, mountPath: /dev/shm}") }
    body += ["volumes:", "  - name: weights", "    persistentVolumeClaim: {claimName: \(spec.label)-weights}"]
    if let shared = spec.needs.sharedMemory {
      body += CommentLines.of(shared.reason, indent: 2)
      body += ["  - name: shm", "    emptyDir: {medium: Memory, sizeLimit: \(shared.gibibytes)}"]
    }
    return body.map { blanks + $0 }
  }

  private var variables: [String] {
    guard !spec.secrets.isEmpty || !spec.environment.isEmpty else { return [] }
    var lines = ["    env:"]
    for secret in spec.secrets {
      // A secret that is not there is no reason not to start: most models need none.
      lines += ["      - name: " + secret, "        valueFrom:"]
      lines.append("          secretKeyRef: {name: \(Self.secretName(secret)), key: \(secret), optional: true}")
    }
    for variable in spec.environment {
      let value = YAMLText.quoted(YAMLText.withoutVariables(variable.value))
      lines += ["      - name: " + YAMLText.scalar(variable.name), "        value: " + value]
    }
    return lines
  }

  /// `hf-token` of `HF_TOKEN`.
  static func secretName(_ variable: String) -> String {
    String(variable.lowercased().map { $0 == "_" ? "-" : $0 })
  }

  private var probes: [String] {
    let health = "{httpGet: {path: /health, port: \(spec.port)}"
    let threshold = spec.needs.probes.map { String($0) } ?? "180"
    let reason = spec.needs.probes == nil ? "set me: how long a start may take, in tens of seconds" : spec.needs.startReason
    return ["    ports:", "      - {name: http, containerPort: \(spec.port)}"] + CommentLines.of(reason, indent: 4) + [
      "    startupProbe: \(health), periodSeconds: 10, failureThreshold: \(threshold)}",
      "    readinessProbe: \(health), periodSeconds: 5}",
      "    livenessProbe: \(health), periodSeconds: 10, failureThreshold: 6}",
    ]
  }

  private var resources: [String] {
    var lines = ["    resources:", "      requests:"]
    if let cores = spec.needs.cores {
      lines += CommentLines.of(HostNeeds.coresReason, indent: 8) + ["        cpu: \"\(cores)\""]
    }
    if let memory = spec.needs.hostMemory {
      lines += CommentLines.of(memory.reason, indent: 8) + ["        memory: " + memory.gibibytes]
    } else {
      lines.append("        memory: 16Gi # set me")
    }
    lines += ["      limits:", "        \(spec.accelerator.resource): \"\(spec.gpusPerNode)\""]
    guard spec.isAMD else { return lines }
    return lines + [
      "    securityContext:", "      seccompProfile: {type: Unconfined}", "      capabilities: {add: [SYS_PTRACE]}",
    ]
  }
}

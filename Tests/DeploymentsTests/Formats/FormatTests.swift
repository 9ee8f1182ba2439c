import Deployments
import Foundation
import ModelFiles
import Plimsoll
import Testing

/// What each format asks of the machine. Expected: the formats' own descriptions and arithmetic in the tests.
@Suite struct FormatTests {
  private func pod(_ spec: DeploymentSpec) throws -> JSON {
    let text = try DeploymentFormat.kubernetes.written(spec).text
    return try #require(
      try ReadBack.document(text, kind: "Deployment")?["spec"]?["template"]?["spec"])
  }

  @Test(
    "A pod asks for the vendor's resource, and a slice for its profile's",
    arguments: [
      (.init(name: "H100", vendor: .nvidia), "nvidia.com/gpu"),
      (.init(name: "slice", vendor: .nvidia, slice: "3g.40gb"), "nvidia.com/mig-3g.40gb"),
      (.init(name: "MI300X", vendor: .amd), "amd.com/gpu"),
    ] as [(DeploymentSpec.Accelerator, String)])
  func resource(_ accelerator: DeploymentSpec.Accelerator, _ resource: String) throws {
    let pod = try pod(Sample.spec(gpus: 4, on: accelerator))
    #expect(pod["containers"]?.items.first?["resources"]?["limits"]?[resource] == "4")
  }

  @Test("Memory is shared where there are several ranks: 160 MiB and 240 MiB a rank of queues, 1 GiB for NCCL")
  func sharedMemory() throws {
    // 160 + 240 × 2 = 640 MiB and 1 GiB; 160 + 240 × 8 = 2,080 MiB and 1 GiB.
    for (gpus, size) in [(2, "2Gi"), (8, "4Gi")] {
      let volumes = try pod(Sample.spec(gpus: gpus))["volumes"]?.items ?? []
      #expect(volumes.last?["emptyDir"]?["sizeLimit"]?.text == size)
      #expect(volumes.last?["emptyDir"]?["medium"] == "Memory")
    }
    #expect(try pod(Sample.spec(gpus: 1))["volumes"]?.items.count == 1)
  }

  @Test("What the flags keep in host memory is asked for, and KV blocks in /dev/shm too")
  func offloaded() {
    // Three processes of 4 GiB, two ranks with 16 GiB each, of which 8 GiB are KV blocks.
    let needs = HostNeeds(checkpoint: nil, ranks: 2, offloaded: .gib(32), sharedKV: .gib(16))
    #expect(needs.sharedMemory?.size == .gib(2 + 16))
    #expect(needs.hostMemory?.size == .gib(12 + 32 + 2))
    #expect(needs.volume == nil && needs.startSeconds == nil)
  }

  @Test(
    "The volume is a quarter above the checkpoint and 5 GiB, in tens; a start may read it at 100 MB/s in 10 min more")
  func volume() throws {
    // 61 × 1.25 + 5 = 81.25; 61 × 2^30 / 10^8 = 654 s, and 600: 1,254, in whole minutes 1,260.
    let text = try DeploymentFormat.kubernetes.written(Sample.spec()).text
    let claim = try ReadBack.document(text, kind: "PersistentVolumeClaim")
    #expect(claim?["spec"]?["resources"]?["requests"]?["storage"]?.text == "90Gi")
    let probe = try pod(Sample.spec())["containers"]?.items.first?["startupProbe"]
    #expect(probe?["failureThreshold"] == 126 && probe?["periodSeconds"] == 10)
  }

  @Test("What nobody knows is marked to be set", arguments: [DeploymentFormat.compose, .kubernetes, .helm, .lws])
  func setMe(_ format: DeploymentFormat) throws {
    var spec = Sample.spec()
    spec.needs = HostNeeds()
    let marks = try format.written(spec).text.components(separatedBy: "set me").count
    let known = try format.written(Sample.spec()).text.components(separatedBy: "set me").count
    #expect(marks > known)
  }

  @Test("Secrets are referred to and never written", arguments: DeploymentFormat.allCases)
  func secrets(_ format: DeploymentFormat) throws {
    let spec = Sample.spec(gpus: 1)
    let text = try format.written(spec).text
    #expect(!text.replacingOccurrences(of: "hf_token: {", with: "").contains("hf_"))
    switch format {
    case .docker: #expect(text.contains("-e HF_TOKEN \\\n"))
    case .compose: #expect(text.contains("- HF_TOKEN #"))
    case .kubernetes, .lws: #expect(text.contains("secretKeyRef: {name: hf-token, key: HF_TOKEN, optional: true}"))
    case .helm: #expect(text.contains("hf_token: {secretName: hf-token, secretKey: HF_TOKEN}"))
    case .systemd: #expect(text.contains("EnvironmentFile=-/etc/vllm/qwq-32b.env"))
    case .argv, .config: break
    case .shell, .ray, .slurm: #expect(text.contains("# HF_TOKEN "))
    }
  }

  @Test("A form for one node names those that span nodes", arguments: DeploymentFormat.allCases)
  func nodes(_ format: DeploymentFormat) throws {
    let spec = Sample.spec(gpus: 8, nodes: 2)
    guard !format.spansNodes else {
      _ = try format.written(spec)
      return
    }
    let error = #expect(throws: FormatError.self) { try format.written(spec) }
    #expect(error?.message.hasSuffix("these span nodes: lws, ray, slurm") == true)
  }

  @Test("Two nodes: a group of two pods of 8 GPUs, two tasks of 8 GPUs")
  func twoNodes() throws {
    let spec = Sample.spec(gpus: 8, nodes: 2)
    let set = try ReadBack.document(try DeploymentFormat.lws.written(spec).text, kind: "LeaderWorkerSet")?["spec"]
    #expect(set?["leaderWorkerTemplate"]?["size"] == 2)
    for pod in ["leaderTemplate", "workerTemplate"] {
      let container = set?["leaderWorkerTemplate"]?[pod]?["spec"]?["containers"]?.items.first
      #expect(container?["resources"]?["limits"]?["nvidia.com/gpu"] == "8")
      #expect((container?["startupProbe"] != nil) == (pod == "leaderTemplate"))
    }
    let lines = try DeploymentFormat.slurm.written(spec).text.split(separator: "\n")
    // The set makes a headless service of its own name.
    let service = try ReadBack.document(try DeploymentFormat.lws.written(spec).text, kind: "Service")
    #expect(service?["metadata"]?["name"] == "qwq-32b-leader")
    #expect(service?["spec"]?["selector"]?["role"] == "leader")
    for line in ["#SBATCH --nodes=2", "#SBATCH --gpus-per-node=8", "#SBATCH --ntasks-per-node=1"] {
      #expect(lines.contains { $0 == line })
    }
  }

  @Test("A release without --nnodes, and an executor that joins nodes otherwise, are refused with what to do")
  func noGroup() throws {
    guard case .found(let old) = EngineRelease.named("0.10.0") else { return }
    var spec = Sample.spec(gpus: 8, nodes: 2, release: old)
    for format in [DeploymentFormat.lws, .slurm] {
      let error = #expect(throws: FormatError.self) { try format.written(spec) }
      #expect(error?.message.contains("0.11.1 has") == true)
    }
    spec = Sample.spec(gpus: 8, nodes: 2, flags: [ServedFlag("--distributed-executor-backend", "ray")])
    #expect(throws: FormatError.self) { try DeploymentFormat.slurm.written(spec) }
    #expect(throws: Never.self) { try DeploymentFormat.ray.written(spec) }
    spec.flags = [ServedFlag("--data-parallel-size", 2)]
    let error = #expect(throws: FormatError.self) { try DeploymentFormat.ray.written(spec) }
    #expect(error?.message.contains("num_replicas") == true)
  }

  @Test(
    "A name of Kubernetes is made of any model's",
    arguments: [
      ("Qwen/QwQ-32B", "qwq-32b"), ("meta-llama/Llama-3.1-8B-Instruct", "llama-3-1-8b-instruct"),
      ("01-ai/3B", "vllm-3b"),
      ("日本", "vllm"), ("a/--b--", "b"), ("/models/My Model's", "my-model-s"),
    ])
  func label(_ model: String, _ label: String) { #expect(Sample.spec(model).label == label) }

  @Test("A folder is mounted, and asks for no token")
  func folder() throws {
    var spec = Sample.spec("/models/it's, here", gpus: 1)
    (spec.isFolder, spec.secrets) = (true, [])
    let words = try Stubs().run(try DeploymentFormat.docker.written(spec).text)
    // A field of CSV in quotes.
    #expect(words.contains("type=bind,\"src=/models/it's, here\",dst=/model,readonly"))
    #expect(words.contains("/model") && !words.contains("HF_TOKEN"))
    let service = try YAMLBlock.parse(Array(try DeploymentFormat.compose.written(spec).text.utf8))["services"]?["vllm"]
    #expect(service?["volumes"]?.items.first?["source"]?.text == "/models/it's, here")
    #expect(service?["command"]?.texts.first == "/model")
  }

  @Test("The chart is told what it would turn off, and no number that it would garble")
  func helm() throws {
    var spec = Sample.spec(flags: [ServedFlag("--max-model-len", 1_048_576), ServedFlag("--max-num-seqs", 256)])
    spec.cachesPrefixes = true
    let values = try YAMLBlock.parse(Array(try DeploymentFormat.helm.written(spec).text.utf8))
    let config = values["servingEngineSpec"]?["modelSpec"]?.items.first?["vllmConfig"]
    #expect(config?["enablePrefixCaching"] == true)
    #expect(config?["maxModelLen"] == nil && config?["maxNumSeqs"] == 256)
    #expect(config?["extraArgs"]?.texts == ["--max-model-len=1048576"])
  }

  @Test("Flags of vLLM's own server stay out of Ray Serve's engine, those of the engine go in")
  func rayServer() throws {
    let given = [
      GivenFlag(name: "--port", values: ["8001"], isInFile: false),
      GivenFlag(name: "--trust_remote_code", values: [], isInFile: false),
      GivenFlag(name: "--tool-call-parser", values: ["hermes"], isInFile: false),
    ]
    let text = try DeploymentFormat.ray.written(Sample.spec(flags: ServedFlag.passed(given))).text
    let app = try YAMLBlock.parse(Array(text.utf8))["applications"]?.items.first
    #expect(app?["args"]?["llm_configs"]?.items.first?["engine_kwargs"] == ["trust_remote_code": true])
    #expect(text.contains("# --port 8001 is of vLLM's own server"))
  }

  @Test("What carries a secret, and what a format says itself, is not passed on")
  func passed() {
    let given = [
      ("--hf-token", ["hf_abcdefghijklmnopqrstuvwxyz"]), ("--api-key", ["k1", "k2"]), ("--nnodes", ["2"]),
      ("-r", ["1"]),
      ("--config", ["a.yaml"]), ("--headless", []), ("--port", ["1"]), ("--port", ["2"]), ("-asc", ["3"]),
      ("--served-model-name", ["a", "b"]), ("--tool-server", ["x?t=hf_abcdefghijklmnopqrstuvwxyz"]),
    ].map { GivenFlag(name: $0, values: $1, isInFile: false) }
    #expect(
      ServedFlag.passed(given).flatMap(\.words)
        == ["--port", "2", "--api-server-count", "3", "--served-model-name", "a", "b"])
  }
}

package import Plimsoll

/// What a node has to give beside its GPUs. Nothing here was measured: each is worked out from what is known, and says how.
package struct HostNeeds: Hashable, Sendable {
  /// `/dev/shm`; nil where no processes share memory.
  package var sharedMemory: Need?
  package var hostMemory: Need?
  /// Processor cores; nil where nothing is known of the processes.
  package var cores: Int?
  /// The volume that keeps the weights.
  package var volume: Need?
  /// Why so many cores: docs/configuration/optimization.md of vLLM.
  package static let coresReason = "at least one for each rank, one for the engine, one for the server"
  /// How long a start may take, in seconds.
  package var startSeconds: Int?
  package var startReason = ""

  /// A size and where it is from.
  package struct Need: Hashable, Sendable {
    package var size: Bytes
    package var reason: String
  }

  package init() {}
}

extension HostNeeds {
  /// - Parameters:
  ///   - checkpoint: The bytes that are downloaded and read; nil where nobody knows.
  ///   - ranks: GPUs of one node.
  ///   - offloaded: What the flags keep in a node's host memory: weights and KV cache.
  ///   - sharedKV: The part of it that lies in `/dev/shm`.
  package init(checkpoint: Bytes?, ranks: Int, offloaded: Bytes, sharedKV: Bytes = .zero) {
    if ranks > 1 || sharedKV > .zero { sharedMemory = Self.sharedMemory(ranks: ranks, sharedKV: sharedKV) }
    cores = ranks + 2
    // vLLM's own example asks for 6 GB with one GPU, of which 2 GiB are /dev/shm.
    let processes = Bytes.gib(4) * (ranks + 1)
    let whole = processes + offloaded + ((sharedMemory?.size ?? .zero) - sharedKV)
    let extra = offloaded > .zero ? " + \(offloaded.text) that the flags keep in host memory" : ""
    let shared = sharedMemory == nil ? "" : " + /dev/shm"
    hostMemory = Need(
      size: Self.whole(whole, .gib(1)),
      reason: "4 GiB a process (\(ranks) of GPUs and the server)\(shared)\(extra); loading wants no more, since the page cache gives way"
    )
    guard let checkpoint, checkpoint > .zero else { return }
    volume = Need(
      size: Self.whole(Bytes(checkpoint.count / 4 * 5) + .gib(5), .gib(10)),
      reason: "the checkpoint's \(checkpoint.text), a quarter more for a newer revision, 5 GiB for compiled kernels")
    // 100 MB/s is a disk of a network or a line of 1 Gbit/s; compilation and capture took up to some minutes in logs.
    let seconds = checkpoint.count / 100_000_000 + 600
    startSeconds = (seconds + 59) / 60 * 60
    startReason = "\(checkpoint.text) at 100 MB/s, the first time from the hub, and 10 min to compile and capture"
  }

  /// Queues between the processes, and NCCL.
  ///
  /// A queue of 10 × 16 MiB to all ranks, and of 10 × 24 MiB from each: `rpc_broadcast_mq` and `worker_response_mq`,
  /// v1/executor/multiproc_executor.py, with `MessageQueue`, distributed/device_communicators/shm_broadcast.py, 0.33.0.
  /// Blocks of the KV cache in host memory are a file there: v1/kv_offload/cpu/shared_offload_region.py.
  private static func sharedMemory(ranks: Int, sharedKV: Bytes) -> Need {
    let queues = Bytes.mib(160) + .mib(240) * ranks
    let kv = sharedKV > .zero ? ", \(sharedKV.text) of --kv-offloading-size" : ""
    return Need(
      size: whole(queues + .gib(1) + sharedKV, .gib(1)),
      reason: "vLLM's queues between \(ranks) ranks (\(queues.text)), 1 GiB for NCCL\(kv)")
  }

  private static func whole(_ bytes: Bytes, _ unit: Bytes) -> Bytes { bytes.roundedUp(toMultipleOf: unit) }
}

extension HostNeeds {
  /// How often a probe every ten seconds may fail before a start counts as hung.
  var probes: Int? { startSeconds.map { $0 / 10 } }

  /// What to say where nobody computed a value.
  static let setMe = "set me"
}

extension HostNeeds.Need {
  /// As Kubernetes writes a size: `12Gi`.
  package var gibibytes: String { String(size.count >> 30) + "Gi" }
}

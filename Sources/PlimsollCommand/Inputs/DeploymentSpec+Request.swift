import Deployments
import ModelFiles
import Plimsoll

extension DeploymentSpec {
  /// What a request comes to when it is run with these flags.
  ///
  /// - Parameters:
  ///   - comment: What to say of a flag; by default how it moves memory.
  ///   - offloaded: What each rank keeps in host memory.
  init(
    _ request: FitRequest, on accelerator: AcceleratorInput, running flags: ServeFlags,
    offloaded: [FeatureMemory] = [], comment: (FlagDescriptor) -> String? = { $0.effect }
  ) throws(FormatFailure) {
    var deployment = request.deployment(on: accelerator)
    deployment.flags = flags
    let resolved = deployment.resolved
    let ranks = resolved.parallelism.worldSize
    guard ranks % deployment.nodes == 0 else { throw FormatFailure(ranks: ranks, nodes: deployment.nodes) }
    let revision = request.model.revision.map { [ServedFlag("--revision", .string($0))] } ?? []
    self.init(
      model: request.model.servedName,
      flags: revision + ServedFlag.all(in: flags, comment: comment) + ServedFlag.passed(request.values.others),
      release: request.release, accelerator: Accelerator(accelerator.device), gpusPerNode: ranks / deployment.nodes,
      nodes: deployment.nodes)
    isFolder = request.model.isFolder
    (maxNumSeqs, cachesPrefixes) = (resolved.maxNumSeqs, resolved.enablePrefixCaching)
    environment = request.environmentPairs.compactMap { pair in
      guard let equals = pair.firstIndex(of: "=") else { return nil }
      return Variable(String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
    }
    if isFolder { secrets = [] }
    if request.values.others.contains(where: { ServeFlags.longName(of: $0.name) == "--api-key" }) {
      secrets.append("VLLM_API_KEY")
    }
    if case .string(let word)? = value(of: "--port"), let port = Int(word) { self.port = port }
    namedImage = request.line?.image?.name
    let host = offloaded.filter { $0.place == .host }
    let perRank = host.reduce(Bytes.zero) { $0 + $1.amount.best }
    let sharedKV = host.filter { $0.feature == .kvOffload }.reduce(Bytes.zero) { $0 + $1.amount.best }
    needs = HostNeeds(
      checkpoint: request.model.checkpoint?.weights?.held ?? request.model.shape.storedWithScales, ranks: gpusPerNode,
      offloaded: perRank * gpusPerNode, sharedKV: sharedKV * gpusPerNode)
  }
}

/// Ranks that do not divide over the nodes.
struct FormatFailure: Error {
  var ranks: Int
  var nodes: Int

  var message: String { "\(ranks) ranks do not divide over \(nodes) nodes; give --nodes a divisor of them" }
}

extension ModelInput {
  /// vLLM is given a folder and not an id of a hub.
  var isFolder: Bool {
    switch source {
    case .folder, .config, .safetensors: true
    case .preset, .hub: false
    }
  }
}

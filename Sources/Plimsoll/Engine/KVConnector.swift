/// What moves KV cache blocks out of an engine, as flags ask for it.
///
/// Source: vLLM 0.33.0 `VllmConfig._post_init_kv_transfer_config`, config/vllm.py;
/// `KVConnectorFactory`, distributed/kv_transfer/kv_connector/factory.py.
public struct KVConnector: Hashable, Sendable {
  /// The connector, and those that it holds (`MultiConnector`), by vLLM's names.
  public var names: [String]

  /// Whether all of them know groups of layers that keep different tokens (`SupportsHMA`); nil for one of a class of
  /// its own.
  public var supportsGroups: Bool? {
    if names.contains(where: Self.withoutGroups.contains) { return false }
    return names.allSatisfy { Self.withGroups.contains($0) || $0 == "MultiConnector" } ? true : nil
  }

  private static let withGroups: Set<String> = [
    "ExampleHiddenStatesConnector", "NixlConnector", "NixlPullConnector", "NixlPushConnector", "HiSparseConnector",
    "MoRIIOConnector", "OffloadingConnector", "DecodeBenchConnector", "MooncakeConnector", "MooncakeStoreConnector",
    "SimpleCPUOffloadConnector", "UMBPStoreConnector",
  ]
  private static let withoutGroups: Set<String> = [
    "ExampleConnector", "LMCacheConnectorV1", "LMCacheMPConnector", "FlexKVConnectorV1", "HF3FSKVConnector",
  ]
}

extension ServeFlags {
  /// The connector that the flags choose; nil for none.
  public var kvConnector: KVConnector? {
    if let size = kvOffloadingSize, size > 0 {
      return KVConnector(names: [kvOffloadingBackend == "lmcache" ? "LMCacheMPConnector" : "OffloadingConnector"])
    }
    guard let name = kvTransferConfig.value(at: "kv_connector")?.string else { return nil }
    let inner = kvTransferConfig.value(at: "kv_connector_extra_config", "connectors")?.elements ?? []
    let children = inner.compactMap { element -> String? in
      var scan = JSONFragment(element)
      return scan.settings()?.value(at: "kv_connector")?.string
    }
    return KVConnector(names: [name] + children)
  }
}

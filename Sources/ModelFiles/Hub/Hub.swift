import Plimsoll

/// Hugging Face's hub, a mirror of it, or ModelScope: by a model's name its config and the headers of its weights.
///
/// Places are looked at in this order: our own cache, the cache of the hub's own client, the hub. What a cache has is
/// taken as it is, also where a branch may have moved since, so that the network is touched once for a model.
package struct Hub: Sendable {
  var environment: @Sendable (String) -> String?
  /// Whether the network may not be used.
  package var isOffline: Bool
  /// Whether the hub is asked, whatever lies in a cache.
  package var refreshes: Bool
  package var limits = TransferLimits()
  /// The program that does the transfers, as PATH has it.
  package var program = "curl"
  /// Told how many transfers are done, and of how many.
  package var report: (@Sendable (_ done: Int, _ count: Int) -> Void)?

  package init(
    offline: Bool = false, refresh: Bool = false, environment: @escaping @Sendable (String) -> String?
  ) {
    self.environment = environment
    isOffline =
      offline || HubToken.isOn(environment("HF_HUB_OFFLINE")) || HubToken.isOn(environment("TRANSFORMERS_OFFLINE"))
    refreshes = refresh
  }

  /// Reads a model.
  ///
  /// A signal that ends the process is held back until what was read half is cleared away.
  package func model(_ id: HubID) throws(HubFailure) -> HubModel {
    defer { report?(0, 0) }
    return try Interrupts.held { () throws(HubFailure) in try read(id) }
  }

  /// The same hub with variables that stand before the others.
  package func adding(_ variables: @escaping @Sendable (String) -> String?) -> Hub {
    let environment = environment
    var hub = Hub(offline: isOffline, refresh: refreshes) { variables($0) ?? environment($0) }
    (hub.limits, hub.program, hub.report) = (limits, program, report)
    return hub
  }

  /// Seconds from a point that does not move.
  package static var seconds: Double { SystemTime.seconds }

  /// Seconds since 1970.
  package static var clock: Int { SystemTime.epoch }

  private func read(_ id: HubID) throws(HubFailure) -> HubModel {
    let site = try HubSite(environment: environment)
    let cache = HubCache(site, environment)
    let revision = id.revision ?? site.mainRevision
    if !refreshes {
      if let model = try cached(id, revision, cache) { return model }
      if let model = downloaded(id, revision, site) { return model }
    }
    guard !isOffline else { throw offline(id, revision, site, cache) }
    return try HubReading(id: id, revision: revision, site: site, cache: cache, curl: try curl(site), report: report)
      .model(refreshing: refreshes)
  }

  private func cached(_ id: HubID, _ revision: String, _ cache: HubCache) throws(HubFailure) -> HubModel? {
    let reference = cache.reference(id, revision)
    guard let snapshot = cache.snapshot(id, commit: reference?.commit ?? revision) else { return nil }
    return try snapshot.model(revision: revision, origin: .cache(fetched: reference?.fetched))
  }

  private func downloaded(_ id: HubID, _ revision: String, _ site: HubSite) -> HubModel? {
    guard let found = DownloadedModel.find(id, site, environment), isOffline || found.hasWeights else { return nil }
    return HubModel(
      name: id.name, revision: revision, commit: found.commit, origin: .downloaded, content: .folder(found.folder))
  }

  private func offline(_ id: HubID, _ revision: String, _ site: HubSite, _ cache: HubCache) -> HubFailure {
    let variable = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].first { HubToken.isOn(environment($0)) }
    let commit = cache.reference(id, revision)?.commit ?? revision
    let state = cache.has(id, commit: commit) ? "is damaged in the cache" : "is in no cache on this machine"
    return HubFailure(
      .offline,
      "'\(id.name)' at \(revision) \(state), and \(variable ?? "--offline") forbids to ask \(site.shown); ask once without"
    )
  }

  private func curl(_ site: HubSite) throws(HubFailure) -> Curl {
    var curl = Curl()
    curl.program = program
    curl.limits = limits
    curl.isPlain = site.isPlain
    curl.token = try HubToken.find(for: site, environment)
    curl.certificates = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"].lazy.compactMap { environment($0) }.first {
      !$0.isEmpty
    }
    curl.scratch = HubFolders.scratch(environment)
    curl.environment = Self.passed.compactMap { name in environment(name).map { "\(name)=\($0)" } }
    return curl
  }

  /// The variables that curl gets: how to reach the world, and no token.
  static let passed = [
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "http_proxy", "https_proxy", "HTTPS_PROXY",
    "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "KRB5CCNAME",
  ]
}

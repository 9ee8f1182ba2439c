import Plimsoll

/// A model that the hub's own client has downloaded to this machine.
struct DownloadedModel: Hashable, Sendable {
  /// The folder with its config.json.
  var folder: String
  /// The commit, where the client keeps it.
  var commit: String?

  /// - Returns: nil where it is not here, or not at that revision.
  static func find(
    _ id: HubID, _ site: HubSite, _ environment: (String) -> String?
  ) -> DownloadedModel? {
    switch site.kind {
    case .huggingFace: HubFolders.hub(environment).flatMap { huggingFace(id, $0) }
    case .modelScope: HubFolders.modelScope(environment).flatMap { modelScope(id, $0) }
    }
  }

  /// `models--ORG--NAME/refs/REVISION` holds the commit of `models--ORG--NAME/snapshots/COMMIT`
  /// (`huggingface_hub/file_download.py repo_folder_name, _cache_commit_hash_for_specific_revision`).
  private static func huggingFace(_ id: HubID, _ cache: String) -> DownloadedModel? {
    let model = FilePaths.join(cache, "models--" + id.name.split(separator: "/").joined(separator: "--"))
    let revision = id.revision ?? HubSite.huggingFace.mainRevision
    guard !revision.split(separator: "/").contains("..") else { return nil }
    var commit = revision
    if let bytes = try? FileReader.read(FilePaths.join(model, "refs/" + revision), limit: .kib(1)) {
      commit = String(decoding: bytes.filter { $0 > Ascii.space }, as: UTF8.self)
    }
    guard !commit.isEmpty, !commit.utf8.contains(Ascii.slash), commit != ".." else { return nil }
    return at(FilePaths.join(model, "snapshots/" + commit), commit)
  }

  /// `models/ORG/NAME`, with `.` written as `___`; before modelscope 1.19 without `models`
  /// (`modelscope/hub/utils/utils.py get_model_masked_directory`). Its folders keep no revision.
  private static func modelScope(_ id: HubID, _ cache: String) -> DownloadedModel? {
    guard id.revision == nil || id.revision == HubSite.modelScope.mainRevision else { return nil }
    let masked = id.name.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "___")
    for name in ["models/" + masked, "models/" + id.name, masked, id.name] {
      if let model = at(FilePaths.join(cache, name), nil) { return model }
    }
    return nil
  }

  private static func at(_ folder: String, _ commit: String?) -> DownloadedModel? {
    FileReader.exists(FilePaths.join(folder, "config.json")) ? DownloadedModel(folder: folder, commit: commit) : nil
  }

  /// Whether weights lie there too, or nothing but what a client reads at first.
  var hasWeights: Bool {
    guard let names = try? FileReader.names(in: folder) else { return false }
    return CheckpointFiles(names: names) != .none
  }
}

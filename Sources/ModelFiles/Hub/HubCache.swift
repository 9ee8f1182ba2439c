import Plimsoll

/// Our own cache: what was read of each model, under the hub that it is from.
///
///     HUB/ORG/NAME/refs/main      which commit a branch was at, and when that was asked
///     HUB/ORG/NAME/COMMIT.pack    the snapshot of a commit
struct HubCache: Sendable {
  /// The folder of the hub; nil where there is nowhere to keep anything.
  var folder: String?

  init(_ site: HubSite, _ environment: (String) -> String?) {
    folder = HubFolders.own(environment).map { FilePaths.join($0, site.folderName) }
  }

  /// What a branch or a tag was, when the hub was last asked.
  struct Reference: Hashable, Sendable {
    var commit: String
    /// Seconds since 1970.
    var fetched: Int
    /// What the hub called its answer, to ask whether it is still so.
    var etag: String?
  }

  /// The most that is read of a snapshot.
  static let longest = Bytes.gib(1)

  func reference(_ id: HubID, _ revision: String) -> Reference? {
    guard let path = path(id, "refs/" + HubSite.escaped(revision)),
      let bytes = try? FileReader.read(path, limit: .kib(64)),
      let json = try? JSON.parse(bytes), case .string(let commit)? = json["commit"],
      case .integer(let fetched)? = json["fetched"]
    else { return nil }
    var etag: String?
    if case .string(let text)? = json["etag"] { etag = text }
    return Reference(commit: commit, fetched: fetched, etag: etag)
  }

  /// The snapshot of a commit; nil where there is none, or it is damaged.
  func snapshot(_ id: HubID, commit: String) -> HubSnapshot? {
    guard let path = path(id, HubSite.escaped(commit) + ".pack"),
      let bytes = try? FileReader.read(path, limit: Self.longest), let snapshot = HubSnapshot(packed: bytes),
      snapshot.commit == commit, snapshot.name == id.name
    else { return nil }
    return snapshot
  }

  /// Whether there is a file for a commit, whole or not.
  func has(_ id: HubID, commit: String) -> Bool {
    path(id, HubSite.escaped(commit) + ".pack").map(FileReader.exists) ?? false
  }

  func keep(_ reference: Reference, _ id: HubID, _ revision: String) throws(FileError) {
    guard let path = path(id, "refs/" + HubSite.escaped(revision)) else { return }
    let json: JSON = [
      "commit": .string(reference.commit), "fetched": .integer(reference.fetched),
      "etag": reference.etag.map { .string($0) } ?? .null,
    ]
    try CacheFiles.write([json.serializedBytes(pretty: false)[...]], to: path)
  }

  func keep(_ snapshot: HubSnapshot, _ id: HubID) throws(FileError) {
    guard let path = path(id, HubSite.escaped(snapshot.commit) + ".pack") else { return }
    try CacheFiles.write(snapshot.packed, to: path)
  }

  private func path(_ id: HubID, _ name: String) -> String? {
    folder.map { FilePaths.join(FilePaths.join($0, id.name), name) }
  }
}

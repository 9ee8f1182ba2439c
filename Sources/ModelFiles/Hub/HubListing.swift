import Plimsoll

/// What a hub says of one revision of a model: its commit and the names of its files.
struct HubListing: Hashable, Sendable {
  var commit: String
  /// Paths within the repository.
  var files: [String]

  /// What the name of a commit begins with that the hub has no name for.
  static let unnamed = "listing-"

  /// The answer of `/api/models/ORG/NAME/revision/REVISION`, or of ModelScope's `/repo/files`.
  ///
  /// - Returns: nil for JSON that is not of this form.
  init?(_ json: JSON, kind: HubSite.Kind) {
    switch kind {
    case .huggingFace:
      guard case .string(let sha)? = json["sha"], case .array(let siblings)? = json["siblings"] else { return nil }
      commit = sha
      files = siblings.compactMap { Self.text($0["rfilename"]) }
    case .modelScope:
      guard case .array(let entries)? = json["Data"]?["Files"] else { return nil }
      let blobs = entries.filter { Self.text($0["Type"]) != "tree" }
      files = blobs.compactMap { Self.text($0["Path"]) }
      // ModelScope tells no commit of the whole: what tells one revision from another is what each file is.
      var sum = HubChecksum()
      for blob in blobs {
        for key in ["Path", "Sha256", "Revision"] { sum.add(Array((Self.text(blob[key]) ?? "").utf8)) }
      }
      commit = Self.unnamed + sum.text
    }
    guard !commit.isEmpty else { return nil }
  }

  private static func text(_ json: JSON?) -> String? { if case .string(let text)? = json { text } else { nil } }
}

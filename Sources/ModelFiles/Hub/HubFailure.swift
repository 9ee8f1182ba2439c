/// Why a hub did not give what was asked of it, in a sentence that says what to do.
package struct HubFailure: Error, Hashable, Sendable {
  package var kind: Kind
  /// The sentence for the user. It never holds a token.
  package var message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// What went wrong; the raw value is a name for scripts.
  package enum Kind: String, Hashable, Sendable {
    /// The variable that names the hub does not.
    case endpoint = "bad-endpoint"
    /// The file with the token, or what is in it.
    case token = "bad-token"
    /// It is in no cache, and the network may not be used.
    case offline = "not-cached"
    case noCurl = "no-curl"
    /// The hub is not reached, or not in time.
    case network = "hub-unreachable"
    /// The hub answers what it should not.
    case answer = "bad-hub-answer"
    /// There is no such model that is open to the user.
    case unknown = "unknown-model"
    case gated = "gated-model"
    case revision = "unknown-revision"
    /// The model has not the file that is needed.
    case missing = "missing-config"
    case busy = "hub-busy"
    /// What a checkpoint's header says of itself.
    case header = "broken-checkpoint"
    /// There is no room for what is read.
    case disk = "no-room"
    case interrupted
  }
}

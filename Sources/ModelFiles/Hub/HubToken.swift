import Plimsoll

/// What a hub knows the user by. It goes to curl's standard input and nowhere else.
struct HubToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The secret itself.
  let value: String
  /// Where it was found, for messages.
  let source: String

  var description: String { "the token of \(source)" }
  var debugDescription: String { description }
  var customMirror: Mirror { Mirror(self, children: [:]) }

  /// The token that `huggingface_hub/utils/_auth.py get_token` would take: `HF_TOKEN`, its older name, else the file
  /// of `hf auth login`. For ModelScope that of `MODELSCOPE_API_TOKEN`.
  static func find(for site: HubSite, _ environment: (String) -> String?) throws(HubFailure) -> HubToken? {
    let names = site.kind == .huggingFace ? ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] : ["MODELSCOPE_API_TOKEN"]
    for name in names {
      if let token = try checked(environment(name) ?? "", source: name) { return token }
    }
    guard site.kind == .huggingFace, !isOn(environment("HF_HUB_DISABLE_IMPLICIT_TOKEN")),
      let path = environment("HF_TOKEN_PATH") ?? HubFolders.home(environment).map({ FilePaths.join($0, "token") }),
      FileReader.exists(path)
    else { return nil }
    return try read(path)
  }

  /// The token that is all of a file; nil where it is empty.
  static func read(_ path: String) throws(HubFailure) -> HubToken? {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileReader.read(path, limit: .kib(64))
    } catch {
      throw HubFailure(.token, error.message)
    }
    return try checked(String(decoding: bytes, as: UTF8.self), source: path)
  }

  /// - Throws: ``HubFailure`` for what would end the header that the token stands in.
  private static func checked(_ text: String, source: String) throws(HubFailure) -> HubToken? {
    var bytes = Array(text.utf8)[...]
    let blanks: Set<UInt8> = [Ascii.space, Ascii.tab, Ascii.newline, Ascii.carriageReturn]
    while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
    while let first = bytes.first, blanks.contains(first) { bytes.removeFirst() }
    guard !bytes.isEmpty else { return nil }
    guard bytes.allSatisfy({ 0x21..<0x7F ~= $0 }) else {
      throw HubFailure(.token, "the token of \(source) holds a blank or a character that no token has; set it again")
    }
    return HubToken(value: String(decoding: bytes, as: UTF8.self), source: source)
  }

  static func isOn(_ value: String?) -> Bool {
    ["1", "ON", "YES", "TRUE"].contains((value ?? "").uppercased())
  }
}

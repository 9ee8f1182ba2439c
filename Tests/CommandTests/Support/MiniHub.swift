import Foundation
import ModelFiles

/// A hub with one model, which answers as Hugging Face's does unless a test puts something in its way.
final class MiniHub: @unchecked Sendable {
  typealias Reply = ScriptedServer.Reply

  /// The model that it has, unless another is named.
  static let name = "org/model"
  static let commit = String(repeating: "0123456789", count: 4)

  private let lock = NSLock()
  private var scripts: [String: [Reply]] = [:]
  private var files: [String: [UInt8]]
  private var commitNow = MiniHub.commit
  private(set) var server: ScriptedServer!
  /// What stands before every path, as with a mirror.
  let prefix: String
  let etag = "\"list-1\""

  init(_ files: [String: [UInt8]] = MiniHub.files, prefix: String = "") throws {
    self.files = files
    self.prefix = prefix
    server = try ScriptedServer { [weak self] request in self?.reply(request) ?? .answer(503) }
  }

  deinit { server.stop() }

  /// Lets requests whose path ends so be answered by these, one after the other; the last one stays.
  func script(_ path: String, _ replies: Reply...) { lock.withLock { scripts[path] = replies } }

  func move(to commit: String, _ change: [String: [UInt8]] = [:]) {
    lock.withLock {
      commitNow = commit
      files.merge(change) { $1 }
    }
  }

  /// The paths asked for, without what is the same in all.
  var asked: [String] {
    server.paths.map { path in
      path.components(separatedBy: "/resolve/\(lock.withLock { commitNow })/").last ?? path
    }
  }

  private func reply(_ request: ScriptedServer.Request) -> Reply {
    guard request.path.hasPrefix(prefix) else { return .answer(404) }
    let path = String(request.path.dropFirst(prefix.count))
    return lock.withLock {
      if let key = scripts.keys.filter({ path.hasSuffix($0) }).max(by: { $0.count < $1.count }),
        let next = scripts[key]?.first
      {
        if let count = scripts[key]?.count, count > 1 { scripts[key]?.removeFirst() }
        if case .answer(0, _, _) = next { return usual(path, request) }
        return next
      }
      return usual(path, request)
    }
  }

  /// Stands in a script for what the hub answers when nothing is wrong.
  static let usual = Reply.answer(0)

  private func usual(_ path: String, _ request: ScriptedServer.Request) -> Reply {
    if path.hasPrefix("/api/models/\(Self.name)/revision/") {
      if request.headers["if-none-match"] == etag { return .answer(304, headers: ["ETag": etag]) }
      let names = files.keys.sorted().map { "{\"rfilename\":\"\($0)\"}" }.joined(separator: ",")
      let body = "{\"id\":\"\(Self.name)\",\"sha\":\"\(commitNow)\",\"siblings\":[\(names)]}"
      return .answer(200, headers: ["ETag": etag, "Content-Type": "application/json"], body: Array(body.utf8))
    }
    if path.hasPrefix("/api/models/") { return .answer(401, headers: ["X-Error-Code": "RepoNotFound"]) }
    guard let file = files.first(where: { path == "/\(Self.name)/resolve/\(commitNow)/\($0.key)" }) else {
      return .answer(404, headers: ["X-Error-Code": "EntryNotFound"])
    }
    return Self.part(of: file.value, request)
  }

  /// A file, or the part of it that is asked for.
  static func part(of file: [UInt8], _ request: ScriptedServer.Request) -> Reply {
    guard let range = request.headers["range"]?.dropFirst(6).split(separator: "-").compactMap({ Int($0) }),
      range.count == 2, range[0] < file.count
    else { return .answer(200, body: file) }
    let end = min(range[1] + 1, file.count)
    return .answer(
      206, headers: ["Content-Range": "bytes \(range[0])-\(end - 1)/\(file.count)"], body: Array(file[range[0]..<end]))
  }

  /// A config of a model so small that its numbers can be counted, and the two files of its weights.
  static let files: [String: [UInt8]] = [
    "config.json": Array(config.utf8), "README.md": [],
    "model-00001-of-00002.safetensors": safetensors([
      ("model.embed_tokens.weight", [64, 32]), ("model.norm.weight", [32]),
    ]),
    "model-00002-of-00002.safetensors": safetensors([("lm_head.weight", [64, 32])]),
  ]

  static let config = """
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 32, "intermediate_size": 64,
     "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 2, "vocab_size": 64,
     "max_position_embeddings": 2048, "torch_dtype": "bfloat16", "tie_word_embeddings": false}
    """

  /// A safetensors file of tensors of 16 bits; blanks fill its header up.
  static func safetensors(_ tensors: [(name: String, shape: [Int])], headerOf length: Int = 0) -> [UInt8] {
    var place = 0
    var members: [String] = []
    for (name, shape) in tensors {
      let size = 2 * shape.reduce(1, *)
      let dimensions = shape.map(String.init).joined(separator: ",")
      members.append(
        "\"\(name)\":{\"dtype\":\"BF16\",\"shape\":[\(dimensions)],\"data_offsets\":[\(place),\(place + size)]}")
      place += size
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: 0x20, count: max(0, length - header.count))
    return lengthWord(UInt64(header.count)) + header + [UInt8](repeating: 0, count: place)
  }

  /// The 8 bytes that a safetensors file begins with.
  static func lengthWord(_ length: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } }
}

/// A home on this machine for one test: where caches and tokens lie, and what the environment says.
final class HubHome: @unchecked Sendable {
  let folder: URL
  /// Beside those that the hub needs.
  var variables: [String: String] = [:]

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("plimsoll-hub-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var environment: [String: String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return ["PATH": path, "HOME": folder.path, "TMPDIR": folder.path].merging(variables) { $1 }
  }

  /// A hub that is asked with few tries and short waits.
  func hub(_ hub: MiniHub?, offline: Bool = false, refresh: Bool = false) -> Hub {
    var environment = environment
    if let hub { environment["HF_ENDPOINT"] = environment["HF_ENDPOINT"] ?? hub.server.url + hub.prefix }
    let variables = environment
    var result = Hub(offline: offline, refresh: refresh) { variables[$0] }
    result.limits.tries = 3
    result.limits.firstPause = 0.02
    result.limits.pauses = 1
    result.limits.stall = 1
    return result
  }

  @discardableResult
  func write(_ path: String, _ bytes: [UInt8]) throws -> String {
    let file = folder.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// All files below, by their path from here.
  var files: [String] {
    let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return all.filter { !FileReader.isDirectory(FilePaths.join(folder.path, $0)) }.sorted()
  }

  /// The snapshots that our cache has.
  var packs: [String] { files.filter { $0.hasSuffix(".pack") } }

  func contents(_ path: String) throws -> [UInt8] {
    try FileReader.read(FilePaths.join(folder.path, path), limit: .mib(64))
  }
}

/// Why a hub gave nothing.
func failure(_ hub: Hub, _ id: HubID = HubID(name: MiniHub.name)) -> HubFailure? {
  do throws(HubFailure) {
    _ = try hub.model(id)
    return nil
  } catch {
    return error
  }
}

extension HubModel {
  var tally: CheckpointTally? {
    if case .files(let files) = content, case .headers(let tally, _) = files.checkpoint { return tally }
    return nil
  }

  var config: String? {
    if case .files(let files) = content { return String(decoding: files.config, as: UTF8.self) }
    return nil
  }
}

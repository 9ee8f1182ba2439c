import CommandLineKit
import ModelFiles
import Plimsoll

/// The hub as the command line and the environment reach it.
enum HubInput {
  static func hub(_ options: FitOptions, _ context: Context) throws(UsageError) -> Hub {
    if options.offline, options.refresh {
      throw UsageError(code: "options-exclude", message: "--offline and --refresh exclude each other")
    }
    var hub = Hub(offline: options.offline, refresh: options.refresh, environment: context.environment)
    if context.errTerminal.isInteractive, !options.quiet { hub.report = TransferLine().report }
    return hub
  }

  /// The hub with the variables before a `vllm serve` line put before those of the process.
  static func adding(_ pairs: [String], to hub: Hub) -> Hub {
    guard !pairs.isEmpty else { return hub }
    var added: [String: String] = [:]
    for pair in pairs {
      guard let equals = pair.firstIndex(of: "=") else { continue }
      added[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
    }
    let variables = added
    return hub.adding { variables[$0] }
  }
}

extension ModelInput.Document {
  /// A model of a hub.
  init(_ model: HubModel, revision: String?) throws(InputFailure) {
    switch model.content {
    case .folder(let folder):
      self = try ModelInput.document(folder)
      self.folder = folder
      let extra = FilePaths.join(folder, "preprocessor_config.json")
      if FileReader.exists(extra) { preprocessor = try ModelInput.parse(extra) }
    case .files(let files):
      func json(_ bytes: [UInt8], _ file: String) throws(InputFailure) -> JSON {
        do throws(JSONError) {
          return try JSON.parse(bytes)
        } catch {
          throw InputFailure(code: "broken-config", message: "\(model.name)/\(file): \(error.message)")
        }
      }
      self.init(
        id: model.name, servedName: model.name, source: .hub, json: try json(files.config, "config.json"))
      if let bytes = files.quantization { quantization = try json(bytes, "hf_quant_config.json") }
      if let bytes = files.preprocessor { preprocessor = try json(bytes, "preprocessor_config.json") }
      checkpoint = files.checkpoint
    }
    (id, servedName, source, self.revision) = (model.name, model.name, .hub, revision)
    notes = model.warnings.map { Finding("hub-cache", .warning, $0) }
    if let note = model.note { notes.append(Finding("hub-cache", .note, note)) }
  }
}

extension InputFailure {
  init(_ failure: HubFailure, suggestions: [String] = []) {
    self.init(code: failure.kind.rawValue, message: failure.message)
    if failure.kind == .unknown || failure.kind == .offline { self.suggestions = suggestions }
  }
}

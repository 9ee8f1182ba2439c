import ModelFiles

/// Where a value in force was said.
enum Origin: Hashable {
  case commandLine
  /// The line of vLLM after `--`.
  case line
  /// The file of `--config` in that line.
  case lineConfig(String)
  /// A PLIMSOLL_ variable.
  case variable(String)
  case file(ConfigFile.Kind, path: String, line: Int, column: Int)
  /// Nobody said it: vLLM's own choice, in this release.
  case engine(String)
  case modelConfig(String)
  case preset(String)
  /// Nobody said it: plimsoll's own default.
  case builtIn

  /// The origin as a reader sees it.
  var text: String {
    switch self {
    case .commandLine: "command line"
    case .line: "line after --"
    case .lineConfig(let path): "config \(path)"
    case .variable(let name): "variable \(name)"
    case .file(let kind, let path, let line, _): "\(kind.rawValue) \(path):\(line)"
    case .engine(let release): "vLLM \(release)"
    case .modelConfig(let model): "config of \(model)"
    case .preset(let id): "preset \(id)"
    case .builtIn: "default"
    }
  }

  /// The kind of origin, as `origins` of the JSON document names it.
  var kind: String {
    switch self {
    case .commandLine: "command-line"
    case .line: "line"
    case .lineConfig: "line-config"
    case .variable: "variable"
    case .file(let kind, _, _, _): kind.rawValue
    case .engine: "engine"
    case .modelConfig: "model"
    case .preset: "preset"
    case .builtIn: "default"
    }
  }

  /// What the message about a value that was said there begins with; nil for what the reader just typed.
  var place: String? {
    switch self {
    case .variable(let name): name
    case .file(_, let path, let line, let column): "\(path):\(line):\(column)"
    default: nil
    }
  }

  /// What is one layer: a line with the file of its `--config`, else each by itself.
  var layer: String { if case .lineConfig = self { Origin.line.kind } else { kind } }

  var path: String? {
    switch self {
    case .file(_, let path, _, _), .lineConfig(let path): path
    default: nil
    }
  }

  var line: Int? { if case .file(_, _, let line, _) = self { line } else { nil } }

  var variable: String? { if case .variable(let name) = self { name } else { nil } }
}

import Foundation
import PackagePlugin

/// Turns the JSON under `Presets/` into Swift: the coefficients into values of the library, all else into one file of
/// the `Catalog` target.
@main
struct EmbedPresetsPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let presets = context.package.directoryURL.appending(path: "Presets")
    let tool = try context.tool(named: "EmbedPresets").url
    if target.name == "Plimsoll" {
      let file = presets.appending(path: "engines/measured-terms.json")
      let output = context.pluginWorkDirectoryURL.appending(path: "FittedTerms.swift")
      return [
        .buildCommand(
          displayName: "Embedding coefficients", executable: tool,
          arguments: ["coefficients", file.path, output.path], inputFiles: [file], outputFiles: [output])
      ]
    }
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedPresets.swift")
    // Every file is an input, since SwiftPM does not look into a folder given as one.
    let files = try FileManager.default.subpathsOfDirectory(atPath: presets.path)
      .filter { $0.hasSuffix(".json") && !$0.hasPrefix("engines/") }
      .sorted()
      .map { presets.appending(path: $0) }
    return [
      .buildCommand(
        displayName: "Embedding \(files.count) presets", executable: tool,
        arguments: ["presets", presets.path, output.path], inputFiles: files, outputFiles: [output])
    ]
  }
}

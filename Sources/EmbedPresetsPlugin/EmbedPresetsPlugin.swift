import Foundation
import PackagePlugin

/// Turns the JSON under `Presets/` into one Swift file of the `Catalog` target.
@main
struct EmbedPresetsPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let presets = context.package.directoryURL.appending(path: "Presets")
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedPresets.swift")
    // Every file is an input, since SwiftPM does not look into a folder given as one.
    let files = try FileManager.default.subpathsOfDirectory(atPath: presets.path)
      .filter { $0.hasSuffix(".json") }
      .sorted()
      .map { presets.appending(path: $0) }
    return [
      .buildCommand(
        displayName: "Embedding \(files.count) presets",
        executable: try context.tool(named: "EmbedPresets").url,
        arguments: [presets.path, output.path],
        inputFiles: files,
        outputFiles: [output]
      )
    ]
  }
}

// swift-tools-version: 6.0
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "plimsoll",
  platforms: [.macOS(.v13)],
  products: [
    .executable(name: "plimsoll", targets: ["PlimsollCommand"]),
    .library(name: "Plimsoll", targets: ["Plimsoll"]),
    .library(name: "ModelFiles", targets: ["ModelFiles"]),
    .library(name: "Catalog", targets: ["Catalog"]),
  ],
  targets: [
    // The arithmetic: values in, values out. It imports nothing.
    .target(name: "Plimsoll", swiftSettings: strict, plugins: ["EmbedPresetsPlugin"]),
    // What the arithmetic is fed with: JSON, config.json, files.
    .target(name: "ModelFiles", dependencies: ["Plimsoll"], swiftSettings: strict),
    // The built-in data and its look-up.
    .target(
      name: "Catalog",
      dependencies: ["ModelFiles", "Plimsoll"],
      path: "Presets",
      exclude: ["models", "gpus", "engines", "instances", "failures"],
      swiftSettings: strict,
      plugins: ["EmbedPresetsPlugin"]
    ),
    // Deployments as others write them: a `vllm serve` line with what stands around it, read in.
    .target(name: "Deployments", dependencies: ["ModelFiles", "Plimsoll"], swiftSettings: strict),
    // The driver's libraries, opened at run time: what each device of this machine has free.
    .target(name: "DeviceProbe", dependencies: ["Plimsoll"], swiftSettings: strict),
    // What engines print: logs read as they come, and the failures in them told apart.
    .target(name: "EngineLogs", dependencies: ["Plimsoll"], swiftSettings: strict),
    // The command line, which knows nothing of GPUs, and the tool, which joins it all.
    .target(name: "CommandLineKit", swiftSettings: strict),
    .executableTarget(
      name: "PlimsollCommand",
      dependencies: [
        "Plimsoll", "ModelFiles", "Catalog", "Deployments", "DeviceProbe", "EngineLogs", "CommandLineKit",
      ],
      exclude: ["release.ld"],
      swiftSettings: strict
    ),
    // Presets/*/*.json into Swift, at build time.
    .executableTarget(name: "EmbedPresets", swiftSettings: strict),
    .plugin(
      name: "EmbedPresetsPlugin",
      capability: .buildTool(),
      dependencies: ["EmbedPresets"],
      path: "Sources/EmbedPresetsPlugin"
    ),
    // Cells a second of the search: swift run -c release SolverBenchmark.
    .executableTarget(
      name: "SolverBenchmark", dependencies: ["Catalog", "ModelFiles", "Plimsoll"], path: "Tests/SolverBenchmark",
      swiftSettings: strict
    ),
    // Random numbers that are the same in every run, for tests.
    .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: strict),
    .testTarget(name: "PlimsollTests", dependencies: ["Plimsoll"]),
    .testTarget(
      name: "ModelFilesTests", dependencies: ["ModelFiles", "Plimsoll", "SeededRandom"], exclude: ["Fixtures"]),
    .testTarget(
      name: "CatalogTests", dependencies: ["Catalog", "ModelFiles", "Plimsoll", "SeededRandom"], exclude: ["Fixtures"]),
    .testTarget(
      name: "DeploymentsTests", dependencies: ["Deployments", "ModelFiles", "Plimsoll", "SeededRandom"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "CalibrationTests", dependencies: ["Catalog", "ModelFiles", "Plimsoll"], exclude: ["Fixtures"]),
    .testTarget(name: "DeviceProbeTests", dependencies: ["DeviceProbe", "Plimsoll"], exclude: ["Fixtures"]),
    .testTarget(name: "EngineLogsTests", dependencies: ["EngineLogs", "Plimsoll"]),
    .testTarget(name: "CommandLineKitTests", dependencies: ["CommandLineKit"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["PlimsollCommand", "Plimsoll", "ModelFiles", "Catalog", "CommandLineKit"],
      exclude: ["Cases", "Diagnosing/samples.txt", "Diagnosing/directions.txt"]
    ),
    .testTarget(name: "ArchitectureTests"),
  ]
)

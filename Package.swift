// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
  .enableUpcomingFeature("ExistentialAny"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
  .enableUpcomingFeature("InternalImportsByDefault"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
  .enableUpcomingFeature("MemberImportVisibility"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
  name: "mate3",
  products: [
    .library(name: "Mate3", targets: ["Mate3", "Registry", "RegisterIO", "FieldCodec", "ModbusTransport"]),
    .executable(name: "mate3", targets: ["CommandLineTool"]),
    // For Benchmarks/ alone; nothing in it is promised to stay.
    .library(name: "Mate3Parts", targets: ["PureWork"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CTimex"),
    .target(name: "CRegistryData"),
    .target(name: "CPageResources", exclude: ["files"]),

    library("Registry", ["CRegistryData"]),
    library("TypedNames", ["Registry"]),
    library("RegisterIO"),
    library("Threads"),
    library("RegistryPipeline", ["Registry"]),
    library("FieldCodec", ["Registry"]),
    library("Mate3", ["Registry", "RegisterIO", "FieldCodec", "ModbusTransport", "Threads"]),
    library("Derived", ["Registry", "FieldCodec", "Mate3"]),
    library("MessageIO"),
    library("StateStore", ["Derived", "Mate3", "Registry"]),
    library("History", ["Registry", "FieldCodec", "Mate3", "Derived"]),
    library("HistoryStore", ["CSQLite", "CTimex", "Registry", "History", "Threads"]),
    library("PostgresStore", ["CPostgres", "Registry", "History", "HistoryStore", "Threads"]),
    library("Topics", ["Registry", "FieldCodec", "Mate3"]),
    library("HomeAssistant", ["Registry", "FieldCodec", "Mate3", "Topics"]),
    library("ModbusTransport", ["RegisterIO", "Threads"]),
    library("MQTTTransport", ["CMosquitto", "MessageIO", "Threads", deque]),
    library("Configuration", ["Registry", "Mate3", "Derived", "MessageIO", "Topics", "History", log, yams]),
    library(
      "Bridge",
      [
        "Registry", "RegisterIO", "FieldCodec", "Mate3", "Derived", "MessageIO", "StateStore", "Topics",
        "HomeAssistant", "History", "Threads",
        log, lifecycle, deque,
      ]),
    library(
      "Page",
      [
        "CPageResources", "Registry", "FieldCodec", "Mate3", "Derived", "Topics", "History", "HistoryStore", "Threads",
        nio, nioPosix, nioHTTP, log,
      ]),
    library("Simulator", ["Registry", "RegisterIO", "FieldCodec", yams, nio, nioPosix]),
    .executableTarget(
      name: "CommandLineTool",
      dependencies: [
        "Registry", "RegisterIO", "FieldCodec", "Mate3", "Derived", "MessageIO", "Topics", "ModbusTransport",
        "MQTTTransport", "Configuration", "Bridge", "HomeAssistant", "RegistryPipeline", "Simulator", "StateStore",
        "History", "HistoryStore", "Page", "PostgresStore", "Threads",
        "TypedNames", log,
        lifecycle, signals,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "PureWork",
      dependencies: [
        "Registry", "RegisterIO", "FieldCodec", "Mate3", "MessageIO", "Topics", "Bridge", "Simulator", log,
      ],
      path: "Benchmarks/Sources/PureWork", swiftSettings: settings),
    library("TestSupport", ["Registry", "RegisterIO", "MessageIO", "ModbusTransport", "MQTTTransport", "Threads"]),

    tests("RegistryTests", ["Registry", "CRegistryData", "TypedNames", "TestSupport"]),
    tests("RegistryPipelineTests", ["RegistryPipeline", "Registry", "TestSupport"]),
    tests("DocumentTests", ["TestSupport"]),
    tests("RegisterIOTests", ["RegisterIO", "TestSupport"]),
    tests("ThreadsTests", ["Threads", "TestSupport"]),
    tests("FieldCodecTests", ["FieldCodec", "Registry", "TestSupport"]),
    tests("Mate3Tests", ["Mate3", "Registry", "RegisterIO", "FieldCodec", "TestSupport"]),
    tests("DerivedTests", ["Derived", "Mate3", "Registry", "RegisterIO", "FieldCodec", "Simulator", "TestSupport"]),
    tests("StateStoreTests", ["StateStore", "Derived", "Mate3", "TestSupport"]),
    tests("HistoryTests", ["History", "Derived", "FieldCodec", "Mate3", "Registry", "Simulator", "TestSupport"]),
    tests("HistoryStoreTests", ["HistoryStore", "History", "Threads", "TestSupport"]),
    tests("PostgresStoreTests", ["PostgresStore", "HistoryStore", "History", "Threads", "TestSupport"]),
    tests("TopicsTests", ["Topics", "Mate3", "Registry", "FieldCodec", "TestSupport"]),
    tests(
      "HomeAssistantTests",
      [
        "HomeAssistant", "Bridge", "Derived", "Mate3", "MessageIO", "Registry", "RegisterIO", "FieldCodec", "Topics",
        "Simulator",
        "TestSupport", log,
      ]),
    tests("ModbusTransportTests", ["ModbusTransport", "RegisterIO", "Simulator", "TestSupport", "Threads"]),
    tests("MQTTTransportTests", ["MQTTTransport", "MessageIO", "TestSupport"]),
    tests(
      "ConfigurationTests",
      [
        "Configuration", log, "FieldCodec", "MessageIO", "Mate3", "Registry", "RegisterIO", "TestSupport", "Topics",
      ]),
    tests(
      "BridgeTests",
      [
        "Bridge", log, "FieldCodec", "History", "MessageIO", "Mate3", "Topics", "Registry", "RegisterIO", "Simulator",
        "StateStore", "TestSupport", "Threads",
      ]),
    tests("PageTests", ["Page", "Derived", "Mate3", "Registry", "Topics", "TestSupport", nio, log]),
    tests("SimulatorTests", ["Simulator", "ModbusTransport", "RegisterIO", "Registry", "FieldCodec", "TestSupport"]),
    tests(
      "IntegrationTests",
      [
        "CommandLineTool", "Configuration", "FieldCodec", "MQTTTransport", "Mate3", "MessageIO", "RegisterIO",
        "Registry", "Simulator",
        "History", "HistoryStore", "PostgresStore", "StateStore", "TestSupport", "Threads", "Topics", log,
      ]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x
)

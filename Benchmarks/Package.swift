// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "mate3-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "mate3", path: ".."),
    // Its interposers for allocations and reference counts are left out: the counts here come from CAllocationCount.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .target(name: "CAllocationCount"),
    .target(
      name: "PureWork",
      dependencies: [
        .product(name: "Mate3Parts", package: "mate3"), .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .executableTarget(name: "PureDriver", dependencies: ["PureWork", "CAllocationCount"], swiftSettings: settings),
    .executableTarget(
      name: "Pure",
      dependencies: ["PureWork", "CAllocationCount", .product(name: "Benchmark", package: "benchmark")],
      path: "Benchmarks/Pure", swiftSettings: settings,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ],
  swiftLanguageModes: [.v6]
)

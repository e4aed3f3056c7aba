// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// The work itself, Sources/PureWork, is a target of the package beside, which shows it more than it shows users.
let parts = Target.Dependency.product(name: "Mate3Parts", package: "mate3")

let package = Package(
  name: "mate3-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "mate3", path: ".."),
    // Its interposers for allocations and reference counts are left out: the counts here come from CAllocationCount.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .target(name: "CAllocationCount"),
    .executableTarget(name: "PureDriver", dependencies: [parts, "CAllocationCount"], swiftSettings: settings),
    .executableTarget(
      name: "Pure",
      dependencies: [parts, "CAllocationCount", .product(name: "Benchmark", package: "benchmark")],
      path: "Benchmarks/Pure", swiftSettings: settings,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ],
  swiftLanguageModes: [.v6]
)

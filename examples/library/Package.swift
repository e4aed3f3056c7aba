// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "library-example",
  dependencies: [.package(name: "mate3", path: "../..")],
  targets: [
    .executableTarget(name: "library-example", dependencies: [.product(name: "Mate3", package: "mate3")])
  ]
)

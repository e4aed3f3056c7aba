import Foundation
import TestSupport
import Testing

/// The product `Mate3`, as the compiler sees it from outside.
@Suite struct LibraryTests {
  private struct Graph: Decodable {
    struct Symbol: Decodable {
      struct Comment: Decodable {}
      struct Location: Decodable { let uri: String }
      let pathComponents: [String]
      let docComment: Comment?
      let location: Location?
    }
    let symbols: [Symbol]
  }

  @Test(arguments: ["Mate3", "Registry", "RegisterIO", "FieldCodec", "ModbusTransport"])
  func everyPublicDeclarationIsExplained(module: String) async throws {
    let built = try ProcessRunner.product("mate3").deletingLastPathComponent()
    let directory = try TemporaryDirectory()
    // The C modules lie in the sources, or where they were built.
    let sources = ProcessRunner.packageDirectory.appending(path: "Sources")
    let folders = try [built, sources].flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: folder.path).map { folder.appending(path: $0) }
    }
    let maps = folders.map { $0.appending(path: "module.modulemap").path }
      .filter { FileManager.default.fileExists(atPath: $0) }
      .flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
    let info = try ProcessRunner(URL(filePath: "/usr/bin/env"), ["swiftc", "-print-target-info"])
    let line = try await info.line(within: .seconds(30)) { $0.contains("\"triple\"") }
    let triple = try #require(line.firstMatch(of: /"triple": "([^"]+)"/)).1
    let extract = try ProcessRunner(
      URL(filePath: "/usr/bin/env"),
      [
        "swift", "symbolgraph-extract", "-module-name", module, "-I", built.appending(path: "Modules").path, "-target",
        String(triple), "-minimum-access-level", "public", "-output-dir", directory.path,
      ] + maps)
    #expect(try await extract.exitStatus(within: .seconds(60)) == 0, "\(extract.errorLines)")
    var count = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
      let data = try Data(contentsOf: URL(filePath: directory.path).appending(path: name))
      // What the standard library gives has no place in a source of ours.
      for symbol in try JSONDecoder().decode(Graph.self, from: data).symbols where symbol.location != nil {
        count += 1
        #expect(
          symbol.docComment != nil,
          "\(symbol.pathComponents.joined(separator: ".")) in \(symbol.location?.uri ?? "") has no documentation comment"
        )
      }
    }
    #expect(count > 0)
  }
}

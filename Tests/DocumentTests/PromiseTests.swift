import Foundation
import TestSupport
import Testing

/// docs/safety.md names a test for each promise; the test must be there.
@Suite struct PromiseTests {
  @Test func everyPromiseHasATestThatExists() throws {
    let sources = try Document.files(in: "Tests", ending: ".swift").map { try Document($0).text }
    let rows = try Document("docs/safety.md").table("| promise | test |")
    #expect(rows.count > 30)
    for row in rows {
      try #require(row.count == 2, "\(row)")
      var suite = ""
      let names = row[1].matches(of: /`([^`]+)`/).map { $0.1 }
      #expect(!names.isEmpty, "\(row[0])")
      for name in names {
        let parts = name.split(separator: ".")
        let function = name.hasPrefix("…") ? String(name.dropFirst()) : parts.count > 1 ? String(parts[1]) : nil
        if !name.hasPrefix("…") { suite = String(parts[0]) }
        let files = sources.filter { $0.contains("struct \(suite) ") || $0.contains("extension \(suite) ") }
        #expect(!files.isEmpty, "\(row[0]): there is no suite \(suite)")
        if let function {
          #expect(
            files.contains { $0.contains("func \(function)(") }, "\(row[0]): \(suite) has no test \(function)")
        }
      }
    }
  }
}

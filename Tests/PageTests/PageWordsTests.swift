import Foundation
import TestSupport
import Testing

/// The page's own words in each language that it has.
@Suite struct PageWordsTests {
  private static func file(_ name: String) throws -> String {
    let url = ProcessRunner.packageDirectory.appending(path: "Sources/CPageResources/files/\(name)")
    return try String(contentsOf: url, encoding: .utf8)
  }

  private static func table(_ language: String) throws -> [String: String] {
    let text = try file("\(language).js").replacing("export default ", with: "").replacing(";\n", with: "\n")
    return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
  }

  /// What the scripts say, and what stands in the HTML that they show.
  private static func words() throws -> Set<String> {
    var words: Set<String> = []
    for script in ["page.js", "flow.js", "chart.js"] {
      words.formUnion(try file(script).matches(of: /\bsay\("([^"]*)"/).map { String($0.1) })
    }
    let html = try file("index.html")
    let body = html.prefix(upTo: try #require(html.range(of: "<noscript>")).lowerBound)
      .suffix(from: try #require(html.range(of: "<body")).lowerBound)
    words.formUnion(body.matches(of: />([^<>]+)</).map { $0.1.trimmingCharacters(in: .whitespacesAndNewlines) })
    words.formUnion(body.matches(of: /(?:aria-label|placeholder)="([^"]*)"/).map { String($0.1) })
    return words.subtracting(["", "%", "–", "Solar"])
  }

  private func places(_ text: String) -> Set<String> {
    Set(text.matches(of: /\{\d\}/).map { String($0.0) })
  }

  @Test(arguments: ["de", "es"]) func hasEveryWordAndNoOther(_ language: String) throws {
    let table = try Self.table(language)
    #expect(Set(table.keys) == (try Self.words()))
    for (english, text) in table {
      #expect(!text.isEmpty && places(text) == places(english), "\(english)")
    }
  }

  /// What is not a literal would have no word in any language.
  @Test(arguments: ["page.js", "flow.js", "chart.js"]) func saysLiteralsOnly(_ script: String) throws {
    #expect(try Self.file(script).matches(of: /\bsay\((?!")/).isEmpty)
  }
}

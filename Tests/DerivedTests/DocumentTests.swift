import Foundation
import TestSupport
import Testing

@testable import Derived

@Suite struct DocumentTests {
  @Test func theTopicsHaveEveryFormula() throws {
    let page = try String(
      contentsOf: ProcessRunner.packageDirectory.appending(path: "docs/topics.md"), encoding: .utf8)
    let rows = DerivedField.all.map { "| `\($0.name)` | \($0.unit ?? "") | \($0.formula) |" }
    let table = rows.joined(separator: "\n")
    #expect(page.contains(table), "docs/topics.md should have this table:\n\(table)")
  }

  /// The entities of the Energy dashboard go by the titles.
  @Test func theEnergyDashboardNamesTitles() throws {
    let file = ProcessRunner.packageDirectory.appending(path: "examples/home-assistant/README.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let named = text.matches(of: /House ([A-Z][a-zA-Z ]+?)\*? (\||as a)/).map { String($0.1) }
    #expect(named.count == 6)
    for title in named {
      #expect(DerivedField.all.contains { $0.title == title && $0.isDailyTotal }, "\(title)")
    }
  }
}

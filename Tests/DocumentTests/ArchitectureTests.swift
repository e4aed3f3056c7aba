import Foundation
import TestSupport
import Testing

/// docs/architecture.md says what Package.swift and the sources say.
@Suite struct ArchitectureTests {
  /// What each module may import, by the document.
  private func documented() throws -> [String: Set<String>] {
    let rows = try Document("docs/architecture.md").table("| module | what it is | may import |")
    let pairs = rows.map { row in (row[0], Set(row[2].matches(of: /`(\w+)`/).map { String($0.1) })) }
    return Dictionary(pairs) { first, _ in first }
  }

  @Test func theTableOfModulesIsThatOfTheManifest() throws {
    let package = try Document("Package.swift").text
    let products = package.matches(of: /let (\w+) = Target\.Dependency\.product\(name: "(\w+)"/)
    let aliases = Dictionary(products.map { (String($0.1), String($0.2)) }) { first, _ in first }
    var manifest: [String: Set<String>] = [:]
    let bare = /\.systemLibrary\(\s*name: "(\w+)"/
    for match in package.matches(of: bare) { manifest[String(match.1)] = [] }
    // A module's list ends where a line or the call does; no name has a bracket in it.
    let full = /(?:library\(\s*|arget\(\s*name: )"(\w+)"(?:,\s*(?:dependencies: )?\[([^\]]*)\])?/
    for match in package.matches(of: full) {
      let list = (match.2 ?? "").replacing(/\.product\(name: ("\w+"), package: "[\w-]+"\)/) { String($0.1) }
      let names = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
      manifest[String(match.1)] = Set(
        names.filter { !$0.isEmpty }.map { $0.hasPrefix("\"") ? String($0.dropFirst().dropLast()) : aliases[$0] ?? $0 })
    }
    let documented = try documented()
    #expect(documented.count > 15)
    #expect(Set(documented.keys) == Set(manifest.keys))
    for (module, imports) in documented { #expect(imports == manifest[module], "\(module)") }
  }

  /// The compiler lets a module import what another one depends on.
  @Test func noModuleImportsMoreThanItsRowSays() throws {
    let documented = try documented()
    for path in try Document.files(in: "Sources", ending: ".swift") {
      let module = String(path.split(separator: "/")[1])
      let allowed = try #require(documented[module], "\(path)")
      for match in try Document(path).text.matches(of: /(?m)^(?:\w+ )?import (\w+)/) {
        let name = String(match.1)
        let isOfAnother = documented[name] != nil || documented.values.contains { $0.contains(name) }
        #expect(!isOfAnother || allowed.contains(name), "\(path) imports \(name)")
      }
    }
  }

  @Test func everyNameIsDeclared() throws {
    let text = try Document("docs/architecture.md").text
    let paths = try Document.files(in: "Sources", ending: ".swift") + Document.files(in: "Tests", ending: ".swift")
    var types: Set<String> = []
    var members: Set<String> = []
    for path in paths {
      let source = try Document(path).text
      types.formUnion(try names(after: "struct|class|actor|enum|protocol", in: source))
      members.formUnion(try names(after: "func|var|let|case", in: source))
    }
    let documented = try documented()
    let modules = documented.values.reduce(Set(documented.keys)) { $0.union($1) }
    for match in text.matches(of: /`([A-Z]\w+)(?:\.(\w+))?`/) where match.2 != "swift" {
      let type = String(match.1)
      #expect(types.contains(type) || modules.contains(type), "\(type) is not declared")
      if let member = match.2 { #expect(members.contains(String(member)), "\(match.0) is not declared") }
    }
    for match in text.matches(of: /([A-Za-z0-9\/]+(?:\+\w+)?\.swift)\b/) where match.1 != "Package.swift" {
      let isThere = paths.contains { $0.hasSuffix("/\(match.1)") }
      #expect(isThere, "there is no file \(match.1)")
    }
  }

  /// Foundation's expressions: Swift's take minutes for all sources in a debug build.
  private func names(after keywords: String, in source: String) throws -> [String] {
    let expression = try NSRegularExpression(pattern: "\\b(?:\(keywords)) `?(\\w+)")
    return expression.matches(in: source, range: NSRange(source.startIndex..., in: source)).compactMap { match in
      Range(match.range(at: 1), in: source).map { String(source[$0]) }
    }
  }
}

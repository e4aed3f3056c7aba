import Foundation
import TestSupport

/// A page of the documentation, as far as tests look at it.
struct Document {
  /// Path in the package.
  let path: String
  let text: String

  init(_ path: String) throws {
    self.path = path
    text = try String(contentsOf: ProcessRunner.packageDirectory.appending(path: path), encoding: .utf8)
  }

  /// Every page that a reader may come to.
  static func all() throws -> [Document] {
    try files(in: "", ending: ".md").map { try Document($0) }
  }

  /// Files of the package by their paths, without what is built or hidden.
  static func files(in folder: String, ending: String) throws -> [String] {
    let root = ProcessRunner.packageDirectory
    var found: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path).sorted() {
      guard !name.hasPrefix(".") else { continue }
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isDirectory) else {
        continue
      }
      if isDirectory.boolValue { found += try files(in: path, ending: ending) }
      if name.hasSuffix(ending) { found.append(path) }
    }
    return found
  }

  /// The lines outside of code.
  private var prose: [Substring] {
    var isCode = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      guard line.drop(while: { $0 == " " }).hasPrefix("```") else { return !isCode }
      isCode.toggle()
      return false
    }
  }

  /// What its links point to.
  var links: [String] {
    prose.flatMap { $0.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) } }
  }

  /// The anchors that GitHub gives its headings.
  var anchors: Set<String> {
    var seen: [String: Int] = [:]
    return Set(
      prose.compactMap { line -> String? in
        guard let heading = line.wholeMatch(of: /#+ (.*)/) else { return nil }
        let kept = heading.1.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
        let anchor = kept.replacing(" ", with: "-")
        defer { seen[anchor, default: 0] += 1 }
        return seen[anchor].map { "\(anchor)-\($0)" } ?? anchor
      })
  }

  /// The rows of the table below a header, each as its cells.
  func table(_ header: String) -> [[String]] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0 == header }) else { return [] }
    return lines.dropFirst(start + 2).prefix { $0.hasPrefix("| ") }.map { line in
      line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false).map(String.init)
    }
  }
}

import Foundation
import TestSupport
import Testing

@Suite struct LinkTests {
  @Test func everyLinkPointsToAFileAndItsHeading() throws {
    let documents = try Document.all()
    #expect(documents.contains { $0.path == "docs/safety.md" })
    for document in documents {
      for link in document.links where !link.contains("://") {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let folder = URL(filePath: "/" + document.path).deletingLastPathComponent()
        let path =
          parts[0].isEmpty
          ? document.path : String(folder.appending(path: String(parts[0])).standardized.path.dropFirst())
        let file = ProcessRunner.packageDirectory.appending(path: path)
        #expect(
          FileManager.default.fileExists(atPath: file.path), "\(document.path) links to \(link), which is no file")
        guard parts.count == 2, path.hasSuffix(".md") else { continue }
        let target = try #require(documents.first { $0.path == path }, "\(document.path): \(link)")
        #expect(
          target.anchors.contains(String(parts[1])), "\(document.path) links to \(link), which is no heading of \(path)"
        )
      }
    }
  }

  @Test func theReadmeIsShortAndLeadsToEveryPage() throws {
    let readme = try Document("README.md")
    #expect(readme.text.split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
    for page in try Document.files(in: "docs", ending: ".md") {
      #expect(readme.links.contains { $0.hasPrefix(page) }, "README.md does not lead to \(page)")
    }
  }

  @Test func anchorsAreThoseOfGitHub() throws {
    #expect(try Document("docs/safety.md").anchors.contains("an-emergency-off-gets-through"))
    #expect(try Document("docs/topics.md").anchors.contains("the-whole-house"))
  }
}

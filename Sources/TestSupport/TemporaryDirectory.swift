package import Foundation

/// A directory that goes away with this object.
package final class TemporaryDirectory: Sendable {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "mate3-\(UUID().uuidString.prefix(8).lowercased())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  package var path: String { url.path(percentEncoded: false) }

  /// Writes a file into the directory.
  /// - Returns: its path.
  @discardableResult
  package func write(_ name: String, _ text: String) throws -> String {
    let file = url.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path(percentEncoded: false)
  }

  deinit {
    // Nothing to be done about a directory that stays.
    try? FileManager.default.removeItem(at: url)
  }
}

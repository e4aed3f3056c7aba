import Foundation

/// Where the register map ended at the last scan, so that the first one after a start takes no more requests than it
/// must. Nothing depends on it: the chain is walked all the same.
package struct MapEndFile: Sendable {
  static let name = "map.json"
  private let directory: StateDirectory

  private struct Content: Codable {
    let end: Int
  }

  package init(_ directory: StateDirectory) { self.directory = directory }

  /// Address of the end block; nil when there is no file, or none that can be understood.
  package func load() -> Int? {
    guard let data = try? directory.read(Self.name, upTo: 1 << 10),
      let content = try? JSONDecoder().decode(Content.self, from: data),
      (40_002...0xFFFE).contains(content.end)
    else { return nil }
    return content.end
  }

  /// - Throws: ``StateError``.
  package func save(_ end: Int) throws(StateError) {
    guard let data = try? JSONEncoder().encode(Content(end: end)) else {
      throw StateError(.inputOutput, "the end of the register map can't be put into JSON")
    }
    try directory.replace(Self.name, data)
  }
}

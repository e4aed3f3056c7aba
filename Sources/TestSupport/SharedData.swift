package import Foundation

/// The folder beside the package with the vendor's documents and a real capture, which are no part of the project.
package enum SharedData {
  /// `MATE3_SHARED`, or `shared` beside the package; nil when it isn't there.
  package static let directory: URL? = {
    let chosen = ProcessInfo.processInfo.environment["MATE3_SHARED"].map { URL(filePath: $0) }
    let url = chosen ?? ProcessRunner.packageDirectory.deletingLastPathComponent().appending(path: "shared")
    return FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) ? url : nil
  }()

  /// For `.enabled(if: SharedData.isPresent, SharedData.absence)`.
  package static var isPresent: Bool { directory != nil }
  package static let absence: String = "the shared folder is not here; set MATE3_SHARED"

  package struct Missing: Error, CustomStringConvertible {
    package var description: String { SharedData.absence }
  }

  package static func url(_ path: String) throws -> URL {
    guard let directory else { throw Missing() }
    return directory.appending(path: path)
  }

  /// The capture's file.
  package static func captureFile() throws -> URL {
    try url("data/capture-fxr-fm60-fm80-fndc.json")
  }

  /// Every register of a real MATE3s by its address.
  package static func capture() throws -> [Int: UInt16] {
    try registers(in: try captureFile())
  }

  /// Reads a dump of the form `{"40000": 21365, …}`.
  package static func registers(in file: URL) throws -> [Int: UInt16] {
    let words = try JSONDecoder().decode([String: UInt16].self, from: Data(contentsOf: file))
    return Dictionary(uniqueKeysWithValues: words.compactMap { key, word in Int(key).map { ($0, word) } })
  }
}

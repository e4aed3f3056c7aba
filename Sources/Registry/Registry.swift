import CRegistryData
import Foundation

/// The register map on paper: every documented block with its fields, read from `registry_data/`.
public struct Registry: Sendable {
  /// In the order of `blocks.csv`.
  public let blocks: [BlockDefinition]
  /// Places worth a look that don't keep the registry from being used.
  public let warnings: [RegistryProblem]

  /// Beside the map: where it is known to differ from the documents, for `mate3 registry check`.
  package static let exceptionsFile = "exceptions.csv"

  private let indexByID: [UInt16: Int]

  /// Reads a registry from its files, by name (`blocks.csv`, `charge_controller.csv`, …).
  /// - Throws: ``RegistryError`` with every error, each with file, line and column.
  package init(files: [String: String]) throws(RegistryError) {
    var reader = RegistryReader(files: files)
    let blocks = reader.read()
    let errors = reader.problems.filter { $0.severity == .error }
    guard errors.isEmpty else { throw RegistryError(errors) }
    self.blocks = blocks
    warnings = reader.problems
    indexByID = Dictionary(
      blocks.enumerated().map { ($1.did, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The registry built into the program.
  /// - Throws: ``RegistryError``; not in a program that was tested.
  public static func embedded() throws(RegistryError) -> Registry {
    try Registry(files: embeddedFiles())
  }

  /// The files built into the program, by name.
  package static func embeddedFiles() -> [String: String] {
    var files: [String: String] = [:]
    for index in 0..<mate3_registry_file_count() {
      let file = mate3_registry_file_at(index)
      files[String(cString: file.name)] = String(
        decoding: UnsafeBufferPointer(start: file.bytes, count: file.length), as: UTF8.self)
    }
    return files
  }

  /// The registry in a folder of CSV files.
  /// - Throws: ``RegistryError`` naming the file and place, also when a file can't be read.
  public static func load(directory: String) throws(RegistryError) -> Registry {
    try Registry(files: files(directory: directory))
  }

  /// The CSV files of a folder, by name.
  /// - Throws: ``RegistryError`` when one can't be read.
  package static func files(directory: String) throws(RegistryError) -> [String: String] {
    let url = URL(fileURLWithPath: directory, isDirectory: true)
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: url.path).filter { $0.hasSuffix(".csv") }
    } catch {
      throw RegistryError([
        RegistryProblem(
          .error, file: directory, line: 0, column: 0, "the folder can't be read: \(error.systemReason)")
      ])
    }
    var files: [String: String] = [:]
    for name in names {
      guard let data = try? Data(contentsOf: url.appendingPathComponent(name)),
        let text = String(data: data, encoding: .utf8)
      else {
        throw RegistryError([
          RegistryProblem(.error, file: name, line: 1, column: 1, "the file can't be read as UTF-8 text")
        ])
      }
      files[name] = text
    }
    return files
  }

  /// The block with a SunSpec model id.
  public func block(id: UInt16) -> BlockDefinition? { indexByID[id].map { blocks[$0] } }

  /// The block with a device name.
  public func block(named name: String) -> BlockDefinition? { blocks.first { $0.name == name } }
}

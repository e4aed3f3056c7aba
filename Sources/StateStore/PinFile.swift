import Foundation
public import Mate3

/// The pins on disk: one small JSON file, readable by people.
public struct PinFile: Sendable {
  static let name = "pins.json"
  private let directory: StateDirectory

  public init(_ directory: StateDirectory) { self.directory = directory }

  private struct Contents: Codable {
    var version: Int
    var pins: [Pin]
  }

  /// - Returns: the pins, none when there has never been a file.
  /// - Throws: ``StateError`` with code `corrupt`: nothing may be written then, and the file is left as it is.
  public func load() throws(StateError) -> PinBook {
    guard let data = try directory.read(Self.name) else { return PinBook() }
    do {
      let contents = try JSONDecoder().decode(Contents.self, from: data)
      guard contents.version == 1 else {
        throw StateError(
          .corrupt, "\(directory.path)/\(Self.name) is of version \(contents.version), which this program does not know"
        )
      }
      return PinBook(pins: contents.pins)
    } catch let error as StateError {
      throw error
    } catch {
      throw StateError(
        .corrupt,
        "\(directory.path)/\(Self.name) can't be understood, so nothing is written to any device; restore it from a "
          + "backup, or remove it to pin all devices anew")
    }
  }

  /// - Throws: ``StateError``.
  public func save(_ book: PinBook) throws(StateError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let pins = book.pins.values.sorted { $0.key < $1.key }
    guard let data = try? encoder.encode(Contents(version: 1, pins: pins)) else {
      throw StateError(.inputOutput, "the pins can't be put into JSON")
    }
    try directory.replace(Self.name, data)
  }
}

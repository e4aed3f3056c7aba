import Foundation
package import Mate3

/// The pins on disk: one small JSON file, readable by people.
package struct PinFile: Sendable {
  static let name = "pins.json"
  /// A device takes about two kilobytes.
  static let sizeLimit = 8 << 20
  private let directory: StateDirectory

  package init(_ directory: StateDirectory) { self.directory = directory }

  private struct Contents: Codable {
    var version: Int
    var pins: [Pin]
  }

  private static let consequence =
    "so nothing is written to any device; restore it from a backup, or remove it to pin all devices anew"

  /// - Returns: the pins, none when there has never been a file.
  /// - Throws: ``StateError`` with code `corrupt`: nothing may be written then, and the file is left as it is.
  package func load() throws(StateError) -> PinBook {
    let file = "\(directory.path)/\(Self.name)"
    do throws(StateError) {
      guard let data = try directory.read(Self.name, upTo: Self.sizeLimit) else { return PinBook() }
      guard let contents = try? JSONDecoder().decode(Contents.self, from: data) else {
        throw StateError(.corrupt, "\(file) can't be understood")
      }
      guard contents.version == 1 else {
        throw StateError(.corrupt, "\(file) is of version \(contents.version), which this program does not know")
      }
      directory.keep(Self.name, data)
      return PinBook(pins: contents.pins)
    } catch {
      throw error.code == .corrupt ? error.adding(Self.consequence) : error
    }
  }

  /// The pinned blocks, read beside whoever holds the folder; none where they can't be read.
  package static func keys(inFolder path: String) -> [PinKey] {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)"), data.count <= sizeLimit,
      let contents = try? JSONDecoder().decode(Contents.self, from: data)
    else { return [] }
    return contents.pins.map(\.key).sorted()
  }

  /// Why devices that are seen now can't be taken for those of an earlier run, whose pins are gone; nil when there are
  /// pins, or there has been no earlier run.
  package func loss() -> String? {
    guard directory.isMissing(Self.name) else { return nil }
    let others = [LedgerFile.name, "\(LedgerFile.name).1", TimerFile.name, EnergyFile.name, MapEndFile.name]
    guard let other = others.first(where: { !directory.isEmpty($0) }) else { return nil }
    let sentence =
      "\(directory.path)/\(Self.name) is gone, though \(other) tells of an earlier run: which devices were trusted is "
      + "not known any more; restore it from a backup, or look at the devices and trust them"
    directory.lose(Self.name, sentence)
    return sentence
  }

  /// - Throws: ``StateError``.
  package func save(_ book: PinBook) throws(StateError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let pins = book.pins.values.sorted { $0.key < $1.key }
    guard let data = try? encoder.encode(Contents(version: 1, pins: pins)) else {
      throw StateError(.inputOutput, "the pins can't be put into JSON")
    }
    directory.keep(Self.name, data)
    try directory.replace(Self.name, data)
  }
}

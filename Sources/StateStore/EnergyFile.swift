package import Derived
import Foundation

/// The counters of the day's energies on disk.
package struct EnergyFile: Sendable {
  static let name = "energies.json"
  private let directory: StateDirectory

  package init(_ directory: StateDirectory) { self.directory = directory }

  /// - Throws: ``StateError``; `corrupt` when the file makes no sense.
  package func load() throws(StateError) -> DailyEnergies {
    do throws(StateError) {
      guard let data = try directory.read(Self.name, upTo: 1 << 20) else { return DailyEnergies() }
      guard let energies = try? JSONDecoder().decode(DailyEnergies.self, from: data) else {
        throw StateError(.corrupt, "\(directory.path)/\(Self.name) can't be understood")
      }
      return energies
    } catch {
      throw error.adding("so the day's energies begin with what the devices show; it is written anew")
    }
  }

  /// - Throws: ``StateError``.
  package func save(_ energies: DailyEnergies) throws(StateError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(energies) else {
      throw StateError(.inputOutput, "the day's energies can't be put into JSON")
    }
    try directory.replace(Self.name, data)
  }
}

import Derived
import Logging
import Mate3
import RegisterIO
import Threads

/// What the reading has found out and an earlier run is to know. The reading never waits for the disk.
extension GatewayService {
  /// What is yet to be kept, of each kind the latest.
  struct Unsaved: Sendable {
    enum Kind: Sendable {
      case pins
      case energies(DailyEnergies)
      case mapEnd(Int)
    }

    private var pins = false
    private var energies: DailyEnergies?
    private var mapEnd: Int?

    mutating func add(_ kind: Kind) {
      switch kind {
      case .pins: pins = true
      case .energies(let latest): energies = latest
      case .mapEnd(let latest): mapEnd = latest
      }
    }

    /// Takes one, nil when nothing is left.
    mutating func take() -> Kind? {
      if pins {
        pins = false
        return .pins
      }
      if let energies {
        self.energies = nil
        return .energies(energies)
      }
      defer { mapEnd = nil }
      return mapEnd.map { .mapEnd($0) }
    }
  }

  /// Keeps something as soon as the disk takes it.
  func saveLater(_ kind: Unsaved.Kind) {
    unsaved.add(kind)
    guard !isSaving else { return }
    isSaving = true
    Task(executorPreference: connection.thread) { await self.saveAll() }
  }

  private func saveAll() async {
    while let kind = unsaved.take() {
      switch kind {
      case .pins: await savePins()
      case .energies(let energies): await save(energies)
      case .mapEnd(let end): await save(mapEnd: end)
      }
    }
    isSaving = false
  }

  /// Keeps the pins as they are now.
  func savePins() async {
    do {
      try await ThreadExecutor.files.run { [keepsPins, pins] in try keepsPins(pins) }
      await setAlert(.state, "pins", nil)
    } catch {
      await setAlert(.state, "pins", "the pins can't be kept: \(error)")
    }
  }

  private func save(_ energies: DailyEnergies) async {
    do {
      try await ThreadExecutor.files.run { [keepEnergies] in try keepEnergies(energies) }
      await setAlert(.state, "energies", nil)
    } catch {
      await setAlert(.state, "energies", "the day's energies can't be kept: \(error)")
    }
  }

  private func save(mapEnd: Int) async {
    do {
      try await ThreadExecutor.files.run { [saveEnd] in try saveEnd(mapEnd) }
    } catch {
      // Only the first scan after the next start takes longer for it.
      logger.debug("where the register map ends can't be kept", metadata: ["reason": "\(error)"])
    }
  }
}

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
    guard saving == nil else { return }
    saving = Task(executorPreference: connection.thread) { await self.saveAll() }
  }

  /// Keeps the pins where they differ from `known`.
  func savePins(ifNot known: PinBook) {
    if statesProblem == nil, !pins.isSettled(as: known) { saveLater(.pins) }
  }

  /// Keeps the daily counters behind the values of the whole system when it is time.
  func saveEnergies(at now: ContinuousClock.Instant) {
    if let energies = publisher.energiesToSave(at: now) { saveLater(.energies(energies)) }
  }

  /// Keeps what there is at the end of the run, and waits for it.
  func saveLast() async {
    if let energies = publisher.dailyEnergies { saveLater(.energies(energies)) }
    await saving?.value
  }

  private func saveAll() async {
    while let kind = unsaved.take() {
      switch kind {
      case .pins: await save(pins)
      case .energies(let energies): await save(energies)
      case .mapEnd(let end): await save(mapEnd: end)
      }
    }
    saving = nil
  }

  private func save(_ pins: PinBook) async {
    do {
      try await ThreadExecutor.files.run { [storePins] in try storePins(pins) }
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

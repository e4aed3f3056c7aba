import Derived
import Logging
import Mate3
import Threads

extension GatewayService {
  /// Keeps the daily counters behind the values of the whole system when it is time.
  func saveEnergies(at now: ContinuousClock.Instant) async {
    guard let energies = publisher.energiesToSave(at: now) else { return }
    do {
      try await ThreadExecutor.files.run { [keepEnergies] in try keepEnergies(energies) }
      await setAlert(.state, "energies", nil)
    } catch {
      await setAlert(.state, "energies", "the day's energies can't be kept: \(error)")
    }
  }

  /// Keeps them at the end of the run, without a wait for the gateway.
  nonisolated func saveLastEnergies() async {
    guard let energies = publisher.dailyEnergies else { return }
    do {
      try await ThreadExecutor.files.run { [keepEnergies] in try keepEnergies(energies) }
    } catch {
      logger.error("the day's energies can't be kept: \(error)")
    }
  }
}

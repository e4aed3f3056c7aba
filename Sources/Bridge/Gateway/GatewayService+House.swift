import Derived
import Logging
import Mate3
import Threads

extension GatewayService {
  /// Keeps the daily counters behind the values of the whole system when it is time.
  func saveEnergies(at now: ContinuousClock.Instant) {
    guard let energies = publisher.energiesToSave(at: now) else { return }
    saveLater(.energies(energies))
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

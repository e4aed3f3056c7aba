public import Derived
import Foundation
import Mate3

/// The daily counters behind the values of the whole system as an earlier run left them, and where they are kept.
public struct HouseState: Sendable {
  public var energies: DailyEnergies
  public var save: @Sendable (DailyEnergies) throws -> Void

  public init(
    energies: DailyEnergies = DailyEnergies(), save: @escaping @Sendable (DailyEnergies) throws -> Void = { _ in }
  ) {
    self.energies = energies
    self.save = save
  }
}

extension GatewayService {
  /// Begins the totals of a new layout. They have values once it is known which devices are fresh.
  func installHouse(_ layout: SystemLayout, _ map: ReadMap, _ changes: [FieldChange]) -> [DerivedField] {
    guard let houseState else { return [] }
    var totals = HouseTotals(
      layout: layout, map: map, pinned: pins.pins.keys, energies: houseState.energies, after: house)
    totals.take(changes, at: .now)
    house = totals
    return totals.fields
  }

  /// Takes what changed, which devices are fresh, or both, and publishes what follows.
  func updateHouse(
    _ changes: [FieldChange] = [], fresh states: [DeviceKey: Bool]? = nil, at now: ContinuousClock.Instant
  ) async {
    guard house != nil else { return }
    house?.take(changes, at: now)
    if let states { house?.setFresh(states) }
    let derived = house?.update(at: now) ?? []
    if !derived.isEmpty { await publisher.setHouse(derived, isOnline: house?.isOnline ?? false) }
    if let energies = house?.energiesToSave(at: now) { await save(energies) }
  }

  /// Keeps the counters at the end of the run.
  func keepEnergies() async {
    if let energies = house?.dailyEnergies { await save(energies) }
  }

  private func save(_ energies: DailyEnergies) async {
    do {
      try houseState?.save(energies)
      await setAlert(.state, "energies", nil)
    } catch {
      await setAlert(.state, "energies", "the day's energies can't be kept: \(error)")
    }
  }
}

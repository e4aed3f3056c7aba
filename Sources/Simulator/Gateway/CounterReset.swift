import Registry

/// The counters of charge controllers that are cleared by writing the complement of a number that is read before
/// (application note, table 6, offsets 68 to 71).
enum CounterReset: String, CaseIterable, Sendable {
  case maxima = "stats_maximum_write_complement"
  case totals = "stats_totals_write_complement"

  private var readField: String {
    switch self {
    case .maxima: "stats_maximum_reset_read"
    case .totals: "stats_totals_reset_read"
    }
  }

  /// What is cleared in the status block.
  private var fields: [String] {
    switch self {
    case .maxima: ["lifetime_max_watts", "lifetime_max_battery_volts", "lifetime_max_voc"]
    case .totals: ["lifetime_kwh_hours", "lifetime_kamp_hours"]
    }
  }

  /// Clears the counters.
  /// - Returns: False when the word is not the complement.
  func carryOut(_ word: UInt16, _ settings: GatewayMap.Placement, _ core: inout GatewayCore) -> Bool {
    guard let number = core.map.integer(readField, in: settings), word == ~UInt16(truncatingIfNeeded: number),
      let port = core.map.port(of: settings), let status = core.map.placement(id: 64111, port: port)
    else { return false }
    for name in fields {
      guard let field = core.map.definition(of: status)?.field(name),
        let address = status.address(ofOffset: field.offset)
      else { continue }
      WriteRules.store(0, at: address, in: &core)
    }
    core.life?.clear(self, statusKey: status.key)
    return true
  }
}

extension LivingSystem {
  mutating func clear(_ reset: CounterReset, statusKey: Int) {
    guard let index = chargers.firstIndex(where: { $0.statusKey == statusKey }) else { return }
    switch reset {
    case .maxima:
      plant.chargers[index].lifetimeMaximumWatts = 0
      plant.chargers[index].lifetimeMaximumVolts = 0
      plant.chargers[index].lifetimeMaximumOpenCircuit = 0
    case .totals:
      plant.chargers[index].lifetimeWattHours = 0
      plant.chargers[index].lifetimeAmpHours = 0
    }
  }
}

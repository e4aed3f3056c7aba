/// Icons for entities whose kind gives them none.
enum Icon {
  /// The first word that the name has in it decides.
  private static let table: [(word: String, icon: String)] = [
    ("generator", "engine"), ("_ags_", "engine"), ("_gen_", "engine"), ("ac2_", "engine"),
    ("_commands", "remote"), ("_result", "remote"), ("rescan", "refresh"), ("_gateway_", "router-network"),
    ("_event", "bell-outline"),
    ("failures", "counter"), ("dropped", "counter"),
    ("aux", "power-socket"), ("relay", "electric-switch"), ("battery_direction", "battery-sync"),
    ("solar", "solar-power"), ("array", "solar-power"), ("load_power", "home-lightning-bolt"),
    ("grid", "transmission-tower"), ("ac1_", "transmission-tower"), ("ac_input", "transmission-tower"),
    ("ac_drop_use", "transmission-tower"), ("hbx", "transmission-tower"),
    ("charge", "battery-charging"), ("_eq_", "battery-charging"), ("battery", "battery"), ("soc", "battery"),
    ("inverter", "sine-wave"), ("clock", "clock-outline"), ("_time", "clock-outline"), ("email", "email-outline"),
    ("sched", "calendar-clock"), ("firmware", "chip"), ("_kah", "battery"), ("_ah", "battery"),
  ]

  /// - Parameter name: of a field, or of something else that a device has.
  static func of(_ name: String) -> String? {
    let name = "_\(name)_"
    return table.first { name.contains($0.word) }.map { "mdi:\($0.icon)" }
  }
}

extension LivingSystem {
  /// Shows the charge controllers (application note, tables 5 and 6).
  mutating func showChargers(in map: inout GatewayMap) {
    for (index, device) in chargers.enumerated() {
      let charger = plant.chargers[index]
      if let status = map.placement(key: device.statusKey) { show(charger, status, in: &map) }
      if let settings = device.configurationKey.flatMap({ map.placement(key: $0) }) {
        showSettings(of: charger, settings, in: &map)
      }
    }
  }

  private func show(_ charger: SolarCharger, _ status: GatewayMap.Placement, in map: inout GatewayMap) {
    let volts = plant.battery.voltage
    map.show("battery_voltage", volts, in: status)
    map.show("array_voltage", charger.arrayVolts, in: status)
    map.show("battery_current", volts > 0 ? charger.watts / volts : 0, in: status)
    map.show(
      "array_current", charger.arrayVolts > 0 ? charger.watts / charger.arrayVolts / 0.97 : 0, in: status)
    map.show("charger_state", Double(charger.control.stage.rawValue), in: status)
    map.show("watts", charger.watts, in: status)
    if charger.todayMinimumVolts.isFinite {
      map.show("todays_min_battery_volts", charger.todayMinimumVolts, in: status)
    }
    map.show("todays_max_battery_volts", charger.todayMaximumVolts, in: status)
    map.show("voc", charger.watts > 0 ? charger.arrayVolts / 0.79 : charger.arrayVolts, in: status)
    map.show("todays_peak_voc", charger.todayPeakOpenCircuit, in: status)
    map.show("todays_kwh", (charger.todayWattHours / 100).rounded(.down) / 10, in: status)
    map.show("todays_ah", charger.todayAmpHours.rounded(.down), in: status)
    map.show("lifetime_kwh_hours", (charger.lifetimeWattHours / 1000).rounded(.down), in: status)
    map.show("lifetime_kamp_hours", charger.lifetimeAmpHours / 1000, in: status)
    map.show("lifetime_max_watts", charger.lifetimeMaximumWatts, in: status)
    map.show("lifetime_max_battery_volts", charger.lifetimeMaximumVolts, in: status)
    map.show("lifetime_max_voc", charger.lifetimeMaximumOpenCircuit, in: status)
    map.show("temp_output_fets", plant.weather.temperature + 3 + charger.watts / 80, in: status)
    map.show("temp_enclosure", plant.weather.temperature + 2 + charger.watts / 200, in: status)
  }

  private mutating func showSettings(
    of charger: SolarCharger, _ settings: GatewayMap.Placement, in map: inout GatewayMap
  ) {
    let isWarm = map.number("aux_vent_fan_volts", in: settings).map { plant.battery.voltage >= $0 } ?? false
    let isOn = isSwitchedOn(map.integer("aux_control", in: settings), automatic: isWarm)
    map.show("aux_state", isOn ? 1 : 0, in: settings)
    guard map.integer("set_data_log_day_offset", in: settings) == 0 else { return }
    map.show("data_log_daily_ah", charger.todayAmpHours.rounded(.down), in: settings)
    map.show("data_log_daily_kwh", (charger.todayWattHours / 100).rounded(.down) / 10, in: settings)
    map.show("data_log_daily_max_battery_volts", charger.todayMaximumVolts, in: settings)
    if charger.todayMinimumVolts.isFinite {
      map.show("data_log_daily_min_battery_volts", charger.todayMinimumVolts, in: settings)
    }
    map.show("data_log_daily_max_input_volts", charger.todayPeakOpenCircuit, in: settings)
  }

  /// Whether an output is on by its control: 0 off, 1 automatic, 2 on.
  func isSwitchedOn(_ control: Int?, automatic: Bool) -> Bool {
    switch control {
    case 0: false
    case 2: true
    default: automatic
    }
  }

  /// Whether an automatic output is on: it switches on past one voltage and off past another, and keeps its state
  /// between them. With the on-voltage below the off-voltage it works the other way round, for generators.
  mutating func automatic(_ name: String, on: Double?, off: Double?) -> Bool {
    guard let on, let off else { return false }
    let volts = plant.battery.voltage
    var state = switched[name] ?? false
    if on >= off {
      if volts >= on { state = true } else if volts <= off { state = false }
    } else {
      if volts <= on { state = true } else if volts >= off { state = false }
    }
    switched[name] = state
    return state
  }
}

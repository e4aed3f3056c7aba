extension LivingSystem {
  /// Shows the battery monitor (application note, tables 18 and 19): charge controllers on shunt A, inverters on B.
  mutating func showMonitor(in map: inout GatewayMap) {
    guard let monitor, let status = map.placement(key: monitor.statusKey) else { return }
    let settings = monitor.configurationKey.flatMap { map.placement(key: $0) }
    showFlow(status, in: &map)
    showCharge(status, in: &map)
    showShunts(status, in: &map)
    let log = plant.log
    map.show("todays_net_input_ah", log.inputAmpHours.rounded(.down), in: status)
    map.show("todays_net_input_kwh", floorKilo(log.inputWattHours), in: status)
    map.show("todays_net_output_ah", log.outputAmpHours.rounded(.down), in: status)
    map.show("todays_net_output_kwh", floorKilo(log.outputWattHours), in: status)
    map.show("todays_net_battery_ah", log.inputAmpHours - log.outputAmpHours, in: status)
    map.show("todays_net_battery_kwh", (log.inputWattHours - log.outputWattHours) / 1000, in: status)
    showRelay(status, settings, in: &map)
  }

  private func floorKilo(_ wattHours: Double) -> Double { (wattHours / 10 + 1e-6).rounded(.down) / 100 }

  private func showFlow(_ status: GatewayMap.Placement, in map: inout GatewayMap) {
    let volts = plant.battery.voltage
    let log = plant.log
    // In steps of the register, so that the shunts add up to the battery's current in it.
    func amps(_ watts: Double) -> Double { volts > 0 ? (watts / volts * 10).rounded() / 10 : 0 }
    let solar = amps(log.solar.watts)
    let inverters = amps(log.inverters.watts)
    map.show("shunt_a_current", solar, in: status)
    map.show("shunt_b_current", inverters, in: status)
    map.show("shunt_c_current", 0, in: status)
    map.show("battery_voltage", volts, in: status)
    map.show("battery_current", solar + inverters, in: status)
    map.show("input_current", max(0, solar) + max(0, inverters), in: status)
    map.show("output_current", max(0, -solar) + max(0, -inverters), in: status)
    map.show("input_kw", (max(0, log.solar.watts) + max(0, log.inverters.watts)) / 1000, in: status)
    map.show("output_kw", (max(0, -log.solar.watts) + max(0, -log.inverters.watts)) / 1000, in: status)
    map.show("net_kw", (log.solar.watts + log.inverters.watts) / 1000, in: status)
  }

  private func showCharge(_ status: GatewayMap.Placement, in map: inout GatewayMap) {
    let log = plant.log
    let battery = plant.battery
    map.show("battery_temperature", plant.weather.temperature, in: status)
    map.show("state_of_charge", battery.charge * 100, in: status)
    map.show("todays_minimum_soc", log.minimumCharge * 100, in: status)
    map.show("todays_maximum_soc", log.maximumCharge * 100, in: status)
    map.show("days_since_charge_parameters_met", log.secondsSinceCharged / 86_400, in: status)
    map.show("total_days_at_100_percent", log.secondsFull / 86_400, in: status)
    map.show("lifetime_kah_removed", (log.lifetimeAmpHoursRemoved / 1000).rounded(.down), in: status)
    let missing = (battery.charge - 1) * battery.capacity
    map.show("charge_factor_corrected_net_battery_ah", missing, in: status)
    map.show("charge_factor_corrected_net_battery_kwh", missing * battery.nominal / 1000, in: status)
    guard log.minimumVolts.isFinite else { return }
    map.show("todays_minimum_battery_voltage", log.minimumVolts, in: status)
    map.show("todays_minimum_battery_time", log.minimumVoltsTime - timeZone, in: status)
    map.show("todays_maximum_battery_voltage", log.maximumVolts, in: status)
    map.show("todays_maximum_battery_time", log.maximumVoltsTime - timeZone, in: status)
  }

  private func showShunts(_ status: GatewayMap.Placement, in map: inout GatewayMap) {
    for (name, shunt) in [("a", plant.log.solar), ("b", plant.log.inverters)] {
      let prefix = "shunt_\(name)_"
      map.show("\(prefix)accumulated_ah", shunt.inputAmpHours - shunt.outputAmpHours, in: status)
      map.show("\(prefix)accumulated_kwh", (shunt.inputWattHours - shunt.outputWattHours) / 1000, in: status)
      map.show("\(prefix)historical_returned_to_battery_ah", shunt.inputAmpHours.rounded(.down), in: status)
      map.show("\(prefix)historical_returned_to_battery_kwh", floorKilo(shunt.inputWattHours), in: status)
      map.show("\(prefix)historical_removed_from_battery_ah", shunt.outputAmpHours.rounded(.down), in: status)
      map.show("\(prefix)historical_removed_from_battery_kwh", floorKilo(shunt.outputWattHours), in: status)
      map.show("\(prefix)maximum_charge_rate", shunt.maximumAmps, in: status)
      map.show("\(prefix)maximum_charge_rate_kw", shunt.maximumWatts / 1000, in: status)
      map.show("\(prefix)maximum_discharge_rate", shunt.minimumAmps, in: status)
      map.show("\(prefix)maximum_discharge_rate_kw", shunt.minimumWatts / 1000, in: status)
    }
  }

  private mutating func showRelay(
    _ status: GatewayMap.Placement, _ settings: GatewayMap.Placement?, in map: inout GatewayMap
  ) {
    guard let settings else { return }
    let high = map.number("relay_high_voltage", in: settings)
    let low = map.number("relay_low_voltage", in: settings)
    let automatic = automatic("monitor relay", on: high, off: low)
    let isOn = isSwitchedOn(map.integer("relay_control", in: settings), automatic: automatic)
    let isCharged = plant.log.secondsSinceCharged == 0
    map.show("status_flags", (isOn ? 1 : 0) + (isCharged ? 2 : 0), in: status)
  }
}

import Registry

extension LivingSystem {
  /// Shows the inverters (application note, tables 7, 12 and 13).
  mutating func showInverters(in map: inout GatewayMap) {
    for (index, device) in inverters.enumerated() {
      guard let status = map.placement(key: device.statusKey) else { continue }
      let settings = device.configurationKey.flatMap { map.placement(key: $0) }
      show(plant.inverters[index], status, settings, in: &map)
      showOutputs(status, settings, in: &map)
    }
  }

  private mutating func show(
    _ unit: InverterUnit, _ status: GatewayMap.Placement, _ settings: GatewayMap.Placement?, in map: inout GatewayMap
  ) {
    let hasLegs = map.definition(of: status)?.field("l1_output_kwh") != nil
    let legVolts = outputVolts(settings, map)
    let volts = hasLegs ? legVolts * 2 : legVolts
    for (name, watts) in [
      ("output", unit.outputWatts), ("charge", unit.chargeWatts), ("buy", unit.buyWatts), ("sell", 0),
    ] {
      let amps = watts / volts
      map.show("inverter_\(name)_current", amps, in: status)
      map.show("l1_inverter_\(name)_current", amps, in: status)
      map.show("l2_inverter_\(name)_current", amps, in: status)
    }
    showInput(status, settings, legVolts: legVolts, in: &map)
    let isAlive = unit.mode != .off || plant.source != .none
    for name in ["output_ac_voltage", "l1_output_ac_voltage", "l2_output_ac_voltage"] {
      map.show(name, isAlive ? legVolts : 0, in: status)
    }
    map.show("inverter_operating_mode", Double(unit.mode.rawValue), in: status)
    map.show("error_flags", unit.isCutOut ? 8 : 0, in: status)
    map.show("battery_voltage", plant.battery.voltage, in: status)
    map.show("temp_compensated_target_voltage", plant.acCharge.targetVolts, in: status)
    showTemperatures(unit, status, in: &map)
    showEnergy(unit, status, hasLegs: hasLegs, in: &map)
  }

  private func showTemperatures(_ unit: InverterUnit, _ status: GatewayMap.Placement, in map: inout GatewayMap) {
    let warmth = (unit.outputWatts + unit.chargeWatts) / unit.rating
    let outside = plant.weather.temperature
    for side in ["l_module_", "r_module_", ""] {
      map.show("\(side)transformer_temperature", outside + 8 + 40 * warmth, in: status)
      map.show("\(side)capacitor_temperature", outside + 5 + 20 * warmth, in: status)
      map.show("\(side)fet_temperature", outside + 6 + 30 * warmth, in: status)
    }
    map.show("battery_temperature", outside, in: status)
  }

  private func showEnergy(
    _ unit: InverterUnit, _ status: GatewayMap.Placement, hasLegs: Bool, in map: inout GatewayMap
  ) {
    // A counter shows what is full, never more than has flowed.
    func kilo(_ wattHours: Double) -> Double { (wattHours / 100 + 1e-6).rounded(.down) / 10 }
    for leg in hasLegs ? ["l1_", "l2_"] : [""] {
      let share = hasLegs ? 0.5 : 1
      map.show("ac1_\(leg)buy_kwh", kilo(unit.todayGridBuy * share), in: status)
      map.show("ac2_\(leg)buy_kwh", kilo(unit.todayGeneratorBuy * share), in: status)
      map.show("\(leg)output_kwh", kilo(unit.todayOutput * share), in: status)
    }
    map.show("buy_kwh", kilo(unit.todayGridBuy + unit.todayGeneratorBuy), in: status)
    map.show("charger_kwh", kilo(unit.todayCharge), in: status)
    map.show("output_kw", unit.outputWatts / 1000, in: status)
    map.show("buy_kw", unit.buyWatts / 1000, in: status)
    map.show("sell_kw", 0, in: status)
    map.show("charge_kw", unit.chargeWatts / 1000, in: status)
    map.show("load_kw", unit.loadWatts / 1000, in: status)
  }

  private mutating func showInput(
    _ status: GatewayMap.Placement, _ settings: GatewayMap.Placement?, legVolts: Double, in map: inout GatewayMap
  ) {
    // Radian inverters have an input for a generator; FX and FXR have one input for either.
    let model = settings.flatMap { map.text("model_number", in: $0) } ?? ""
    let isGenerator = plant.generator.isPowering
    let usesGeneratorInput = isGenerator && model.hasPrefix("GS")
    let isThere = isGenerator || plant.hasGrid
    let volts = isThere ? legVolts - (isGenerator ? 2 : 1) : 0
    for leg in ["", "l1_", "l2_"] {
      map.show("\(leg)grid_input_ac_voltage", usesGeneratorInput ? (plant.hasGrid ? volts : 0) : volts, in: status)
      map.show("\(leg)gen_input_ac_voltage", usesGeneratorInput ? volts : 0, in: status)
    }
    map.show("ac_input_voltage", volts, in: status)
    map.show("ac_input_frequency", isThere ? (legVolts > 200 ? 50 : 60) : 0, in: status)
    map.show("ac_input_selection", usesGeneratorInput ? 1 : 0, in: status)
    map.show("ac_input_state", plant.source == .none ? 0 : 1, in: status)
    guard isThere else { return }
    let seen = inputVoltsSeen ?? volts...volts
    inputVoltsSeen = min(seen.lowerBound, volts)...max(seen.upperBound, volts)
    map.show("minimum_ac_input_voltage", min(seen.lowerBound, volts), in: status)
    map.show("maximum_ac_input_voltage", max(seen.upperBound, volts), in: status)
  }

  /// Shows the AUX output and the AUX relay, which follow their controls.
  private mutating func showOutputs(
    _ status: GatewayMap.Placement, _ settings: GatewayMap.Placement?, in map: inout GatewayMap
  ) {
    guard let settings else { return }
    func volts(_ name: String) -> Double? { map.number(name, in: settings) }
    // FX inverters have a pair of voltages for their generator alert only.
    let output = automatic(
      "aux \(status.key)", on: volts("aux_on_battery_voltage") ?? volts("aux_gen_alert_on_voltage"),
      off: volts("aux_off_battery_voltage") ?? volts("aux_gen_alert_off_voltage"))
    let outputIsOn = isSwitchedOn(map.integer("aux_control", in: settings), automatic: output)
    map.show("aux_output_state", outputIsOn ? 1 : 0, in: status)
    let relay = automatic(
      "relay \(status.key)", on: volts("aux_relay_on_battery_voltage"), off: volts("aux_relay_off_battery_voltage"))
    let relayIsOn =
      switch map.integer("aux_relay_control", in: settings) {
      // The relay's control counts off, on, automatic (application note, table 11, offset 47).
      case 0: false
      case 1: true
      default: relay
      }
    map.show("aux_relay_output_state", relayIsOn ? 1 : 0, in: status)
  }
}

extension LivingSystem {
  /// Shows what the gateway itself knows of the system (application note, tables 1 and 21).
  func showGateway(in map: inout GatewayMap) {
    if let gateway = gatewayKey.flatMap({ map.placement(key: $0) }) {
      map.show("temp_battery", plant.weather.temperature, in: gateway)
      map.show("measured_system_voltage", plant.battery.voltage, in: gateway)
      map.show("ags_total_generator_run_time", (plant.generator.totalSeconds / 60).rounded(.down), in: gateway)
    }
    guard let control = controlKey.flatMap({ map.placement(key: $0) }) else { return }
    let bits = UInt16(truncatingIfNeeded: map.integer("control_status", in: control) ?? 0)
    let status = SystemControl.Status(rawValue: bits).subtracting(.charging).union(plant.stage.status)
    map.show("control_status", Double(status.rawValue), in: control)
    let generator = plant.generator
    map.show("ags_operational_state", Double(generator.state.rawValue), in: control)
    map.show("ags_operational_state_timer", generator.stateSeconds.rounded(.down), in: control)
    if let start = generator.lastStart {
      map.show("gen_last_run_start_time_gmt", start - timeZone, in: control)
      map.show("gen_last_start_run_duration", generator.lastRunSeconds.rounded(.down), in: control)
    }
  }

  /// Shows all inverters taken together (application note, tables 24 to 26).
  func showSums(in map: inout GatewayMap) {
    let watts = plant.inverters.reduce(0) { $0 + $1.outputWatts }
    let settings = inverters.first?.configurationKey.flatMap { map.placement(key: $0) }
    let volts = outputVolts(settings, map)
    for placement in sumKeys.compactMap({ map.placement(key: $0) }) {
      let legs = placement.id == 102 ? 2.0 : 1
      let amps = watts / volts / legs
      map.show("ac_current", amps * legs, in: placement)
      for phase in ["a", "b", "c"] { map.show("ac_current_\(phase)", amps, in: placement) }
      map.show("ac_voltage_an", volts, in: placement)
      map.show("ac_voltage_bn", volts, in: placement)
      map.show("ac_voltage_ab", volts * 2, in: placement)
      map.show("ac_power", watts / 1000, in: placement)
      map.show("ac_va", watts / 1000, in: placement)
      map.show("ac_var", 0, in: placement)
      map.show("ac_frequency", volts > 200 ? 50 : 60, in: placement)
      map.show("dc_voltage", plant.battery.voltage, in: placement)
      map.show("temp_cab", plant.weather.temperature + 10, in: placement)
    }
  }
}

extension ChargeControl.Stage {
  /// The bit of the system control block that stands for the stage.
  fileprivate var status: SystemControl.Status {
    switch self {
    case .silent: []
    case .float: .floatCharging
    case .bulk: .bulkCharging
    case .absorb: .absorbCharging
    case .equalize: .eqCharging
    }
  }
}

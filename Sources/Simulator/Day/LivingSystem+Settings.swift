extension LivingSystem {
  /// Takes over what the owner has set.
  mutating func readSettings(_ map: GatewayMap) {
    readSwitches(map)
    readGenerator(map)
    readGridUse(map)
    readMonitor(map)
    for (index, device) in chargers.enumerated() {
      guard let settings = device.configurationKey.flatMap({ map.placement(key: $0) }) else { continue }
      plant.chargers[index].control.setpoints = setpoints(
        map, settings, current: plant.chargers[index].control.setpoints)
      if let amps = map.number("bulk_current", in: settings) { plant.chargers[index].maximumAmps = amps }
    }
    for (index, device) in inverters.enumerated() {
      guard let settings = device.configurationKey.flatMap({ map.placement(key: $0) }) else { continue }
      if index == 0 {
        plant.acCharge.setpoints = setpoints(map, settings, current: plant.acCharge.setpoints)
      }
      readInverter(index, settings, map)
    }
  }

  private mutating func readSwitches(_ map: GatewayMap) {
    guard let control = controlKey.flatMap({ map.placement(key: $0) }),
      let bits = map.integer("control_status", in: control)
    else { return }
    let status = SystemControl.Status(rawValue: UInt16(truncatingIfNeeded: bits))
    plant.switches.invertersAreOn = !status.contains(.inverterOff)
    plant.switches.invertersSearch = status.contains(.inverterSearch)
    plant.switches.usesACInput = status.contains(.acInputUse)
    plant.switches.chargersAreOn = !status.contains(.chargerDisabled)
    if let mode = map.integer("set_ags_op_mode", in: control).flatMap(Generator.Mode.init(rawValue:)) {
      plant.generator.settings.mode = mode
    }
  }

  private mutating func readGenerator(_ map: GatewayMap) {
    guard let gateway = gatewayKey.flatMap({ map.placement(key: $0) }) else { return }
    if let zone = map.number("set_time_zone", in: gateway) { timeZone = zone * 3600 }
    if let minutes = map.number("ags_gen_warm_up_time", in: gateway) {
      plant.generator.settings.warmUpSeconds = minutes * 60
    }
    if let minutes = map.number("ags_gen_cool_down_time", in: gateway) {
      plant.generator.settings.coolDownSeconds = minutes * 60
    }
    plant.generator.settings.charge = nil
    if map.integer("ags_soc_start_mode", in: gateway) == 1,
      let start = map.number("ags_soc_start_percentage", in: gateway),
      let stop = map.number("ags_soc_stop_percentage", in: gateway)
    {
      plant.generator.settings.charge = .init(start: start, stop: stop)
    }
    let isVoltageUsed = map.integer("ags_2_min_start_mode", in: gateway) == 1
    plant.generator.settings.startVolts = isVoltageUsed ? map.number("ags_2_min_start_voltage", in: gateway) : nil
  }

  /// When the battery counts as full (application note, table 18, rows 11 to 13).
  private mutating func readMonitor(_ map: GatewayMap) {
    guard let settings = monitor?.configurationKey.flatMap({ map.placement(key: $0) }),
      let volts = map.number("charged_volts", in: settings), volts > 0,
      let amps = map.number("battery_charged_amps", in: settings), amps > 0,
      let minutes = map.number("charged_time", in: settings), minutes > 0
    else { return }
    plant.log.chargedWhen = .init(volts: volts, amps: amps, seconds: minutes * 60)
  }

  /// High battery transfer: the grid is used while the battery is low (application note, table 1, offsets 330 to 336).
  private mutating func readGridUse(_ map: GatewayMap) {
    guard let gateway = gatewayKey.flatMap({ map.placement(key: $0) }) else { return }
    plant.gridUse = nil
    if [2, 3].contains(map.integer("hbx_mode", in: gateway)),
      let start = map.number("hbx_grid_connect_soc", in: gateway),
      let stop = map.number("hbx_grid_disconnect_soc", in: gateway)
    {
      plant.gridUse = .init(start: start, stop: stop)
    }
  }

  private func setpoints(
    _ map: GatewayMap, _ settings: GatewayMap.Placement, current: ChargeControl.Setpoints
  ) -> ChargeControl.Setpoints {
    var setpoints = current
    func set(_ name: String, _ path: WritableKeyPath<ChargeControl.Setpoints, Double>) {
      if let value = map.number(name, in: settings) { setpoints[keyPath: path] = value }
    }
    set("absorb_volts", \.absorbVolts)
    set("absorb_time_hours", \.absorbHours)
    set("absorb_end_amps", \.absorbEndAmps)
    set("float_volts", \.floatVolts)
    set("rebulk_volts", \.rebulkVolts)
    set("eq_volts", \.equalizeVolts)
    set("eq_time_hours", \.equalizeHours)
    return setpoints
  }

  private mutating func readInverter(_ index: Int, _ settings: GatewayMap.Placement, _ map: GatewayMap) {
    plant.inverters[index].isChargerEnabled = map.integer("charger_operating_mode", in: settings) != 0
    if let amps = map.number("charger_ac_input_current_limit", in: settings) {
      plant.inverters[index].chargerLimit = amps * inputVolts(settings, map)
    }
    if let volts = map.number("low_battery_cut_out_voltage", in: settings) {
      plant.inverters[index].cutOutVolts = volts
    }
    if let volts = map.number("low_battery_cut_in_voltage", in: settings) {
      plant.inverters[index].cutInVolts = volts
    }
  }

  /// Nominal voltage of one output leg, in volts.
  func outputVolts(_ settings: GatewayMap.Placement?, _ map: GatewayMap) -> Double {
    settings.flatMap { map.number("ac_output_voltage", in: $0) } ?? 120
  }

  /// Nominal voltage of the whole AC input, in volts: both legs of a split-phase inverter.
  private func inputVolts(_ settings: GatewayMap.Placement, _ map: GatewayMap) -> Double {
    let isSplit = map.port(of: settings).flatMap { map.placement(id: 64115, port: $0) } != nil
    return outputVolts(settings, map) * (isSplit ? 2 : 1)
  }
}

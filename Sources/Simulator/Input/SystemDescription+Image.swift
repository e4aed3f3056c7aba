import FieldCodec
import Registry

extension SystemDescription {
  /// The registers of the described system at its start.
  /// - Throws: ``SimulatorError`` with file, line and column when a setting doesn't fit its field.
  func image(_ registry: Registry) throws(SimulatorError) -> RegisterImage {
    var words: [UInt16] = [0x5375, 0x6E53]
    for builder in try builders(registry) { words += builder.words }
    words += [0xFFFF, 0]
    let image = RegisterImage(start: GatewayMap.chainStart, words: words)
    guard words.count <= 0x1_0000 - GatewayMap.chainStart else {
      throw SimulatorError("the blocks take \(words.count) registers, more than there are from 40000 on; shorten some")
    }
    return image
  }

  private func builders(_ registry: Registry) throws(SimulatorError) -> [BlockBuilder] {
    var builders = [try common(registry), try gatewayBlock(registry)]
    var control = try BlockBuilder("system_control", registry)
    control.fill(BlockDefaults.values("system_control", nominal: nominalVoltage))
    builders.append(control)
    if let sumBlock, let definition = registry.blocks.first(where: { Int($0.did) == sumBlock }) {
      var sum = BlockBuilder(definition, length: nil)
      sum.fill(BlockDefaults.values(definition.name, nominal: nominalVoltage))
      if sumBlock == 101 { sum.remove(BlockDefaults.absentOnSinglePhase) }
      builders.append(sum)
    }
    if hasStatistics {
      var statistics = try BlockBuilder("optics_statistics", registry)
      statistics.fill(BlockDefaults.values("optics_statistics", nominal: nominalVoltage))
      builders.append(statistics)
    }
    for device in devices { builders += try blocks(of: device, registry) }
    return builders
  }

  private func common(_ registry: Registry) throws(SimulatorError) -> BlockBuilder {
    var block = try BlockBuilder("common", registry)
    block.fill([
      "manufacturer": "OUTBACK_POWER", "model": gateway.model, "version": version, "serial_number": gateway.serial,
      "device_address": "1",
    ])
    return block
  }

  private var version: String { gateway.firmware.map { "\($0)" }.joined(separator: ".") }

  private func gatewayBlock(_ registry: Registry) throws(SimulatorError) -> BlockBuilder {
    var block = try BlockBuilder("gateway", registry)
    block.fill(BlockDefaults.values("gateway", nominal: nominalVoltage))
    block.fill([
      // Seven registers hold fourteen characters: twelve digits fit, their separators don't.
      "mac_address": String(gateway.mac.filter(\.isHexDigit)), "system_voltage": "\(Int(nominalVoltage))",
      "set_time_zone": "\(timeZone)", "major_firmware_number": "\(gateway.firmware[0])",
      "mid_firmware_number": "\(gateway.firmware[1])", "minor_firmware_number": "\(gateway.firmware[2])",
      "year": "\(clock.year)", "month": "\(clock.month)", "day": "\(clock.day)", "hour": "\(clock.hour)",
      "minute": "\(clock.minute)", "second": "\(clock.second)",
      "hbx_mode": parameters.hasGrid ? "soc_only" : "disabled",
      "ags_generator_type": parameters.generator > 0 ? "ac_generator" : "no_generator",
    ])
    for setting in gateway.settings { try block.apply(setting) }
    return block
  }

  private func blocks(of device: Device, _ registry: Registry) throws(SimulatorError) -> [BlockBuilder] {
    guard let names = device.kind.blocks else {
      return [BlockBuilder(unknown: UInt16(truncatingIfNeeded: device.id), length: device.length ?? 0)]
    }
    var status = try BlockBuilder(names.status, registry, length: device.length)
    status.fill(BlockDefaults.values(names.status, nominal: nominalVoltage))
    status.fill(["port_number": "\(device.port)"])
    var configuration = try BlockBuilder(names.configuration, registry, length: device.configurationLength)
    configuration.fill(BlockDefaults.values(names.configuration, nominal: nominalVoltage))
    configuration.fill([
      "port_number": "\(device.port)", "model_number": device.model, "serial_number": device.serial,
      "major_firmware_number": "\(device.firmware[0])", "mid_firmware_number": "\(device.firmware[1])",
      "minor_firmware_number": "\(device.firmware[2])", "ac_output_voltage": "\(Int(acVoltage))",
      "grid_lower_input_voltage_limit": "\(Int(acVoltage * 0.9))",
      "grid_upper_input_voltage_limit": "\(Int(acVoltage * 1.1))",
      "gen_lower_input_voltage_limit": "\(Int(acVoltage * 0.9))",
      "gen_upper_input_voltage_limit": "\(Int(acVoltage * 1.1))",
      "battery_capacity": "\(Int(parameters.capacity ?? 400))",
      "battery_charged_amps": "\(Int((parameters.capacity ?? 400) / 50))",
    ])
    if device.kind == .singlePhaseRadian, !device.model.hasPrefix("GS") {
      status.remove(BlockDefaults.absentOnFXR)
      configuration.remove(BlockDefaults.absentOnFXR)
    }
    for setting in device.settings {
      if configuration.definition?.field(setting.name) != nil {
        try configuration.apply(setting)
      } else {
        try status.apply(setting)
      }
    }
    return device.hasConfiguration ? [status, configuration] : [status]
  }
}

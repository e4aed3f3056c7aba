import RegisterIO
import Testing

@testable import Simulator

@Suite struct WriteTests {
  @Test(arguments: [(0, 0), (2, 1), (1, 0)] as [(UInt16, Double)])
  func auxOutputsFollowWhatIsWritten(_ control: UInt16, _ state: Double) throws {
    var house = try TestGateway(houseText)
    try house.write(2 - control, to: "aux_control", of: "radian_inverter_configuration", port: 1)
    try house.write(control, to: "aux_control", of: "radian_inverter_configuration", port: 1)
    #expect(try house.number("aux_output_state", of: "single_phase_radian_inverter", port: 1) == state)
    #expect(try house.number("aux_output_state", of: "single_phase_radian_inverter", port: 2) == 0)
    try house.write(control, to: "aux_control", of: "charge_controller_configuration", port: 3)
    #expect(try house.number("aux_state", of: "charge_controller_configuration", port: 3) == state)
    try house.write(control, to: "relay_control", of: "flexnet_dc_configuration")
    #expect(try house.number("status_flags", of: "flexnet_dc").truncatingRemainder(dividingBy: 2) == state)
    // The AUX relay counts off, on, automatic.
    try house.write(
      control == 2 ? 1 : control == 1 ? 2 : 0, to: "aux_relay_control", of: "radian_inverter_configuration", port: 1)
    #expect(try house.number("aux_relay_output_state", of: "single_phase_radian_inverter", port: 1) == state)
  }

  @Test(
    arguments: [
      ("absorb_volts", 900, 1), ("absorb_volts", 200, 2), ("aux_control", 3, 4), ("temp_comp_slope", 7, 1),
      ("u_pick_pwm_duty_cycle", 399, 2),
    ] as [(String, UInt16, Double)])
  func valuesOutOfRangeAreRefusedInside(_ field: String, _ word: UInt16, _ error: Double) throws {
    var house = try TestGateway(houseText)
    let block = "charge_controller_configuration"
    let before = try house.number(field, of: block, port: 3)
    try house.write(word, to: field, of: block, port: 3)
    #expect(try house.number(field, of: block, port: 3) == before)
    #expect(try house.number("error", of: "gateway") == error)
    // A good write afterwards ends the complaint.
    try house.write(560, to: "absorb_volts", of: block, port: 3)
    #expect(try house.number("absorb_volts", of: block, port: 3) == 56)
    #expect(try house.number("error", of: "gateway") == 0)
  }

  @Test func readOnlyAndUnknownRegistersKeepTheirWords() throws {
    var house = try TestGateway(houseText + "\n  - { kind: unknown, id: 64300, length: 4 }")
    let places = [
      try house.address("watts", of: "charge_controller", port: 3), try house.address("did", of: "gateway"),
      try found(house.core.map.placement(id: 64300), "the unknown block").start + 3,
    ]
    for address in places {
      let before = try house.read(address)
      try house.write(4711, at: address)
      #expect(try house.read(address) == before)
      #expect(try house.number("error", of: "gateway") == 4)
    }
    #expect(house.core.counters.writes == places.count)
  }

  @Test func writesAcrossFieldsTakeWhatCanBeTaken() throws {
    var house = try TestGateway(houseText)
    // Faults (read-only), absorb volts, absorb time in one request.
    let start = try house.address("faults", of: "charge_controller_configuration", port: 3)
    let pdu = [16] + UInt16(start).bigEndianBytes + [0, 3, 6, 0, 7, 2, 48, 0, 25]
    #expect(try house.ask(pdu) == Array(pdu.prefix(5)))
    #expect(try house.read(start, 3) == [0, 560, 25])
    #expect(try house.number("error", of: "gateway") == 4)
  }

  @Test func addressesOutsideTheMapAreAnException() throws {
    var house = try TestGateway(houseText)
    let end = house.core.map.image.end
    for address in [0, 39_999, end, 65_535] {
      #expect(throws: ModbusRefusal(.illegalDataAddress)) { try house.read(address) }
      #expect(throws: ModbusRefusal(.illegalDataAddress)) { try house.write(1, at: address) }
    }
    #expect(throws: ModbusRefusal(.illegalDataAddress)) { try house.read(end - 1, 2) }
    #expect(house.core.counters.writes == 0 && house.core.counters.exceptions == 9)
  }

  @Test(
    arguments: [
      ("bulk_charge_enable_disable", 3, SystemControl.Status.eqCharging, SystemControl.Status.bulkCharging),
      ("bulk_charge_enable_disable", 4, .floatCharging, .eqCharging),
      ("bulk_charge_enable_disable", 1, .bulkCharging, .eqCharging),
      ("bulk_charge_enable_disable", 2, .floatCharging, [.bulkCharging, .absorbCharging]),
      ("inverter_ac_drop_use", 2, [], .acInputUse), ("inverter_ac_drop_use", 1, .acInputUse, []),
      ("set_inverter_mode", 1, .inverterOff, [.inverterOn, .inverterSearch]),
      ("set_inverter_mode", 2, .inverterSearch, [.inverterOn, .inverterOff]),
      ("grid_tie_mode", 1, .gridTieEnabled, []), ("grid_tie_mode", 2, [], .gridTieEnabled),
      ("set_inverter_charger_mode", 1, .chargerDisabled, [.chargerAuto, .chargerOn]),
      ("set_inverter_charger_mode", 3, .chargerOn, [.chargerAuto, .chargerDisabled]),
    ] as [(String, UInt16, SystemControl.Status, SystemControl.Status)])
  func writeOnlyControlsShowInTheStatus(
    _ field: String, _ word: UInt16, _ set: SystemControl.Status, _ clear: SystemControl.Status
  ) throws {
    for isAlive in [true, false] {
      var house = try TestGateway(houseText.replacing("06:00:00", with: "10:00:00"), isAlive: isAlive)
      try house.write(word, to: field, of: "system_control")
      #expect(try house.number(field, of: "system_control") == 0)
      house.pass(.seconds(10))
      let bits = UInt16(try house.number("control_status", of: "system_control"))
      let status = SystemControl.Status(rawValue: bits)
      #expect(status.isSuperset(of: set) && status.isDisjoint(with: clear), "\(bits), alive: \(isAlive)")
    }
  }

  @Test func offTakesThePowerFromTheHouse() throws {
    var house = try TestGateway(houseText)
    house.pass(.seconds(60))
    #expect(try house.number("load_kw", of: "single_phase_radian_inverter", port: 1) > 0)
    try house.write(1, to: "set_inverter_mode", of: "system_control")
    house.pass(.seconds(60))
    #expect(try house.number("load_kw", of: "single_phase_radian_inverter", port: 1) == 0)
    #expect(try house.number("inverter_operating_mode", of: "single_phase_radian_inverter", port: 1) == 0)
    #expect(try house.number("output_ac_voltage", of: "single_phase_radian_inverter", port: 1) == 0)
  }

  @Test func dropLeavesTheGenerator() throws {
    var house = try TestGateway(houseText)
    try house.write(1, to: "set_ags_op_mode", of: "system_control")
    house.pass(.seconds(300))
    #expect(try house.number("ac_input_state", of: "single_phase_radian_inverter", port: 1) == 1)
    try house.write(2, to: "inverter_ac_drop_use", of: "system_control")
    house.pass(.seconds(60))
    #expect(try house.number("ac_input_state", of: "single_phase_radian_inverter", port: 1) == 0)
    #expect(try house.number("buy_kw", of: "single_phase_radian_inverter", port: 1) == 0)
  }

  @Test func globalSetpointsReachEveryDevice() throws {
    var house = try TestGateway(houseText)
    try house.write(566, to: "set_absorb_voltage", of: "system_control")
    for (block, port) in [("charge_controller_configuration", 3), ("radian_inverter_configuration", 2)] {
      #expect(try house.number("absorb_volts", of: block, port: port) == 56.6)
    }
  }

  @Test func setpointsRuleTheCharge() throws {
    var house = try TestGateway(houseText.replacing("charge: 62", with: "charge: 90"))
    try house.write(540, to: "set_absorb_voltage", of: "system_control")
    try house.write(530, to: "set_float_voltage", of: "system_control")
    house.pass(.seconds(5 * 3600))
    #expect(try house.number("todays_max_battery_volts", of: "charge_controller", port: 3) <= 54.1)
    try house.write(580, to: "absorb_volts", of: "charge_controller_configuration", port: 3)
    try house.write(1, to: "bulk_charge_enable_disable", of: "system_control")
    house.pass(.seconds(3600))
    #expect(try house.number("todays_max_battery_volts", of: "charge_controller", port: 3) > 56)
  }

  @Test func complementsClearLifetimeCounters() throws {
    for isAlive in [true, false] {
      var house = try TestGateway(houseText, isAlive: isAlive)
      let block = "charge_controller_configuration"
      let number = UInt16(try house.number("stats_totals_reset_read", of: block, port: 3))
      try house.write(number, to: "stats_totals_write_complement", of: block, port: 3)
      #expect(try house.number("lifetime_kwh_hours", of: "charge_controller", port: 3) == 1250)
      #expect(try house.number("error", of: "gateway") == 4)
      try house.write(~number, to: "stats_totals_write_complement", of: block, port: 3)
      #expect(try house.number("lifetime_kwh_hours", of: "charge_controller", port: 3) == 0)
      #expect(try house.number("lifetime_kwh_hours", of: "charge_controller", port: 4) == 1250)
      #expect(try house.number("stats_totals_write_complement", of: block, port: 3) == 0)
      #expect(try house.number("error", of: "gateway") == 0)
    }
  }

  @Test func aSetClockRunsOnFromThere() throws {
    var house = try TestGateway(houseText)
    let start = try house.address("year", of: "gateway")
    let pdu = [16] + UInt16(start).bigEndianBytes + [0, 6, 12, 7, 0xE8, 0, 2, 0, 28, 0, 23, 0, 59, 0, 50]
    #expect(try house.ask(pdu) == Array(pdu.prefix(5)))
    house.pass(.seconds(15))
    #expect(try house.read(start, 6) == [2024, 2, 29, 0, 0, 5])
    #expect(try house.number("todays_kwh", of: "charge_controller", port: 3) == 0)
  }

  @Test func plainRegistersTakeAnything() throws {
    var options = SimulatorOptions()
    options.writeRules = .none
    var gateway = try TestGateway(RegisterImage(start: 100, words: [1, 2, 3]), options: options)
    try gateway.write(9, at: 101)
    #expect(try gateway.read(100, 3) == [1, 9, 3])
    #expect(gateway.core.counters.lastWrites == [.init(request: 1, address: 101, words: [9])])
  }
}

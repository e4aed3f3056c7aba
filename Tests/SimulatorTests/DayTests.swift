import Testing

@testable import Simulator

@Suite struct DayTests {
  /// Two days of the house, looked at every ten minutes.
  private func live(_ body: (inout TestGateway, Int) throws -> Void) async throws {
    var house = try TestGateway(houseText)
    for sample in 0..<288 {
      house.pass(.seconds(600))
      try body(&house, sample)
      // Other tests share the few threads, and some of them wait for answers.
      await Task.yield()
    }
  }

  @Test func powersBalanceWithinOnePercent() async throws {
    var worst = 0.0
    var worstEfficiency = 1.0
    try await live { house, sample in
      // The second day runs on the generator for some hours, too.
      if sample == 150 { try house.write(1, to: "set_ags_op_mode", of: "system_control") }
      if sample == 170 { try house.write(0, to: "set_ags_op_mode", of: "system_control") }
      let solar = try [3, 4].map { try house.number("watts", of: "charge_controller", port: $0) }.reduce(0, +)
      func sum(_ name: String) throws -> Double {
        try [1, 2].map { try house.number(name, of: "single_phase_radian_inverter", port: $0) * 1000 }.reduce(0, +)
      }
      let (output, buy, charge, load) = (
        try sum("output_kw"), try sum("buy_kw"), try sum("charge_kw"), try sum("load_kw")
      )
      let battery = try house.number("net_kw", of: "flexnet_dc") * 1000
      let (input, drawn) = (
        try house.number("input_kw", of: "flexnet_dc") * 1000, try house.number("output_kw", of: "flexnet_dc") * 1000
      )
      // What the inverters turn into heat, from what goes into and comes out of them on either side.
      let losses = drawn - output + charge - (input - solar)
      let error = abs(solar - battery + buy - load - losses) / max(solar + buy + max(0, -battery), 1)
      worst = max(worst, error)
      // The two sides of the inverters, each by itself.
      #expect(abs(output + buy - load - charge) < 1, "AC side at sample \(sample)")
      #expect(abs(input - drawn - battery) < 1, "DC side at sample \(sample)")
      #expect(losses >= 0 && losses < 0.2 * (output + charge) + 60, "losses of \(losses) W at sample \(sample)")
      if output > 1000, charge == 0 { worstEfficiency = min(worstEfficiency, output / drawn) }
      let volts = try house.number("battery_voltage", of: "flexnet_dc")
      let amps = try house.number("battery_current", of: "flexnet_dc")
      #expect(abs(volts * amps - battery) < 15, "battery current at sample \(sample)")
    }
    #expect(worst < 0.01)
    #expect(worstEfficiency > 0.85)
  }

  @Test func countersOnlyRiseAndResetAtMidnight() async throws {
    let counters = [
      ("charge_controller", 3, "todays_kwh"), ("charge_controller", 4, "todays_ah"),
      ("single_phase_radian_inverter", 1, "output_kwh"), ("flexnet_dc", 5, "todays_net_input_kwh"),
      ("flexnet_dc", 5, "todays_net_output_ah"),
    ]
    var before = Array(repeating: 0.0, count: counters.count)
    var lastOfDay = before
    var day = 14.0
    var lifetime = 0.0
    try await live { house, sample in
      let today = try house.number("day", of: "gateway")
      let values = try counters.map { try house.number($0.2, of: $0.0, port: $0.1) }
      if today != day {
        lastOfDay = before
        #expect(zip(values, before).allSatisfy { $0 < 0.2 * max($1, 1) }, "after midnight: \(values)")
        #expect(try house.number("hour", of: "gateway") == 0)
      } else {
        #expect(zip(values, before).allSatisfy { $0 >= $1 }, "sample \(sample): \(values) after \(before)")
      }
      (day, before) = (today, values)
      let total = try house.number("lifetime_kwh_hours", of: "charge_controller", port: 3)
      #expect(total >= lifetime)
      lifetime = total
    }
    // A summer day brings some sun to 2.6 kW of panels and some use to the house.
    #expect(lastOfDay[0] > 4 && lastOfDay[0] < 25)
    #expect(lastOfDay[2] > 4 && lastOfDay[2] < 40)
    #expect(lifetime > 1250)
  }

  @Test func theBatteryStaysBetweenEmptyAndFull() async throws {
    var (lowest, highest) = (100.0, 0.0)
    var stages: Set<Double> = []
    try await live { house, _ in
      let charge = try house.number("state_of_charge", of: "flexnet_dc")
      (lowest, highest) = (min(lowest, charge), max(highest, charge))
      stages.insert(try house.number("charger_state", of: "charge_controller", port: 3))
      let volts = try house.number("battery_voltage", of: "flexnet_dc")
      #expect(volts > 44 && volts <= 57.7, "\(volts) V")
      let extremes = try ["minimum", "maximum"].map { try house.number("todays_\($0)_soc", of: "flexnet_dc") }
      #expect(charge >= extremes[0] && charge <= extremes[1])
      // Also on the first day, of which the early morning was not lived through.
      #expect(try house.number("todays_minimum_battery_voltage", of: "flexnet_dc") > 44)
      #expect(try house.number("todays_min_battery_volts", of: "charge_controller", port: 3) > 44)
      #expect(extremes[0] > 10)
    }
    #expect(lowest >= 0 && highest == 100 && highest - lowest > 10, "\(lowest) to \(highest)")
    // Silent at night, then bulk, absorb and float.
    #expect(stages == [0, 1, 2, 3])
  }

  @Test func anOverusedBatteryRunsEmptyWithoutGoingBelow() async throws {
    let dark = houseText.replacing("array_w: 2600", with: "array_w: 0").replacing("array_w: 3400", with: "array_w: 0")
    var house = try TestGateway(
      dark.replacing("charge: 62", with: "charge: 12").replacing("generator_w: 5000", with: "load: 6"))
    var sawCutOut = false
    for _ in 0..<144 {
      house.pass(.seconds(600))
      let charge = try house.number("state_of_charge", of: "flexnet_dc")
      #expect(charge >= 0 && charge <= 100)
      let isOut = try house.number("error_flags", of: "single_phase_radian_inverter", port: 1) == 8
      if isOut { #expect(try house.number("output_kw", of: "single_phase_radian_inverter", port: 1) == 0) }
      sawCutOut = sawCutOut || isOut
      await Task.yield()
    }
    #expect(sawCutOut)
  }

  @Test func theGeneratorStartsLowAndStopsCharged() async throws {
    // No sun, so that the house draws the battery down.
    let dark = houseText.replacing("array_w: 2600", with: "array_w: 0").replacing("array_w: 3400", with: "array_w: 0")
    var house = try TestGateway(dark.replacing("charge: 62", with: "charge: 41"))
    try house.write(39, to: "ags_soc_start_percentage", of: "gateway")
    try house.write(60, to: "ags_soc_stop_percentage", of: "gateway")
    var states: [Double] = []
    while states.count < 2 || states.last != 0, house.time < .seconds(86_400) {
      house.pass(.seconds(60))
      await Task.yield()
      let state = try house.number("ags_operational_state", of: "system_control")
      if states.last != state { states.append(state) }
      let isRunning = state == 2
      #expect(try (house.number("buy_kw", of: "single_phase_radian_inverter", port: 1) > 0) == isRunning)
      #expect(try (house.number("ac_input_state", of: "single_phase_radian_inverter", port: 1) == 1) == isRunning)
    }
    // Stopped, starting or warming up, running, cooling down, stopped.
    #expect(states == [0, 1, 3, 2, 4, 0] || states == [0, 3, 2, 4, 0], "\(states)")
    #expect(try house.number("state_of_charge", of: "flexnet_dc") > 39)
    #expect(try house.number("gen_last_start_run_duration", of: "system_control") > 600)
  }

  @Test func hoursInOneLeapAreAsLongAsInSteps() async throws {
    var steps = try TestGateway(houseText)
    var leap = try TestGateway(houseText)
    for _ in 0..<12 {
      steps.pass(.seconds(300))
      await Task.yield()
    }
    leap.pass(.seconds(3600))
    let a = try steps.number("state_of_charge", of: "flexnet_dc")
    let b = try leap.number("state_of_charge", of: "flexnet_dc")
    #expect(abs(a - b) <= 1)
    // A pause of years neither hangs nor breaks anything.
    leap.pass(.seconds(3 * 365 * 86_400))
    #expect(try (0...100).contains(leap.number("state_of_charge", of: "flexnet_dc")))
    #expect(try leap.number("year", of: "gateway") == 2028)
  }

  /// Described systems whose descriptions do not say otherwise.
  @Test func everySystemHasAMACOfItsOwn() throws {
    func mac(_ file: String) throws -> String? {
      let gateway = try TestGateway("devices: [{ kind: flexnet_dc, port: 1 }]", file: file)
      return gateway.core.map.text("mac_address", in: try gateway.block("gateway"))
    }
    let macs = try ["barn.yaml", "house.yaml", "/tmp/house.yaml", "cabin.yaml"].map(mac)
    #expect(macs[1] == macs[2])
    #expect(Set(macs).count == 3)
    #expect(macs.allSatisfy { $0?.hasPrefix("02") == true })
  }

  @Test func speedMakesADayAMinute() async throws {
    var options = SimulatorOptions()
    options.speed = 1440
    var house = try TestGateway(houseText, options: options)
    house.pass(.seconds(60))
    #expect(try house.number("day", of: "gateway") == 15)
    #expect(try house.number("hour", of: "gateway") == 6)
  }
}

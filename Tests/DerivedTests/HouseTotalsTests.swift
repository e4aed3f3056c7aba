import Foundation
import Mate3
import Registry
import TestSupport
import Testing

@testable import Derived
@testable import Simulator

@Suite struct HouseTotalsTests {
  /// Added by hand from the table that `mate3 --from` prints: inverters 0.7 and 0 kW, charge controllers 400 and 278 W
  /// and 0.1 kWh each, the battery monitor -0.18 kW; bought 2.0 and 2.3 kWh, made 0.8 and 0 kWh.
  @Test(.enabled(if: SharedData.isPresent, "the shared folder with the capture is not here"))
  func theCapture() throws {
    let house = try House(registers: SharedData.capture())
    #expect(
      house.texts == [
        "battery_power": "-180", "battery_direction": "discharging", "state_of_charge": "96",
        "battery_voltage": "50.6", "battery_current": "-3.7", "battery_charge_energy_today": "0.47",
        "battery_discharge_energy_today": "1.08", "solar_power": "678", "solar_energy_today": "0.2",
        "load_power": "700", "inverter_power": "700", "inverter_energy_today": "0.8", "inverter_charge_power": "0",
        "inverter_charge_energy_today": "0.0", "grid_import_power": "0", "grid_import_energy_today": "4.3",
        "grid_export_power": "0", "grid_export_energy_today": "0.0", "generator_power": "0",
        "generator_energy_today": "0.0",
      ])
    #expect(house.totals.isOnline)
  }

  /// Each value beside the plant's own account, through a day with sun, night and a grid.
  @Test(arguments: ["home", "split_phase_radian", "both_radians", "ten_devices"])
  func aLivedDayBalances(name: String) async throws {
    var house = try House(House.example(name))
    for sample in 1...(24 * 6) {
      house.pass(.seconds(600))
      await Task.yield()
      // Midnight itself: that the counters have fallen is not believed yet.
      let plant = try found(house.core.life?.plant)
      if plant.time.truncatingRemainder(dividingBy: 86_400) < 10 { continue }
      let inverters = plant.inverters
      func check(_ name: String, _ truth: Double, within tolerance: Double) throws {
        let value = try found(house.number(name))
        #expect(abs(value - truth) <= tolerance, "\(name) is \(value), truly \(truth), at sample \(sample)")
      }
      let count = Double(inverters.count)
      try check("solar_power", plant.chargers.reduce(0) { $0 + $1.watts }, within: 1)
      try check("battery_power", plant.log.solar.watts + plant.log.inverters.watts, within: 10)
      try check("load_power", inverters.reduce(0) { $0 + $1.loadWatts }, within: 1)
      try check("inverter_power", inverters.reduce(0) { $0 + $1.outputWatts }, within: 1)
      try check("inverter_charge_power", inverters.reduce(0) { $0 + $1.chargeWatts }, within: 1)
      let bought = inverters.reduce(0) { $0 + $1.buyWatts }
      #expect(try found(house.number("grid_import_power")) + found(house.number("generator_power")) == bought.rounded())
      // A counter shows what is full: the sum may lack a step of each, or of each leg.
      try check(
        "solar_energy_today",
        plant.chargers.reduce(0) { $0 + $1.todayWattHours } / 1000 - 0.05 * Double(plant.chargers.count),
        within: 0.06 * Double(plant.chargers.count))
      try check(
        "inverter_energy_today", inverters.reduce(0) { $0 + $1.todayOutput } / 1000 - 0.1 * count, within: 0.11 * count)
      try check("battery_charge_energy_today", plant.log.inputWattHours / 1000, within: 0.011)
      try check("battery_discharge_energy_today", plant.log.outputWattHours / 1000, within: 0.011)
      try check("state_of_charge", plant.battery.charge * 100, within: 0.51)
      let direction = try found(house.number("battery_power")) > 0 ? "charging" : "discharging"
      #expect(house.texts["battery_direction"] == (house.number("battery_power") == 0 ? "idle" : direction))
    }
  }

  /// A day that passes in minutes is a day all the same, read each second, from its third reading on.
  @Test(arguments: [1440, 3600] as [Double]) func energiesAreRightAtEverySpeed(speed: Double) async throws {
    var house = try House(House.example("home"), speed: speed)
    var midnights = 0
    var sinceMidnight = 0
    var day = 0.0
    for second in 1...Int(3 * 86_400 / speed) {
      house.pass(.seconds(1))
      await Task.yield()
      let plant = try found(house.core.life?.plant)
      let today = (plant.time / 86_400).rounded(.down)
      if today != day { (day, sinceMidnight) = (today, 0) } else { sinceMidnight += 1 }
      if sinceMidnight == 0, second > 1 { midnights += 1 }
      guard sinceMidnight >= 2 else { continue }
      for (name, truth) in [
        ("solar_energy_today", plant.chargers.reduce(0) { $0 + $1.todayWattHours }),
        ("inverter_energy_today", plant.inverters.reduce(0) { $0 + $1.todayOutput }),
        ("battery_discharge_energy_today", plant.log.outputWattHours),
      ] {
        let value = try found(house.number(name))
        #expect(abs(value - truth / 1000) <= 0.2, "\(name) is \(value), truly \(truth / 1000), at second \(second)")
      }
    }
    #expect(midnights == 3)
  }

  /// A clock that is set leaps once: what must be waited for is waited for.
  @Test func aClockThatIsSetMakesNothingFast() throws {
    var house = try House(House.example("home"), isAlive: false)
    try house.set("todays_kwh", 6, of: "charge_controller", port: 3)
    for _ in 0..<10 { house.pass(.seconds(1)) }
    try house.set("todays_kwh", 0, of: "charge_controller", port: 3)
    for hours in 1...3 {
      house.pass(.seconds(1))
      house.core.clock?.advance(by: Double(hours) * 3600)
    }
    for _ in 0..<10 { house.pass(.seconds(1)) }
    #expect(house.texts["solar_energy_today"] == "6.0")
  }

  /// An FX without a battery monitor: what the battery gets is estimated, what only a monitor measures is not there.
  @Test func aSystemWithoutMonitor() throws {
    var house = try House(House.example("fx"), isAlive: false)
    try house.set("watts", 900, of: "charge_controller", port: 2)
    try house.set("output_kw", 0.3, of: "fx_inverter", port: 1)
    try house.set("charge_kw", 0, of: "fx_inverter", port: 1)
    try house.set("sell_kw", 0, of: "fx_inverter", port: 1)
    try house.set("buy_kw", 0.2, of: "fx_inverter", port: 1)
    house.read()
    #expect(house.texts["battery_power"] == "600")
    #expect(house.texts["battery_direction"] == "charging")
    #expect(house.texts["grid_import_power"] == "200")
    let names = Set(house.totals.fields.map(\.name))
    let absent = ["state_of_charge", "battery_current", "battery_charge_energy_today", "generator_power"]
    #expect(names.isDisjoint(with: absent))
    #expect(names.contains("battery_voltage"))
    try house.set("sell_kw", 0.1, of: "fx_inverter", port: 1)
    house.read()
    #expect(house.texts["battery_power"] == "None")
    #expect(house.texts["grid_export_power"] == "100")
  }

  @Test func buyingFromTheGeneratorIsNoImport() throws {
    var house = try House(House.example("both_radians"), isAlive: false)
    for (block, port) in [("split_phase_radian_inverter", 1), ("single_phase_radian_inverter", 2)] {
      try house.set("buy_kw", 1.5, of: block, port: port)
      try house.set("ac_input_selection", port == 1 ? 0 : 1, of: block, port: port)
    }
    house.read()
    #expect(house.texts["grid_import_power"] == "1500")
    #expect(house.texts["generator_power"] == "1500")
    try house.set("ac_input_selection", 1, of: "split_phase_radian_inverter", port: 1)
    house.read()
    #expect(house.texts["grid_import_power"] == "0")
    #expect(house.texts["generator_power"] == "3000")
  }

  /// A stale device takes exactly the values away that need it.
  @Test func aStaleDeviceTakesItsSumsAway() throws {
    var house = try House(House.example("home"))
    let before = house.texts
    #expect(before["solar_power"] != "None")
    house.setFresh("charge_controller", port: 4, false)
    let gone = ["solar_power", "solar_energy_today"]
    for (name, text) in house.texts { #expect(text == (gone.contains(name) ? "None" : before[name]), "\(name)") }
    house.setFresh("charge_controller", port: 4, true)
    #expect(house.texts == before)
    for (name, port) in [
      ("single_phase_radian_inverter", 1), ("single_phase_radian_inverter", 2), ("charge_controller", 3),
      ("charge_controller", 4), ("flexnet_dc", 5),
    ] {
      house.setFresh(name, port: port, false)
    }
    #expect(!house.totals.isOnline)
    #expect(house.texts.values.allSatisfy { $0 == "None" })
  }

  /// After a reboot of the gateway its devices come back one by one: half of the load is not the load.
  @Test func aDeviceThatIsMissingFromTheMapLeavesNoPartialSum() throws {
    var house = try House(House.example("home"))
    let pins = house.image.layout.blocks.map { PinKey($0) }
    let full = house
    try house.remove("single_phase_radian_inverter", port: 2)
    try house.remove("flexnet_dc", port: 5)
    try house.scan(pinned: pins)
    for name in ["load_power", "grid_import_energy_today", "battery_power", "state_of_charge", "battery_voltage"] {
      #expect(house.texts[name] == "None", "\(name)")
    }
    #expect(house.texts["solar_power"] == full.texts["solar_power"])
    house.core = full.core
    try house.scan(pinned: pins)
    #expect(house.texts == full.texts)
  }

  /// The gateway's clock, which begins at six in the morning here, says whether a counter that falls begins a day.
  @Test func theGatewaysClockSaysWhenItIsMidnight() throws {
    var house = try House(House.example("home"), isAlive: false)
    let day = house.totals.day.number
    try house.set("todays_kwh", 6, of: "charge_controller", port: 3)
    try house.set("todays_kwh", 4, of: "charge_controller", port: 4)
    house.pass(.seconds(6 * 3600))
    #expect(house.texts["solar_energy_today"] == "10.0")
    try house.set("todays_kwh", 0, of: "charge_controller", port: 4)
    for _ in 0..<20 { house.pass(.seconds(10)) }
    #expect(house.texts["solar_energy_today"] == "10.0")
    try house.set("todays_kwh", 1, of: "charge_controller", port: 4)
    house.pass(.seconds(10))
    #expect(house.texts["solar_energy_today"] == "11.0")
    house.pass(.seconds(12 * 3600))
    #expect(house.totals.day.number == day.map { $0 + 1 })
    for port in [3, 4] { try house.set("todays_kwh", 0, of: "charge_controller", port: port) }
    for _ in 0..<20 { house.pass(.seconds(10)) }
    #expect(house.texts["solar_energy_today"] == "0.0")
  }

  @Test func aFieldThatIsNotImplementedMakesNoSum() throws {
    var house = try House(House.example("home"))
    let place = try found(house.core.map.placement(id: 64117, port: 2))
    house.core.map.set("load_kw", bits: 0xFFFF, in: place)
    house.read()
    #expect(house.texts["load_power"] == "None")
    #expect(house.texts["inverter_power"] != "None")
  }

  @Test func nothingChangesWhenNothingChanged() throws {
    var house = try House(House.example("home"))
    #expect(house.totals.update(at: house.now).isEmpty)
    house.totals.apply([], at: house.now)
    #expect(house.totals.update(at: house.now).isEmpty)
  }

  /// The names are an interface; each formula names only fields that the register map has.
  @Test func everyTermIsInTheRegister() throws {
    let registry = try Registry.embedded()
    #expect(Set(DerivedField.all.map(\.name)).count == DerivedField.all.count)
    for field in DerivedField.all {
      #expect(!field.title.isEmpty && (field.options.isEmpty == (field.kind != .choice)))
      for term in field.recipes.flatMap(\.terms) {
        let definition = registry.block(named: term.block)?.field(term.field)
        #expect(definition?.interval == .live, "\(term.block).\(term.field) of \(field.name)")
        #expect(field.kind == .choice || definition?.units?.hasSuffix(field.unit ?? "-") == true)
      }
    }
  }
}

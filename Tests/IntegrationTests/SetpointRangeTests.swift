import Foundation
import Registry
import Simulator
import TestSupport
import Testing

/// Settings are commanded with nothing configured but their class: below, at and above each bound that is documented for
/// the model and the voltage.
@Suite struct SetpointRangeTests {
  struct Bound: Sendable {
    let topic: String
    let outside: [String]
    let at: [String]

    init(_ topic: String, _ below: String?, _ least: String, _ most: String, _ above: String) {
      self.topic = topic
      outside = [below, above].compactMap(\.self)
      at = [least, most]
    }
  }

  static let systems: [(system: String, bounds: [Bound])] = [
    // A VFX3524 at 24 V and an FM80.
    (
      "fx",
      [
        Bound("fx_inverter_configuration/1/eq_volts", "27.8", "28.0", "34.0", "34.2"),
        Bound("fx_inverter_configuration/1/gen_connect_delay", "0.1", "0.2", "15.0", "15.1"),
        Bound("fx_inverter_configuration/1/search_pulse_length", "3", "4", "20", "21"),
        Bound("charge_controller_configuration/2/bulk_current", "4.9", "5.0", "80.0", "80.1"),
      ]
    ),
    // VFXR3048E, an FM60 and an FM80 at 48 V.
    (
      "home",
      [
        Bound("radian_inverter_configuration/1/eq_volts", "43.6", "44.0", "68.0", "68.4"),
        Bound("radian_inverter_configuration/1/grid_transfer_delay", "119", "120", "4000", "4001"),
        Bound("charge_controller_configuration/3/bulk_current", "4.9", "5.0", "60.0", "60.1"),
        Bound("charge_controller_configuration/4/bulk_current", "4.9", "5.0", "80.0", "80.1"),
        Bound("flexnet_dc_configuration/5/charge_factor", "64", "65", "100", "101"),
        Bound("gateway/0/ags_load_start_delay", "0", "1", "240", "241"),
      ]
    ),
    // A GS8048A and FM100 at 48 V.
    (
      "split_phase_radian",
      [
        Bound("radian_inverter_configuration/1/sell_volts", "43.6", "44.0", "64.0", "64.4"),
        Bound("radian_inverter_configuration/1/gen_ac_input_current_limit", "4.9", "5.0", "55.0", "55.1"),
        Bound("radian_inverter_configuration/1/charger_ac_input_current_limit", nil, "0.0", "30.0", "30.1"),
        Bound("charge_controller_configuration/2/bulk_current", "4.9", "5.0", "100.0", "100.1"),
      ]
    ),
  ]

  @Test(arguments: systems) func boundsHoldByModelAndVoltage(system name: String, bounds: [Bound]) async throws {
    let system = try await Self.start(name)
    for bound in bounds {
      for value in bound.outside {
        let result = try await system.command(bound.topic, value)
        #expect(result.code == "out_of_limits", "\(bound.topic) \(value): \(result.reason)")
      }
      for value in bound.at {
        let result = try await system.command(bound.topic, value)
        #expect(["ok", "already_so"].contains(result.code), "\(bound.topic) \(value): \(result.reason)")
      }
    }
    try await system.stop()
  }

  /// Where the systems of ``DocumentedSettings`` are: the columns of its table, on devices of two described systems.
  static let places: [(system: String, model: (was: String, is: String)?, columns: [Int: String])] = [
    ("fx", ("model: VFX3524", "model: VFX3524M"), [0: "fx_inverter_configuration/1"]),
    (
      "home", ("VFXR3048E", "VFXR3648A"),
      [
        1: "radian_inverter_configuration/1", 3: "charge_controller_configuration/3",
        4: "charge_controller_configuration/4",
      ]
    ),
    ("split_phase_radian", nil, [2: "radian_inverter_configuration/1", 5: "charge_controller_configuration/2"]),
  ]

  /// Each of the thirty settings, one step below, at and above each bound; what no document covers says so.
  @Test(arguments: places.indices) func everySettingOfTheTableHoldsItsBounds(index: Int) async throws {
    let place = Self.places[index]
    var text = try String(contentsOfFile: CommandLine.file(place.system), encoding: .utf8)
    if let model = place.model { text = text.replacing(model.was, with: model.is) }
    let directory = try TemporaryDirectory()
    let file = try directory.write("system.yaml", text)
    let system = try await Self.start(
      try await SimulatedGateway.start(file: file, isAnimated: false, options: SimulatorOptions()))
    let registry = try Registry.embedded()
    var looked = 0
    for row in DocumentedSettings.rows {
      for (column, device) in place.columns where row.cells[column] != "-" {
        let topic = "\(device)/\(row.field)"
        guard let bounds = row.cells[column].wholeMatch(of: /([0-9.]+)…([0-9.]+)(?:\/([0-9.]+))?/),
          let least = Double(bounds.1), var most = Double(bounds.2)
        else {
          #expect(try await dryRun(system, topic, 50) == "no_limits", "\(topic)")
          continue
        }
        let field = try #require(registry.block(named: String(device.prefix { $0 != "/" }))?.field(row.field))
        // Some tables print more than suits any battery.
        if field.isBatteryVoltage { most = min(most, Double(DocumentedSettings.systems[column].volts) * 17 / 12) }
        let step = bounds.3.flatMap { Double($0) } ?? (field.scaleFactorIndex == nil ? 1 : 0.1)
        for value in [least, most] {
          let code = try await dryRun(system, topic, value)
          #expect(["dry_run", "already_so", "cross_field"].contains(code), "\(topic) \(value): \(code)")
        }
        for (bound, sign) in [(least, -1.0), (most, 1)] where bound + sign * step >= 0 {
          var code = try await dryRun(system, topic, bound + sign * step)
          // A register of whole volts has no tenths.
          if code == "invalid_value" { code = try await dryRun(system, topic, bound + sign) }
          #expect(code == "out_of_limits", "\(topic) beyond \(bound)")
        }
        looked += 1
      }
    }
    #expect(looked == [21, 38, 17][index])
    try await system.stop()
  }

  private func dryRun(_ system: RunningSystem, _ topic: String, _ value: Double) async throws -> String {
    let number = (value * 10).rounded() / 10
    let id = UUID().uuidString
    return try await system.command(topic, "{\"value\": \(number), \"dry_run\": true, \"id\": \"\(id)\"}", id: id).code
  }

  @Test func aValueBetweenStepsIsRefusedOrRounded() async throws {
    let system = try await Self.start("home")
    let topic = "radian_inverter_configuration/1/eq_volts"
    let refused = try await system.command(topic, "61.3")
    #expect(refused.code == "invalid_value" && refused.reason.contains("give 61.2 or 61.6"), "\(refused.reason)")
    let rounded = try await system.command(topic, #"{"value": 61.5, "round": true, "id": "r"}"#, id: "r")
    #expect(rounded.status == "accepted" && rounded.value == "61.6", "\(rounded.reason)")
    // No document has the AC limits of a 230 V model.
    let closed = try await system.command("radian_inverter_configuration/1/grid_ac_input_current_limit", "20")
    #expect(closed.code == "no_limits" && closed.reason.contains("VFXR3048E"), "\(closed.reason)")
    // The replaced inverter is another model: its own range would hold, but it is not the one that is pinned.
    try system.simulator.apply(.replaceDevice(port: 1, model: "GS8048A", serial: nil))
    #expect(try await system.command(topic, "61.2").status == "rejected")
    try await system.stop()
  }

  /// The documented step is 0.4 V. The device has others: what it makes of a value is accepted within half a step, alone
  /// and among several settings.
  @Test func whatADeviceRoundsIsAcceptedWithTheValueThatItHolds() async throws {
    let system = try await Self.start("home")
    let topic = "radian_inverter_configuration/1/eq_volts"
    try system.simulator.apply(.keepSteps(volts: 0.3))
    let rounded = try await system.command(topic, "61.6")
    #expect(rounded.status == "accepted" && rounded.value == "61.5", "\(rounded.reason)")
    #expect(rounded.reason.contains("keeps steps of 0.4 and holds 61.5"), "\(rounded.reason)")
    try await system.watcher.next("mate3/\(topic)", where: { $0.text == "61.5" })
    let several = try await system.command(
      "radian_inverter_configuration/1",
      #"{"values": {"eq_volts": 60.8, "absorb_volts": 57.2}, "id": "s"}"#, id: "s")
    #expect(several.status == "accepted", "\(several.reason)")
    try await system.watcher.next("mate3/\(topic)", where: { $0.text == "60.9" })
    try await system.watcher.next("mate3/radian_inverter_configuration/1/absorb_volts", where: { $0.text == "57.3" })
    try await system.stop()
  }

  private static func start(_ name: String) async throws -> RunningSystem {
    try await start(try await CommandLine.serve(name))
  }

  private static func start(_ simulator: SimulatedGateway) async throws -> RunningSystem {
    let directory = try TemporaryDirectory()
    let file = try directory.write("bridge.yaml", "commands: {allow: [operational, setpoint]}\n")
    let system = try await RunningSystem.start(
      simulator, arguments: ["--config", file, "--caps-field-interval", "0s"])
    try await system.ready()
    return system
  }
}

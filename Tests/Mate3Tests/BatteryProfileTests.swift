import FieldCodec
import Foundation
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Mate3

/// The bounds and rules that follow from a battery's profile, by the write with them.
@Suite struct BatteryProfileTests {
  private static let inverter = "radian_inverter_configuration"
  private static let controller = "charge_controller_configuration"

  private static let blocks: [TestSystem.Block] = TestSystem.home.map { block in
    var block = block
    let more: [UInt16: [String: String]] = [
      64116: [
        "model_number": "VFXR3648A", "ac_voltage_sf": "0", "ac_output_voltage": "120", "float_volts": "54.0",
        "charger_ac_input_current_limit": "10.0", "high_battery_cut_out_voltage": "60.0", "eq_volts": "58.4",
        "low_battery_cut_out_voltage": "48.0", "low_battery_cut_in_voltage": "50.0", "refloat_volts": "50.0",
      ],
      64112: [
        "current_sf": "-1", "bulk_current": "30.0", "float_volts": "54.0", "rebulk_volts": "50.0", "eq_volts": "58.0",
        "auto_eq_days": "30", "temp_comp_upper_limit_volts": "60.0",
      ],
      64120: ["ac_current_sf": "-1", "set_inverter_charger_current_limit": "10.0"],
      64110: ["ags_2_min_start_voltage": "49.2", "global_charger_control_output_limit": "80"],
    ]
    block.values.merge(more[block.did] ?? [:]) { $1 }
    return block
  }
  private let system = TestSystem(blocks)

  private static func decimal(_ text: String) -> ScaledDecimal { ScaledDecimal(text) ?? ScaledDecimal(0) }

  static func profile(
    chemistry: BatteryProfile.Chemistry = .lifepo4, equalise: BatteryProfile.Equalise? = nil, nominal: Int64 = 48,
    absorb: String = "57.6", current: String? = "100"
  ) -> BatteryProfile {
    func given<Value>(_ name: String, _ value: Value) -> BatteryProfile.Given<Value> {
      BatteryProfile.Given(value, source: "battery.\(name) (bridge.yaml:9:3)")
    }
    return BatteryProfile(
      nominal: given("nominal", nominal), chemistry: given("chemistry", chemistry),
      absorb: given("absorb", decimal("56.0")...decimal(absorb)),
      float: given("float", decimal("53.6")...decimal("54.4")),
      equalise: equalise.map { given("equalise", $0) }, lowest: given("lowest", decimal("48.0")),
      chargeCurrent: current.map { given("charge_current", decimal($0)) })
  }

  /// - Parameters:
  ///   - words: changed after the bridge has read them, by block and field.
  ///   - away: blocks that have been there and are not now.
  private func write(
    _ value: String, to field: String, of device: String, profile: BatteryProfile? = profile(),
    changing words: [(Int, String, UInt16)] = [], isEnd: Bool = false, end: WriteRequest.End? = nil,
    away: Set<UInt16> = [],
    isForgotten: Bool = false,
    blocks: [TestSystem.Block] = blocks
  ) async throws -> (outcome: WriteOutcome, writes: Int) {
    let whole = try await image(of: TestSystem(blocks).registers)
    var pins = PinBook()
    _ = pins.observe(whole.layout, word: whole.word)
    let system = TestSystem(blocks.filter { !away.contains($0.did) })
    let image = try await image(of: system.registers)
    if isForgotten { _ = pins.forgetMissing(from: image.layout) }
    let port = ["system_control": 0, "gateway": 0, Self.controller: 3][device] ?? 1
    let policy = CommandPolicy(classes: [.operational, .setpoint], battery: profile)
    let connection = ReplayConnection(system.registers)
    connection.memory.set(
      Dictionary(uniqueKeysWithValues: words.map { (system.address($0.0, $0.1), $0.2) }))
    do {
      var request = try CommandValidator(policy: policy, registry: TestSystem.registry)
        .request(
          device: DeviceKey(name: device, port: port), field: field, text: value, isDryRun: false, image: image,
          pins: pins, limit: 100)
      request.isEnd = isEnd
      request.end = end
      let outcome = await connection.perform(WriteProcedure(request), sleep: { _ in })
      return (outcome, connection.memory.counts.writes)
    } catch {
      return (WriteOutcome(.rejected, error.code, error.reason), connection.memory.counts.writes)
    }
  }

  @Test(arguments: [
    (inverter, "absorb_volts", "57.2", "58.0", "battery.absorb (bridge.yaml:9:3)"),
    (inverter, "absorb_volts", "56.0", "55.6", "battery.absorb (bridge.yaml:9:3)"),
    (controller, "absorb_volts", "57.5", "57.7", "battery.absorb (bridge.yaml:9:3)"),
    ("system_control", "set_absorb_voltage", "57.2", "58.0", "battery.absorb (bridge.yaml:9:3)"),
    (inverter, "float_volts", "54.4", "54.8", "battery.float (bridge.yaml:9:3)"),
    (controller, "float_volts", "53.6", "53.5", "battery.float (bridge.yaml:9:3)"),
    (inverter, "eq_volts", "57.6", "58.0", "battery.chemistry (bridge.yaml:9:3)"),
    // No document bounds these: the profile does.
    (controller, "eq_volts", "57.6", "57.7", "battery.chemistry (bridge.yaml:9:3)"),
    (controller, "auto_eq_days", "0", "1", "battery.chemistry (bridge.yaml:9:3)"),
    (controller, "temp_comp_upper_limit_volts", "57.6", "57.7", "battery.absorb (bridge.yaml:9:3)"),
    ("gateway", "ags_2_min_start_voltage", "48.0", "47.6", "battery.lowest (bridge.yaml:9:3)"),
    (inverter, "low_battery_cut_out_voltage", "48.4", "47.6", "battery.lowest (bridge.yaml:9:3)"),
    (controller, "rebulk_volts", "48.0", "47.9", "battery.lowest (bridge.yaml:9:3)"),
    (controller, "bulk_current", "20.0", "100.1", "battery.charge_current (bridge.yaml:9:3)"),
  ])
  func boundsFollowFromTheProfile(
    device: String, field: String, inside: String, outside: String, source: String
  ) async throws {
    let good = try await write(inside, to: field, of: device)
    #expect(good.outcome.code == .ok && good.writes == 1, "\(good.outcome.reason)")
    let bad = try await write(outside, to: field, of: device)
    #expect(bad.outcome.code == .outOfLimits && bad.writes == 0, "\(bad.outcome.reason)")
    // What a document forbids is refused by the document.
    if outside != "100.1" { #expect(bad.outcome.reason.contains(source), "\(bad.outcome.reason)") }
  }

  @Test func aProfileNeverWidens() async throws {
    let wide = BatteryProfile(
      nominal: .init(48, source: "n"), chemistry: .init(.other, source: "c"),
      absorb: .init(Self.decimal("40")...Self.decimal("68"), source: "a"),
      float: .init(Self.decimal("40")...Self.decimal("68"), source: "f"))
    #expect(try await write("64.4", to: "absorb_volts", of: Self.inverter, profile: wide).outcome.code == .outOfLimits)
    #expect(try await write("43.6", to: "absorb_volts", of: Self.inverter, profile: wide).outcome.code == .outOfLimits)
    #expect(try await write("58.4", to: "absorb_volts", of: Self.inverter, profile: wide).outcome.code == .ok)
  }

  @Test func theSentenceNamesTheLine() async throws {
    let (outcome, _) = try await write("58.0", to: "absorb_volts", of: Self.inverter)
    #expect(
      outcome.reason == "58.0 is above 57.6 V, the most that battery.absorb (bridge.yaml:9:3) allows for "
        + "radian_inverter_configuration.absorb_volts")
  }

  @Test(arguments: [
    (BatteryProfile.Chemistry.lifepo4, nil as BatteryProfile.Equalise?, true), (.agm, nil, true), (.gel, nil, true),
    (.flooded, nil, false), (.flooded, .never, true), (.other, nil, false),
    (.agm, .within(decimal("58.4")...decimal("60.0")), false),
  ])
  func equalisingIsRefused(
    chemistry: BatteryProfile.Chemistry, equalise: BatteryProfile.Equalise?, isRefused: Bool
  ) async throws {
    let profile = Self.profile(chemistry: chemistry, equalise: equalise)
    for value in ["start_eq_charge", "Start_Eq_Charge", "3"] {
      let (outcome, writes) = try await write(
        value, to: "bulk_charge_enable_disable", of: "system_control", profile: profile)
      #expect((outcome.code == .notAllowed) == isRefused, "\(outcome.reason)")
      #expect(writes == (isRefused ? 0 : 1))
    }
    // What ends it gets through.
    let stop = try await write(
      "stop_eq_charge", to: "bulk_charge_enable_disable", of: "system_control", profile: profile)
    #expect(stop.writes == 1, "\(stop.outcome.reason)")
  }

  /// A timed command from before there was a profile, and what its end makes of it.
  private func end(
    _ value: String, of field: String, _ device: DeviceKey, before: String?, then: String?, words: [UInt16],
    profile: BatteryProfile = profile(), away: Set<UInt16> = [], changing held: [(Int, String, UInt16)] = []
  ) async throws -> WriteOutcome {
    var image = try await image(of: self.system.registers)
    var pins = PinBook()
    _ = pins.observe(image.layout, word: image.word)
    let system = away.isEmpty ? self.system : TestSystem(Self.blocks.filter { !away.contains($0.did) })
    if !away.isEmpty { image = try await Mate3Tests.image(of: system.registers) }
    let policy = CommandPolicy(classes: [.operational, .setpoint])
    let request = try CommandValidator(policy: policy, registry: TestSystem.registry).request(
      device: device, field: field, text: value, isDryRun: false, image: image, pins: pins, limit: 100)
    let now = MachineTime(sinceBoot: 1, bootID: "boot", wall: Date(timeIntervalSince1970: 0))
    var book = TimerBook()
    let wish = TimerBook.Wish(
      seconds: 60, then: then, generation: pins.pins[PinKey(request.block)]?.generation)
    try book.arm(wish, of: UUID(), request, before: before, words: words, at: now)
    let timer = try #require(book.timers.first)
    var banning = policy
    banning.battery = profile
    let revert = try CommandValidator(policy: banning, registry: TestSystem.registry)
      .revert(timer, image: image, pins: pins, limit: 100)
    let connection = ReplayConnection(system.registers)
    connection.memory.set(Dictionary(uniqueKeysWithValues: held.map { (system.address($0.0, $0.1), $0.2) }))
    return await connection.perform(WriteProcedure(revert), sleep: { _ in })
  }

  @Test func theEndOfATimedCommandStartsNoEqualisation() async throws {
    let device = DeviceKey(name: "system_control", port: 0)
    await #expect {
      _ = try await end(
        "stop_eq_charge", of: "bulk_charge_enable_disable", device, before: nil, then: "start_eq_charge", words: [4])
    } throws: {
      ($0 as? CommandRefusal)?.code == .notAllowed
    }
  }

  @Test func theEndOfATimedCommandKeepsToTheProfile() async throws {
    let device = DeviceKey(name: Self.inverter, port: 1)
    let outcome = try await end("57.6", of: "absorb_volts", device, before: "58.4", then: nil, words: [576])
    #expect(outcome.written.isEmpty && outcome.substitute == "57.6", "\(outcome.code) \(outcome.reason)")
  }

  /// What a charger had before is more than the others leave it by now: it gets what they leave, and no more later.
  @Test(arguments: [
    // 100 A, of which the inverters have 50 A.
    (controller, 3, "bulk_current", "30.0", "60.0", UInt16(300), "100", "50.0", [500] as [UInt16]),
    // Nothing is left.
    (controller, 3, "bulk_current", "30.0", "60.0", 300, "80", "30.0", []),
    (controller, 3, "bulk_current", "30.0", "60.0", 300, "70", "30.0", []),
    // 15 A of AC is 37.5 A.
    (inverter, 1, "charger_ac_input_current_limit", "10.0", "18", 100, "93", "15.2", [152]),
    // Both inverters have what the controller leaves: 70 A.
    ("system_control", 0, "set_inverter_charger_current_limit", "10.0", "18", 100, "100", "14.0", [140]),
  ])
  func theEndOfATimedCurrentIsWhatTheOthersLeave(
    name: String, port: Int, field: String, value: String, then: String, now: UInt16, limit: String, left: String,
    written: [UInt16]
  ) async throws {
    let outcome = try await end(
      value, of: field, DeviceKey(name: name, port: port), before: value, then: then, words: [now],
      profile: Self.profile(current: limit))
    #expect(outcome.substitute == left && outcome.written == written, "\(outcome.code) \(outcome.reason)")
    #expect(outcome.status == (written.isEmpty ? .unchanged : .accepted), "\(outcome.reason)")
  }

  /// What was set to another value meanwhile is left, also where nothing more is left for it.
  @Test func theEndOfATimedCurrentLeavesWhatWasChanged() async throws {
    let outcome = try await end(
      "20.0", of: "bulk_current", DeviceKey(name: Self.controller, port: 3), before: "60.0", then: nil, words: [200],
      profile: Self.profile(current: "80"))
    #expect(outcome.code == .superseded && outcome.written.isEmpty, "\(outcome.code) \(outcome.reason)")
  }

  /// What it leaves is not known while one is away, and is waited for.
  @Test func theEndOfATimedCurrentWaitsForAChargerThatIsAway() async throws {
    let device = DeviceKey(name: Self.inverter, port: 1)
    let outcome = try await end(
      "10.0", of: "charger_ac_input_current_limit", device, before: "10.0", then: "18", words: [100],
      away: [64111, 64112])
    #expect(outcome.status == .rejected && outcome.code == .crossField, "\(outcome.reason)")
  }

  @Test func absorbStaysBelowEveryHighCutOut() async throws {
    // The other inverter's, in tenths of a volt.
    let low: [(Int, String, UInt16)] = [(6, "high_battery_cut_out_voltage", 568)]
    for (device, field) in [
      (Self.inverter, "absorb_volts"), (Self.controller, "absorb_volts"), ("system_control", "set_absorb_voltage"),
    ] {
      var now = [(4, "absorb_volts", UInt16(560))]
      if device != Self.inverter { now.append((device == Self.controller ? 8 : 2, field, 560)) }
      let high = try await write("57.2", to: field, of: device, changing: low + now)
      #expect(high.outcome.code == .crossField && high.writes == 0, "\(high.outcome.reason)")
      #expect(high.outcome.reason.contains("radian_inverter_configuration/2"), "\(high.outcome.reason)")
      let fits = try await write("56.8", to: field, of: device, changing: low + now)
      #expect(fits.outcome.code == .ok, "\(fits.outcome.reason)")
    }
    // What an earlier setpoint for all was says nothing of where the devices stand now.
    let stale = try await write(
      "57.2", to: "set_absorb_voltage", of: "system_control",
      changing: low + [(2, "set_absorb_voltage", 576), (4, "absorb_volts", 560)])
    #expect(stale.outcome.code == .crossField && stale.writes == 0, "\(stale.outcome.reason)")
    // A DC generator's, either way round; its default of 76 V, where there is none, stands in nobody's way.
    let generator = "ags_dc_gen_absorb_voltage"
    let high = try await write("57.2", to: generator, of: "gateway", changing: low + [(1, generator, 560)])
    #expect(high.outcome.code == .crossField && high.writes == 0, "\(high.outcome.reason)")
    let (gateway, inverter) = (DeviceKey(name: "gateway", port: 0), DeviceKey(name: Self.inverter, port: 1))
    let change = SetpointChange(
      device: inverter, block: Self.inverter, field: "high_battery_cut_out_voltage",
      value: .number(Self.decimal("59.2")))
    for (volts, isRefused) in [("59.6", true), ("59.2", false), ("76.0", false)] {
      let system = SystemValues(
        try [gateway, inverter].map {
          SystemValues.Member(key: $0, definition: try #require(TestSystem.registry.block(named: $0.name)))
        },
        [
          gateway: [generator: .number(Self.decimal(volts))],
          inverter: ["high_battery_cut_out_voltage": .number(Self.decimal("60.0"))],
        ])
      #expect((Self.profile().conflict(change, in: system) != nil) == isRefused, "\(volts)")
    }
    // What is too high already may come down in steps, and without a profile nothing is asked.
    let down = try await write("57.2", to: "absorb_volts", of: Self.inverter, changing: low)
    #expect(down.outcome.code == .ok, "\(down.outcome.reason)")
    let free = try await write(
      "57.2", to: "absorb_volts", of: Self.inverter, profile: nil, changing: low + [(4, "absorb_volts", 560)])
    #expect(free.outcome.code == .ok, "\(free.outcome.reason)")
  }

  @Test func absorbWaitsForAnInverterThatIsAway() async throws {
    for (away, controller, code) in [([], 8, ResultCode.ok), ([64116, 64117], 4, .crossField)]
      as [(Set<UInt16>, Int, ResultCode)]
    {
      let (outcome, writes) = try await write(
        "57.4", to: "absorb_volts", of: Self.controller, changing: [(controller, "absorb_volts", 560)], away: away)
      #expect(outcome.code == code && writes == (away.isEmpty ? 1 : 0), "\(outcome.reason)")
      let reason = "radian_inverter_configuration/1 is not there, so its high battery cut-out"
      #expect(outcome.reason.hasPrefix(reason) != away.isEmpty, "\(outcome.reason)")
    }
  }

  /// What can't be judged is neither written nor given up: of a profile for another system nothing follows, nor from a
  /// gateway that tells no voltage for the moment.
  @Test(arguments: [
    (controller, "absorb_volts", "57.0", "57.6", UInt16(570), 24, 48, ResultCode.outOfLimits),
    (controller, "bulk_current", "20.0", "60.0", 200, 24, 48, .outOfLimits),
    (controller, "bulk_current", "20.0", "60.0", 200, 48, 0xFFFF, .noSystemVoltage),
    (controller, "absorb_volts", "57.0", "57.6", 570, 48, 0xFFFF, .noSystemVoltage),
    (controller, "absorb_volts", "57.0", "57.6", 570, 48, 48, .ok),
  ])
  func theEndOfATimedCommandWaitsWhatCannotBeJudged(
    name: String, field: String, value: String, then: String, now: UInt16, profile: Int64, gateway: UInt16,
    code: ResultCode
  ) async throws {
    let outcome = try await end(
      value, of: field, DeviceKey(name: name, port: 3), before: nil, then: then, words: [now],
      profile: Self.profile(nominal: profile),
      changing: [(8, field, now), (8, "rebulk_volts", 500), (1, "system_voltage", gateway)])
    #expect(outcome.code == code, "\(outcome.reason)")
    #expect(outcome.written.isEmpty == (code != .ok) && outcome.substitute == nil)
  }

  /// What is set for all keeps its order with the settings of each at its end too.
  @Test func theEndForAllIsTheNearestThatEachAllows() async throws {
    let outcome = try await end(
      "57.2", of: "set_absorb_voltage", DeviceKey(name: "system_control", port: 0), before: nil, then: "56.0",
      words: [572],
      changing: [
        (2, "set_absorb_voltage", 572), (2, "set_float_voltage", 540), (4, "float_volts", 564),
        (4, "absorb_volts", 572),
        (6, "absorb_volts", 572),
      ])
    #expect(outcome.substitute == "56.4" && outcome.written == [564], "\(outcome.code) \(outcome.reason)")
  }

  /// Where what stood before is not allowed any more, the nearest step of the device on the allowed side comes back.
  @Test func theEndOfATimedCommandKeepsToTheSteps() async throws {
    let device = DeviceKey(name: Self.inverter, port: 1)
    // 50.0 V is no more above the cut-out of 52.0 V, nor is 52.1 V when the device rounds it.
    let cutIn = try await end(
      "54.0", of: "low_battery_cut_in_voltage", device, before: "50.0", then: nil, words: [540],
      changing: [(4, "low_battery_cut_in_voltage", 540), (4, "low_battery_cut_out_voltage", 520)])
    #expect(cutIn.substitute == "52.4" && cutIn.written == [524], "\(cutIn.code) \(cutIn.reason)")
    // 57.6 V is above 57.4 V, and so would be what a device makes of 57.4 V.
    let absorb = try await end(
      "56.4", of: "absorb_volts", device, before: nil, then: "57.6", words: [564],
      profile: Self.profile(absorb: "57.4"),
      changing: [(4, "absorb_volts", 564)])
    #expect(absorb.substitute == "57.2" && absorb.written == [572], "\(absorb.code) \(absorb.reason)")
  }

  /// What a rule looks at and that shows no value for the moment, as real units do after a write, allows nothing but what
  /// goes away from it.
  @Test(arguments: [0x8000, 0xFFFF] as [UInt16])
  func nothingIsJudgedWithoutTheOther(sentinel: UInt16) async throws {
    for (value, field, device, words, code) in [
      (
        "57.2", "absorb_volts", Self.inverter,
        // An FXR has none, and shows 0xFFFF.
        [(6, "high_battery_cut_out_voltage", sentinel), (4, "absorb_volts", 560)], sentinel == 0xFFFF
      ),
      ("56.0", "absorb_volts", Self.inverter, [(6, "high_battery_cut_out_voltage", sentinel)], true),
      ("32.0", "bulk_current", Self.controller, [(4, "charger_ac_input_current_limit", sentinel)], false),
      ("28.0", "bulk_current", Self.controller, [(4, "charger_ac_input_current_limit", sentinel)], true),
      ("12", "charger_ac_input_current_limit", Self.inverter, [(8, "bulk_current", sentinel)], false),
      ("54.4", "float_volts", Self.controller, [(8, "absorb_volts", sentinel)], false),
      ("53.8", "float_volts", Self.controller, [(8, "absorb_volts", sentinel), (8, "rebulk_volts", 500)], true),
      ("56.0", "absorb_volts", Self.controller, [(8, "float_volts", sentinel)], false),
      ("56.0", "set_absorb_voltage", "system_control", [(8, "float_volts", sentinel)], false),
    ] as [(String, String, String, [(Int, String, UInt16)], Bool)] {
      let written = try await write(value, to: field, of: device, changing: words)
      #expect(
        written.outcome.code == (code ? .ok : .crossField) && written.writes == (code ? 1 : 0),
        "\(device).\(field): \(written.outcome.reason)")
      if !code {
        #expect(written.outcome.reason.contains("shows no value for the moment"), "\(written.outcome.reason)")
      }
    }
  }

  /// An end waits for it, rather than to leave what stands.
  @Test func theEndOfATimedCurrentWaitsForWhatShowsNoValue() async throws {
    for words: [(Int, String, UInt16)] in [[], [(8, "bulk_current", 0x8000)]] {
      let written = try await write(
        "18", to: "charger_ac_input_current_limit", of: Self.inverter, changing: words, isEnd: true)
      #expect((written.outcome.status == .accepted) == words.isEmpty, "\(written.outcome.reason)")
    }
  }

  /// A controller of 30 A, and two inverters of 10 A at 120 V, which is 25 A at 48 V each: 80 A.
  @Test(arguments: [
    (controller, "bulk_current", "50.0", "50.1"), (inverter, "charger_ac_input_current_limit", "18", "19"),
    ("system_control", "set_inverter_charger_current_limit", "14", "15"),
  ])
  func allChargersTogetherKeepWithinTheCurrent(
    device: String, field: String, inside: String, outside: String
  ) async throws {
    let good = try await write(inside, to: field, of: device)
    #expect(good.outcome.code == .ok, "\(good.outcome.reason)")
    let bad = try await write(outside, to: field, of: device)
    #expect(bad.outcome.code == .crossField && bad.writes == 0, "\(bad.outcome.reason)")
    #expect(bad.outcome.reason.contains("battery.charge_current (bridge.yaml:9:3)"), "\(bad.outcome.reason)")
    let unbounded = try await write(outside, to: field, of: device, profile: Self.profile(current: nil))
    #expect(unbounded.outcome.code == .ok, "\(unbounded.outcome.reason)")
  }

  /// A Radian of two legs has one leg's voltage as its setting, and charges from both: 10 A are 50 A at 48 V.
  @Test func bothLegsOfARadianCount() async throws {
    let blocks = Self.blocks.map { block in
      var block = block
      if block.did == 64117 { block.did = 64115 }
      return block
    }
    for (device, field, inside, outside) in [
      (Self.inverter, "charger_ac_input_current_limit", "4", "5"), (Self.controller, "bulk_current", "50.0", "50.1"),
    ] {
      // The inverter of port 2 has none of it.
      let words: [(Int, String, UInt16)] = [(6, "charger_ac_input_current_limit", 0)]
      let start: [(Int, String, UInt16)] = device == Self.inverter ? [(4, field, 0), (8, "bulk_current", 800)] : []
      let good = try await write(inside, to: field, of: device, changing: words + start, blocks: blocks)
      #expect(good.outcome.code == .ok, "\(good.outcome.reason)")
      let bad = try await write(outside, to: field, of: device, changing: words + start, blocks: blocks)
      #expect(bad.outcome.code == .crossField && bad.writes == 0, "\(device): \(bad.outcome.reason)")
    }
  }

  /// A voltage that no inverter makes, as of a register that is read badly, makes the others' room no greater.
  @Test(arguments: [0, 1, 79, 0x8000, 0xFFFF] as [UInt16])
  func anACVoltageThatMakesNoSenseCountsAsTheHighest(volts: UInt16) async throws {
    let words: [(Int, String, UInt16)] = [(6, "ac_output_voltage", volts)]
    let written = try await write("40", to: "bulk_current", of: Self.controller, changing: words)
    #expect(written.outcome.code == .crossField && written.writes == 0, "\(written.outcome.reason)")
  }

  @Test func whatIsTooMuchAlreadyMayComeDown() async throws {
    let much: [(Int, String, UInt16)] = [(8, "bulk_current", 800)]
    #expect(try await write("70.0", to: "bulk_current", of: Self.controller, changing: much).outcome.code == .ok)
    let other = try await write("11", to: "charger_ac_input_current_limit", of: Self.inverter, changing: much)
    #expect(other.outcome.code == .crossField, "\(other.outcome.reason)")
    // One limit for all controllers, in the gateway, counts where it is in force.
    let shared = much + [(1, "global_charger_control_mode", 1), (1, "global_charger_control_output_limit", 30)]
    let under = try await write("14", to: "charger_ac_input_current_limit", of: Self.inverter, changing: shared)
    #expect(under.outcome.code == .ok, "\(under.outcome.reason)")
    let off = try await write("disabled", to: "global_charger_control_mode", of: "gateway", changing: shared)
    #expect(off.outcome.code == .crossField && off.writes == 0, "\(off.outcome.reason)")
  }

  /// What a charger that is away is set to nobody knows, and it may come back with it.
  @Test func aChargerThatIsAwayIsNotForgotten() async throws {
    let away: Set<UInt16> = [64111, 64112]
    let raised = try await write("11", to: "charger_ac_input_current_limit", of: Self.inverter, away: away)
    #expect(raised.outcome.code == .crossField && raised.writes == 0, "\(raised.outcome.reason)")
    #expect(
      raised.outcome.reason.hasPrefix("charge_controller_configuration/3 is not there"), "\(raised.outcome.reason)")
    let alone = try await write(
      "11", to: "charger_ac_input_current_limit", of: Self.inverter, away: away, isForgotten: true)
    #expect(alone.outcome.code == .ok, "\(alone.outcome.reason)")
    let lowered = try await write("9", to: "charger_ac_input_current_limit", of: Self.inverter, away: away)
    #expect(lowered.outcome.code == .ok, "\(lowered.outcome.reason)")
    let absorb = try await write("57.2", to: "absorb_volts", of: Self.inverter, away: away)
    #expect(absorb.outcome.code == .ok, "\(absorb.outcome.reason)")
  }

  /// What comes back after a time is judged by what stands until then: a current that comes down for an hour can't go up
  /// again while a charger is away, and an absorb voltage not above another inverter's cut-out.
  @Test(
    arguments: [
      ("9", "charger_ac_input_current_limit", [], [64111, 64112]), ("56.0", "absorb_volts", [(6, 568)], []),
    ] as [(String, String, [(Int, UInt16)], Set<UInt16>)])
  func aTimedCommandWhoseEndCannotBeWrittenIsRefused(
    value: String, field: String, cutOut: [(Int, UInt16)], away: Set<UInt16>
  ) async throws {
    let words: [(Int, String, UInt16)] =
      cutOut.map { ($0, "high_battery_cut_out_voltage", $1) } + (cutOut.isEmpty ? [] : [(4, "absorb_volts", 576)])
    for end in [WriteRequest.End.before, .value(cutOut.isEmpty ? "10.0" : "57.6")] {
      let (outcome, writes) = try await write(
        value, to: field, of: Self.inverter, changing: words, end: end, away: away)
      #expect(outcome.code == .crossField && writes == 0, "\(outcome.code) \(outcome.reason)")
      let beginning = end == .before ? "could not be written back after the time: " : "‘then’ can't be written: "
      #expect(outcome.reason.contains(beginning), "\(outcome.reason)")
    }
    let plain = try await write(value, to: field, of: Self.inverter, changing: words, away: away)
    #expect(plain.outcome.code == .ok, "\(plain.outcome.reason)")
  }

  /// Of two that answer as one only the first is read; the other may put into the battery what it likes.
  @Test func aSecondChargerAtAPortIsNotForgotten() async throws {
    let blocks = Self.blocks + Self.blocks.suffix(2)
    for (value, code) in [("11", ResultCode.crossField), ("9", .ok)] {
      let (outcome, writes) = try await write(
        value, to: "charger_ac_input_current_limit", of: Self.inverter, blocks: blocks)
      #expect(outcome.code == code && writes == (code == .ok ? 1 : 0), "\(outcome.reason)")
    }
  }

  @Test func aProfileForAnotherVoltageLeavesNothing() async throws {
    let place: [(Int, String, UInt16)] = [(1, "system_voltage", 60)]
    let (outcome, writes) = try await write("57.2", to: "absorb_volts", of: Self.inverter, changing: place)
    #expect(outcome.code == .outOfLimits && writes == 0)
    let sentence =
      "battery.nominal (bridge.yaml:9:3) is 48 V, but the gateway says that this is a system of 60 V; mend one of the two "
      + "before radian_inverter_configuration.absorb_volts is written"
    #expect(outcome.reason == sentence)
    // Whether charger currents are bounded or not, they are settings for the battery; so is what has no bound.
    for (value, field, block, current) in [
      ("20", "bulk_current", Self.controller, "100"), ("20", "bulk_current", Self.controller, nil),
      ("5", "charger_ac_input_current_limit", Self.inverter, "100"),
      ("50", "global_charger_control_output_limit", "gateway", "100"),
      ("enabled", "global_charger_control_mode", "gateway", "100"),
      ("5", "set_inverter_charger_current_limit", "system_control", "100"),
      ("0", "auto_eq_days", Self.controller, "100"), ("50.4", "low_battery_cut_in_voltage", Self.inverter, nil),
    ] {
      let (outcome, writes) = try await write(
        value, to: field, of: block, profile: Self.profile(current: current), changing: place)
      #expect(outcome.code == .outOfLimits && writes == 0, "\(field): \(outcome.code) \(outcome.reason)")
      #expect(outcome.reason.hasPrefix("battery.nominal (bridge.yaml:9:3) is 48 V"), "\(outcome.reason)")
    }
  }

  /// Whether the profile is for this system is not known then: a current may come down, and no charger gets more.
  @Test(arguments: [0, 1, 47, 0x8000, 0xFFFF] as [UInt16])
  func withoutASystemVoltageNoChargerGetsMore(volts: UInt16) async throws {
    let place: [(Int, String, UInt16)] = [(1, "system_voltage", volts)]
    for (value, field, block) in [
      ("31", "bulk_current", Self.controller), ("11", "charger_ac_input_current_limit", Self.inverter),
      ("9", "set_inverter_charger_current_limit", "system_control"),
      ("81", "global_charger_control_output_limit", "gateway"), ("enabled", "global_charger_control_mode", "gateway"),
      ("57.2", "absorb_volts", Self.inverter),
    ] {
      for current in ["100", nil] {
        let (outcome, writes) = try await write(
          value, to: field, of: block, profile: Self.profile(current: current), changing: place)
        #expect(outcome.code == .noSystemVoltage && writes == 0, "\(field): \(outcome.code) \(outcome.reason)")
      }
    }
    for (value, field, block) in [
      ("29", "bulk_current", Self.controller), ("9", "charger_ac_input_current_limit", Self.inverter),
      ("79", "global_charger_control_output_limit", "gateway"),
    ] {
      let (outcome, _) = try await write(value, to: field, of: block, changing: place)
      #expect(outcome.code == .ok, "\(field): \(outcome.reason)")
    }
    let free = try await write("31", to: "bulk_current", of: Self.controller, profile: nil, changing: place)
    #expect(free.outcome.code == .ok, "\(free.outcome.reason)")
  }

  /// The rules read other devices: what stands there must still be what was found.
  @Test func blocksThatMovedAreNoticed() async throws {
    let (outcome, writes) = try await write(
      "57.2", to: "absorb_volts", of: Self.inverter, changing: [(6, "did", 64113)])
    #expect(outcome.code == .identityMismatch && outcome.isMoved && writes == 0, "\(outcome.reason)")
  }
}

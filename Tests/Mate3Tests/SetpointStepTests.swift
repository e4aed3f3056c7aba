import FieldCodec
import Foundation
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Mate3

/// A setpoint of an inverter or charge controller whose range follows from what is read with the write.
@Suite struct SetpointStepTests {
  static let inverter = "radian_inverter_configuration"
  var system = TestSystem(Self.home(model: "VFXR3648A"))

  private static func home(model: String) -> [TestSystem.Block] {
    TestSystem.home.map { block in
      var block = block
      if block.values["model_number"] == "VFXR" { block.values["model_number"] = model }
      if block.did == 64120 { block.values["dc_voltage_sf"] = "-1" }
      return block
    }
  }

  private func request(
    _ value: String, to field: String = "absorb_volts", device: DeviceKey = DeviceKey(name: inverter, port: 1),
    policy: CommandPolicy? = nil
  ) async throws -> WriteRequest {
    let image = try await image(of: system.registers)
    var pins = PinBook()
    _ = pins.observe(image.layout, word: image.word)
    return try CommandValidator(
      policy: policy ?? CommandPolicy(classes: [.operational, .setpoint]), registry: TestSystem.registry
    ).request(device: device, field: field, text: value, isDryRun: false, image: image, pins: pins, limit: 100)
  }

  /// - Parameters:
  ///   - words: changed after the bridge has read them.
  ///   - held: what the device shows for the field after the write, instead of what was written.
  private func write(
    _ value: String, to field: String = "absorb_volts", device: DeviceKey = DeviceKey(name: inverter, port: 1),
    isRounded: Bool = false, isEnd: Bool = false, end: WriteRequest.End? = nil, policy: CommandPolicy? = nil,
    changing words: [Int: UInt16] = [:], held: UInt16? = nil
  ) async throws -> (WriteOutcome, Int) {
    let connection = ReplayConnection(system.registers)
    let memory = connection.memory
    do {
      var request = try await request(value, to: field, device: device, policy: policy)
      request.isRounded = isRounded
      request.isEnd = isEnd
      request.end = end
      memory.set(words)
      if let held, let place = request.block.range(of: request.field)?.start {
        memory.onRequest { sent in
          if case .read = sent, memory.counts.writes > 0 { return .change([place: held]) }
          return nil
        }
      }
      return (await connection.perform(WriteProcedure(request), sleep: { _ in }), memory.counts.writes)
    } catch let refusal as CommandRefusal {
      return (WriteOutcome(.rejected, refusal.code, refusal.reason), 0)
    }
  }

  @Test(arguments: [
    ("43.6", ResultCode.outOfLimits), ("44.0", .crossField), ("57.2", .ok), ("64.0", .ok), ("64.4", .outOfLimits),
  ])
  func theDocumentedRangeNeedsNoConfiguration(value: String, code: ResultCode) async throws {
    let float = system.address(4, "float_volts")
    let (outcome, writes) = try await write(value, changing: [float: 540])
    #expect(outcome.code == code, "\(outcome.reason)")
    #expect(writes == (code == .ok ? 1 : 0))
  }

  @Test func theVoltageThatIsReadWithTheWriteDecides() async throws {
    let voltage = system.address(1, "system_voltage")
    #expect(try await write("57.2", changing: [voltage: 24]).0.code == .outOfLimits)
    #expect(try await write("28.8", changing: [voltage: 24]).0.code == .ok)
    #expect(try await write("28.8").0.code == .outOfLimits)
    let unknown = try await write("57.2", changing: [voltage: 0xFFFF])
    #expect(unknown.0.code == .noSystemVoltage && unknown.1 == 0)
    // The FX alone has a table for 36 V, and the gateway does say so.
    let between = try await write("43.2", changing: [voltage: 36])
    #expect(between.0.code == .noLimits && between.0.reason.contains("VFXR3648A at 36 V"), "\(between.0.reason)")
    // No table is for 60 V.
    let other = try await write("66.0", changing: [voltage: 60])
    #expect(other.0.code == .noLimits && other.1 == 0)
    #expect(other.0.reason.contains("VFXR3648A at 60 V; set both bounds in commands.limits"))
  }

  @Test(arguments: ["", "VFXR", "XYZ100"]) func aModelWithoutADocumentNeedsBounds(model: String) async throws {
    var test = self
    test.system = TestSystem(Self.home(model: model))
    let (outcome, writes) = try await test.write("57.2")
    #expect(outcome.code == .noLimits && writes == 0)
    #expect(outcome.reason.contains("set both bounds in commands.limits"), "\(outcome.reason)")
    let own = try await test.write("57.2", policy: Self.policy("50", "60"))
    #expect(own.0.code == .ok, "\(own.0.reason)")
  }

  @Test func boundsOfTheOwnerNarrow() async throws {
    let own = try await write("57.2", policy: Self.policy("50", "57"))
    let sentence = "57.2 is outside 50 to 57 V, the limits of radian_inverter_configuration.absorb_volts"
    #expect(own.0.code == .outOfLimits && own.0.reason == sentence, "\(own.0.reason)")
    #expect(try await write("57.2", policy: Self.policy(nil, "58")).0.code == .ok)
    #expect(try await write("58.4", policy: Self.policy(nil, "58")).0.code == .outOfLimits)
    let nothing = try await write("66.0", policy: Self.policy("65", "67"))
    #expect(nothing.0.code == .outOfLimits && nothing.0.reason.contains("leaves no value"), "\(nothing.0.reason)")
    // Never beyond the documents.
    #expect(try await write("64.4", policy: Self.policy("40", "68")).0.code == .outOfLimits)
    // A document gives the greatest alone.
    var test = self
    test.system = TestSystem(Self.home(model: "VFXR3048E"))
    let name = "charger_ac_input_current_limit"
    let closed = try await test.write("8", to: name)
    #expect(closed.0.code == .noLimits && closed.0.reason.contains("set the least value"), "\(closed.0.reason)")
    #expect(try await test.write("8", to: name, policy: Self.policy("2", nil, name)).0.code == .ok)
    #expect(try await test.write("11", to: name, policy: Self.policy("2", "20", name)).0.code == .outOfLimits)
  }

  @Test func aValueBetweenTwoStepsIsRefusedWithBoth() async throws {
    let (outcome, writes) = try await write("57.5")
    #expect(outcome.code == .invalidValue && writes == 0)
    #expect(outcome.reason.contains("give 57.2 or 57.6"), "\(outcome.reason)")
    // A charge controller keeps tenths.
    var test = self
    test.system = TestSystem(TestSystem.home)
    let device = DeviceKey(name: "charge_controller_configuration", port: 3)
    #expect(try await test.write("57.5", device: device).0.code == .ok)
  }

  @Test(arguments: [
    ("57.5", UInt16(576)), ("57.3", 572), ("57.4", 572), ("57.44", 576), ("63.9", 640), ("57.2", 572),
  ])
  func aValueIsRoundedWhenAsked(value: String, word: UInt16) async throws {
    let (outcome, _) = try await write(value, isRounded: true, changing: [system.address(4, "absorb_volts"): 560])
    #expect(outcome.code == .ok && outcome.written == [word], "\(outcome.reason)")
  }

  /// What comes back is not rounded for anybody, also where the value itself is or stands already.
  @Test func whatComesBackStandsOnAStep() async throws {
    let absorb = system.address(4, "absorb_volts")
    for (value, stands) in [("56.8", UInt16(560)), ("56.8", 568), ("57.3", 560)] {
      let (outcome, writes) = try await write(
        value, isRounded: true, end: .value("57.5"), changing: [absorb: stands])
      #expect(outcome.code == .invalidValue && writes == 0, "\(outcome.reason)")
      #expect(outcome.reason.hasPrefix("‘then’ can't be written"), "\(outcome.reason)")
      // Nothing rounds it.
      #expect(!outcome.reason.contains("round"), "\(outcome.reason)")
    }
    #expect(try await write("56.8", isRounded: true, end: .value("57.6"), changing: [absorb: 560]).0.code == .ok)
  }

  /// What is set for all keeps its order on each device.
  @Test func whatIsSetForAllSuitsEach() async throws {
    let all = DeviceKey(name: "system_control", port: 0)
    for (field, value, place, word) in [
      ("set_float_voltage", "57.2", (6, "absorb_volts"), UInt16(500)),
      ("set_absorb_voltage", "52.0", (4, "float_volts"), 540),
      ("set_float_voltage", "52.0", (4, "refloat_volts"), 520), ("set_float_voltage", "57.2", (8, "absorb_volts"), 560),
    ] {
      // What was set for all last allows it.
      let (absorb, float) = (system.address(2, "set_absorb_voltage"), system.address(2, "set_float_voltage"))
      let (outcome, writes) = try await write(
        value, to: field, device: all,
        changing: [absorb: 640, float: 440, system.address(4, "float_volts"): 540].merging(
          [system.address(place.0, place.1): word], uniquingKeysWith: { $1 }))
      #expect(outcome.code == .crossField && writes == 0, "\(field): \(outcome.reason)")
      #expect(outcome.reason.hasPrefix("it would be set on "), "\(outcome.reason)")
    }
  }

  /// The register of what is set for all need not be what any device holds.
  @Test func whatIsSetForAllNeedsToBeToldWhatComesBack() async throws {
    let all = DeviceKey(name: "system_control", port: 0)
    let (outcome, writes) = try await write("57.2", to: "set_absorb_voltage", device: all, end: .before)
    #expect(outcome.code == .invalidValue && writes == 0, "\(outcome.reason)")
    #expect(outcome.reason.contains("give what comes back as ‘then’"), "\(outcome.reason)")
    #expect(try await write("57.2", to: "set_absorb_voltage", device: all, end: .value("56.8")).0.code == .ok)
    #expect(try await write("on", to: "set_ags_op_mode", device: all, end: .before).0.code == .ok)
  }

  /// What a device makes of a value must lie within the bounds as the value must.
  @Test func whatADeviceRoundsBeyondTheLimitsIsNotAccepted() async throws {
    let (outcome, _) = try await write("57.2", policy: Self.policy("50", "57.3"), held: 574)
    #expect(outcome.status == .failed && outcome.code == .notTaken, "\(outcome.reason)")
    #expect(outcome.reason.contains("57.4 is outside 50 to 57.3 V"), "\(outcome.reason)")
    #expect(try await write("57.2", policy: Self.policy("50", "57.4"), held: 574).0.status == .accepted)
    // And keep its order with the others.
    let absorb = [system.address(4, "absorb_volts"): UInt16(572), system.address(4, "float_volts"): 540]
    let above = try await write("57.2", to: "float_volts", changing: absorb, held: 574)
    #expect(above.0.status == .failed && above.0.code == .notTaken, "\(above.0.reason)")
    #expect(above.0.reason.contains("float_volts must be at most absorb_volts"), "\(above.0.reason)")
  }

  @Test func roundingLeavesTheLimits() async throws {
    #expect(try await write("64.1", isRounded: true).0.code == .outOfLimits)
    #expect(try await write("57.5", isRounded: true, policy: Self.policy("50", "57.5")).0.written == [572])
  }

  @Test func whatADeviceRoundsIsAcceptedWithinHalfAStep() async throws {
    let down = try await write("57.2", held: 570)
    #expect(down.0.status == .accepted && down.0.value == .number(ScaledDecimal("57.0") ?? ScaledDecimal(0)))
    #expect(down.0.reason.contains("holds 57.0"), "\(down.0.reason)")
    let far = try await write("57.2", held: 569)
    #expect(far.0.status == .failed && far.0.code == .notTaken)
  }

  /// What stood before is no sign that anything was taken.
  @Test func aDeviceThatKeepsWhatItHadHasNotRounded() async throws {
    let place = system.address(4, "absorb_volts")
    let (outcome, _) = try await write("57.2", changing: [place: 571], held: 571)
    #expect(outcome.status == .failed && outcome.code == .notTaken)
  }

  @Test func whatStoodBeforeComesBackBetweenSteps() async throws {
    let place = system.address(4, "absorb_volts")
    let (timed, _) = try await write("57.2", end: .before, changing: [place: 575])
    #expect(timed.code == .ok, "\(timed.reason)")
    let (end, _) = try await write("57.5", isEnd: true)
    #expect(end.written == [575], "\(end.reason)")
    let (then, writes) = try await write("57.2", end: .value("57.5"))
    #expect(then.code == .invalidValue && then.reason.contains("‘then’") && writes == 0)
  }

  /// What was asked for is not: that may be its owner's choice since.
  @Test func onlyWhatADeviceMadeOfATimedValueIsOurs() async throws {
    let request = try await request("57.2")
    let now = MachineTime(sinceBoot: 1, bootID: "boot", wall: Date(timeIntervalSince1970: 0))
    var book = TimerBook()
    let write = UUID()
    let wish = TimerBook.Wish(seconds: 60)
    try book.arm(wish, of: write, request, before: "57.6", words: [572], at: now)
    var outcome = WriteOutcome(.accepted, .ok, "")
    (outcome.written, outcome.read) = ([572], [571])
    _ = book.finish(wish, of: write, request, outcome, at: now)
    #expect(book.timers.map(\.ours) == [[[571]]])
  }

  @Test func systemControlSuitsEveryInverter() async throws {
    let device = DeviceKey(name: "system_control", port: 0)
    let word = [system.address(2, "set_float_voltage"): UInt16(540)]
    #expect(try await write("57.2", to: "set_absorb_voltage", device: device, changing: word).0.code == .ok)
    var test = self
    var blocks = Self.home(model: "VFXR3648A")
    blocks[6].values["model_number"] = "XYZ1"
    test.system = TestSystem(blocks)
    let (outcome, writes) = try await test.write("57.2", to: "set_absorb_voltage", device: device, changing: word)
    #expect(outcome.code == .noLimits && writes == 0)
    #expect(outcome.reason.contains("XYZ1"), "\(outcome.reason)")
  }

  private static func policy(_ minimum: String?, _ maximum: String?, _ field: String = "absorb_volts") -> CommandPolicy
  {
    CommandPolicy(
      classes: [.setpoint],
      limits: [
        "\(inverter).\(field)": CommandPolicy.Bounds(
          minimum: minimum.flatMap { ScaledDecimal($0) }, maximum: maximum.flatMap { ScaledDecimal($0) })
      ])
  }
}

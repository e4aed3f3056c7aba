import FieldCodec
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Mate3

@Suite struct SetpointRuleTests {
  let system = TestSystem()

  private func write(
    _ field: String, _ value: String, changing words: [String: UInt16] = [:], voltage: UInt16 = 48
  ) async throws -> (WriteOutcome, Int) {
    let connection = ReplayConnection(system.registers)
    let image = try await image(of: system.registers)
    var pins = PinBook()
    _ = pins.observe(image.layout, word: image.word)
    let name = "charge_controller_configuration.\(field)"
    let policy = CommandPolicy(
      fields: [name], limits: [name: CommandPolicy.Bounds(minimum: ScaledDecimal(0), maximum: ScaledDecimal(200))])
    let request = try CommandValidator(policy: policy, registry: TestSystem.registry)
      .request(
        device: DeviceKey(name: "charge_controller_configuration", port: 3), field: field, text: value, isDryRun: false,
        image: image, pins: pins, limit: 100)
    connection.memory.set([system.address(1, "system_voltage"): voltage])
    for (name, word) in words { connection.memory.set([system.address(8, name): word]) }
    let outcome = await connection.perform(WriteProcedure(request), sleep: { _ in })
    return (outcome, connection.memory.counts.writes)
  }

  @Test(arguments: [
    ("28.8", UInt16(24), true), ("57.6", 24, false), ("14.4", 12, true), ("28.8", 12, false), ("57.6", 48, true),
    ("14.4", 48, false), ("31.2", 26, true), ("72.0", 60, true),
  ])
  func batterySetpointsSuitTheSystemVoltage(value: String, voltage: UInt16, isFit: Bool) async throws {
    let (outcome, writes) = try await write("absorb_volts", value, changing: ["float_volts": 100], voltage: voltage)
    #expect((outcome.code == .outOfLimits) == !isFit, "\(outcome.reason)")
    #expect(writes == (isFit && value != "57.6" ? 1 : 0))
  }

  @Test(arguments: [UInt16(0), 0xFFFF, 47, 50])
  func anUnknownSystemVoltageRefusesThem(voltage: UInt16) async throws {
    let (outcome, writes) = try await write("absorb_volts", "57.8", voltage: voltage)
    #expect(outcome.code == .noSystemVoltage)
    #expect(writes == 0)
  }

  @Test(arguments: [
    // Field, value, the other one now, whether it may.
    ("float_volts", "57.6", ["absorb_volts": UInt16(576)], true),
    ("float_volts", "57.7", ["absorb_volts": 576], false),
    ("absorb_volts", "54.0", ["float_volts": 541], false),
    ("absorb_volts", "54.1", ["float_volts": 541], true),
    ("rebulk_volts", "54.0", ["float_volts": 540], false),
    ("rebulk_volts", "53.9", ["float_volts": 540], true),
    // The order is broken already: mending it in part is allowed, worsening it is not.
    ("float_volts", "58.0", ["absorb_volts": 560, "float_volts": 590], true),
    ("float_volts", "59.5", ["absorb_volts": 560, "float_volts": 590], false),
    // The other one shows no value for the moment: only what goes away from it can be judged.
    ("float_volts", "57.0", ["absorb_volts": 0xFFFF, "float_volts": 560], false),
    ("float_volts", "55.0", ["absorb_volts": 0xFFFF, "float_volts": 560], true),
    ("rebulk_volts", "50.0", ["float_volts": 0x8000, "rebulk_volts": 490], false),
    ("temp_comp_lower_limit_volts", "56.0", ["temp_comp_upper_limit_volts": 560], false),
    ("temp_comp_lower_limit_volts", "55.9", ["temp_comp_upper_limit_volts": 560], true),
  ])
  func settingsKeepTheirOrder(field: String, value: String, others: [String: UInt16], isFit: Bool) async throws {
    let (outcome, writes) = try await write(field, value, changing: others)
    #expect((outcome.code == .crossField) == !isFit, "\(outcome.code) \(outcome.reason)")
    #expect(writes == (isFit ? 1 : 0))
  }

  /// What they compare are two settings in one unit and scale.
  @Test(arguments: OrderRule.all)
  func ordersAreOfSettingsThatCanBeCompared(rule: OrderRule) throws {
    let block = try #require(TestSystem.registry.block(named: rule.block))
    let lower = try #require(block.field(rule.lower), "\(rule.lower)")
    let upper = try #require(block.field(rule.upper), "\(rule.upper)")
    #expect(lower.command != nil && upper.command != nil)
    #expect(lower.units == upper.units)
    #expect(lower.scaleFactorIndex == upper.scaleFactorIndex)
    #expect(lower.type == upper.type)
  }
}

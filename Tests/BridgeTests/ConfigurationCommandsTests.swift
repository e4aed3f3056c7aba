import Registry
import Testing

@testable import Bridge

@Suite struct ConfigurationCommandsTests {
  private func commands(_ text: String) throws -> BridgeConfiguration.Commands {
    try configuration(
      leastFile + "devices: [{block: charge_controller, port: 3, name: east}]\ncommands: \(text)\n"
    ).configuration.commands
  }

  private let block = "charge_controller_configuration"

  @Test func neverStaysShut() throws {
    let commands = try commands("{allow: [operational, setpoint]}")
    #expect(!commands.allows(.never, field: "x", device: block, block: block))
    #expect(!commands.allows(.installer, field: "x", device: block, block: block))
    #expect(commands.allows(.setpoint, field: "x", device: block, block: block))
    #expect(commands.allows(.operational, field: "x", device: block, block: block))
  }

  @Test func blockNameOpensEveryDeviceOfItsKind() throws {
    let commands = try commands("{allow: [], fields: [\(block).absorb_volts]}")
    #expect(commands.allows(.setpoint, field: "absorb_volts", device: block, block: block))
    #expect(commands.allows(.setpoint, field: "absorb_volts", device: "east_configuration", block: block))
    #expect(commands.allows(.installer, field: "absorb_volts", device: "east_configuration", block: block))
    #expect(!commands.allows(.setpoint, field: "float_volts", device: block, block: block))
    #expect(!commands.allows(.operational, field: "aux_control", device: block, block: block))
  }

  @Test func ownNameOpensThatDeviceOnly() throws {
    let commands = try commands("{fields: [east_configuration.absorb_volts]}")
    #expect(commands.allows(.setpoint, field: "absorb_volts", device: "east_configuration", block: block))
    #expect(!commands.allows(.setpoint, field: "absorb_volts", device: block, block: block))
  }

  @Test func ownLimitsGoBeforeThoseOfTheBlock() throws {
    let commands = try commands(
      "{limits: {\(block).absorb_volts: {min: 48, max: 60}, east_configuration.absorb_volts: {min: 50, max: 58}}}")
    #expect(
      commands.bounds(field: "absorb_volts", device: "east_configuration", block: block)?.maximum == ScaledDecimal(58))
    #expect(commands.bounds(field: "absorb_volts", device: block, block: block)?.maximum == ScaledDecimal(60))
    #expect(commands.bounds(field: "float_volts", device: block, block: block) == nil)
  }

  @Test func labelsAreConfirmedByName() throws {
    let commands = try commands("{labels_confirmed: [\(block).aux_polarity]}")
    #expect(commands.hasConfirmedLabels(field: "aux_polarity", device: "east_configuration", block: block))
    #expect(!commands.hasConfirmedLabels(field: "aux_mode", device: block, block: block))
  }

  @Test func limitsNarrowAndNeverWidenTheDocumentedOnes() throws {
    let registry = try Registry.embedded()
    let pairs = registry.blocks.flatMap { block in block.fields.map { (block, $0) } }
    let pair = try #require(
      pairs.first {
        $1.limits?.minimum != nil && $1.limits?.maximum != nil && $1.enumeration == nil
          && $1.command?.standard == .setpoint
      }
    )
    let limits = try #require(pair.1.limits)
    let (least, most) = (try #require(limits.minimum), try #require(limits.maximum))
    let name = "\(pair.0.name).\(pair.1.name)"
    let below = ScaledDecimal(least.coefficient - 1, exponent: least.exponent)
    let above = ScaledDecimal(most.coefficient + 1, exponent: most.exponent)
    _ = try commands("{limits: {\(name): {min: \(least), max: \(most)}}}")
    _ = try commands("{limits: {\(name): {max: \(least)}}}")
    for (bound, word) in [("min: \(below)", "below"), ("max: \(above)", "above")] {
      #expect(
        problems(leastFile + "commands: {limits: {\(name): {\(bound)}}}\n").contains(word), "\(name) \(bound)")
    }
    #expect(problems(leastFile + "commands: {limits: {\(name): {min: \(above)}}}\n").contains("leaves no value"))
  }
}

import Mate3
import Registry
import Testing

@testable import Configuration

@Suite struct ConfigurationCommandsTests {
  private func commands(_ text: String) throws -> CommandPolicy {
    try configuration(leastFile + "commands: \(text)\n").configuration.commands
  }

  /// Whether a document has the other bound shows with the model.
  @Test func oneBoundIsEnoughWhereADocumentMayHaveTheOther() throws {
    let name = "fx_inverter_configuration.absorb_volts"
    #expect(
      try commands("{limits: {\(name): {max: 31}}}").limits == [name: .init(minimum: nil, maximum: ScaledDecimal(31))])
  }

  @Test func anEmptyListShutsWhatIsOpenByDefault() throws {
    let commands = try commands("{allow: [], fields: [charge_controller_configuration.absorb_volts]}")
    #expect(commands.allows(.setpoint, of: ["charge_controller_configuration.absorb_volts"]))
    #expect(!commands.allows(.setpoint, of: ["charge_controller_configuration.float_volts"]))
    #expect(!commands.allows(.operational, of: ["charge_controller_configuration.aux_control"]))
  }

  @Test func aClassOfOneNeedsNoBrackets() throws {
    #expect(try commands("{allow: setpoint}").classes == [.setpoint])
    #expect(try commands("{allow: \"operational, setpoint\"}").classes == [.operational, .setpoint])
  }

  @Test func installersFieldsAreOpenedByNameOnly() throws {
    let name = "charge_controller_configuration.battery_voltage_calibrate_offset"
    #expect(try commands("{fields: [\(name)]}").allows(.installer, of: [name]))
    #expect(!(try commands("{allow: [operational, setpoint]}").allows(.installer, of: [name])))
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
    #expect(
      try commands("{limits: {\(name): {max: \(least)}}}").limits == [name: .init(minimum: nil, maximum: least)])
    for (bound, word) in [("min: \(below)", "below"), ("max: \(above)", "above")] {
      #expect(
        problems(leastFile + "commands: {limits: {\(name): {\(bound)}}}\n").contains(word), "\(name) \(bound)")
    }
    #expect(problems(leastFile + "commands: {limits: {\(name): {min: \(above)}}}\n").contains("leaves no value"))
  }
}

import ArgumentParser
import Registry

/// `mate3 registry lint`: mistakes in the register map.
struct RegistryLint: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Checks the register map.",
    discussion: """
      Reports overlaps, gaps, unknown units, scale factors, enumerations and flags that are cited but not there, \
      and names that stand twice, each with file, line and column; for a folder also where it allows more than the map \
      built into the program, which the bridge refuses. Exit status 1 when there is an error.
      """)

  @OptionGroup var option: RegistryOption

  func run() throws {
    try RegistryCommand.reporting {
      let registry = try option.registry.map { try Registry.override(directory: $0) } ?? Registry.embedded()
      let fields = registry.blocks.reduce(0) { $0 + $1.fields.count }
      StandardOutput.print(
        "\(registry.blocks.count) blocks, \(fields) fields, 0 errors, \(registry.warnings.count) warnings")
      for warning in registry.warnings { StandardError.write("\(warning)") }
    }
  }
}

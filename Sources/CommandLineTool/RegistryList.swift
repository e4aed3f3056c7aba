import ArgumentParser
import Registry
import RegistryPipeline

/// `mate3 registry list`: the fields of the register map as a table.
struct RegistryList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the fields of the register map.",
    discussion: "Without --block first the blocks, then the fields of each.")

  @OptionGroup var option: RegistryOption

  @Option(help: "Name or number of one block, such as charge_controller or 64111.")
  var block: String?

  func run() throws {
    try RegistryCommand.reporting {
      let registry = try option.registry.map { try Registry.override(directory: $0) } ?? Registry.embedded()
      guard let block else {
        StandardOutput.write(RegistryListing.blocks(registry))
        for block in registry.blocks { StandardOutput.write("\n\(RegistryListing.fields(block))") }
        return
      }
      guard let found = registry.block(named: block) ?? UInt16(block).flatMap(registry.block(id:)) else {
        let names = registry.blocks.map(\.name).joined(separator: ", ")
        let hint = NearestName.of(block, among: registry.blocks.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw Failure(
          .unknownName,
          "the register map has no block \(block)\(hint.isEmpty ? "; the" : hint + " The") blocks are \(names)")
      }
      StandardOutput.write(RegistryListing.fields(found))
    }
  }
}

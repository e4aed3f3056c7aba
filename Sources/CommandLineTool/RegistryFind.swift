import ArgumentParser
import Derived
import HomeAssistant
import Registry

/// `mate3 registry find`: which field it is that somebody means.
struct RegistryFind: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find",
    abstract: "Looks for words in the labels, meanings and names of all fields, those in Home Assistant too.",
    discussion: """
      A field is named as for the other verbs: device.field.

      EXAMPLES:
        mate3 registry find generator
        mate3 registry find battery voltage
      """)

  @OptionGroup var option: RegistryOption

  @Flag(name: .customLong("document"), help: .hidden)
  var isDocument = false

  @Argument(help: "Words that must all be there, in any order; small and capital letters are the same.")
  var words: [String] = []

  func validate() throws {
    guard isDocument || words.contains(where: { !$0.isEmpty }) else {
      throw ValidationError("Give a word to look for, such as generator.")
    }
  }

  func run() throws {
    try RegistryCommand.reporting {
      let registry = try option.registry.map { try Registry.override(directory: $0) } ?? Registry.embedded()
      let catalog = FieldCatalog(registry)
      guard !isDocument else {
        StandardOutput.write(catalog.document)
        return
      }
      let words = words.flatMap { $0.split(separator: " ").map(String.init) }
      let fields = catalog.entries.filter { $0.has(words) && !$0.field.isInternal }.map(Self.lines)
      let house = DerivedField.all.filter { field in
        let text = "house.\(field.name)\n\(field.title)\n\(field.formula)".lowercased()
        return words.allSatisfy { text.contains($0.lowercased()) }
      }.map { Self.lines("house.\($0.name)", [$0.title], $0.unit, $0.formula) }
      guard !fields.isEmpty || !house.isEmpty else {
        throw Failure(
          .unknownName,
          "no field has ‘\(words.joined(separator: " "))’ in its label, meaning or name; give fewer or other words")
      }
      StandardOutput.write((fields + house).joined())
    }
  }

  private static func lines(_ entry: FieldCatalog.Entry) -> String {
    let labels = [entry.field.label] + [entry.entity].compactMap { $0 }.filter { $0 != entry.field.label }
    let access = entry.field.command.map { ", \($0.standard.rawValue)" } ?? ""
    return lines(entry.name, labels, entry.field.units, entry.field.description, access)
  }

  private static func lines(
    _ name: String, _ labels: [String], _ unit: String?, _ meaning: String, _ access: String = ""
  ) -> String {
    let unit = unit.map { " (\($0))" } ?? ""
    return "\(name)\n  \(labels.joined(separator: "; in Home Assistant "))\(unit)\(access)\n  \(meaning)\n"
  }
}

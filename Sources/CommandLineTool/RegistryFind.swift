import ArgumentParser
import Derived
import HomeAssistant
import Mate3
import Registry
import Topics

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
      let search = FieldSearch(Self.named(catalog))
      let words = words.flatMap { $0.split(separator: " ").map(String.init) }
      let found = search.find(words)
      guard !found.isEmpty else {
        let mend =
          search.spelled(words).map { "did you mean \($0)?" }
          ?? (words.count > 1 ? "give fewer or other words" : "give another word, or a part of it")
        throw Failure(
          .unknownName,
          "no field has ‘\(words.joined(separator: " "))’ in its label, meaning or name; \(mend)")
      }
      StandardOutput.write(found.map(\.lines).joined())
    }
  }

  private static func named(_ catalog: FieldCatalog) -> [FieldSearch.Named] {
    let fields = catalog.entries.filter { !$0.field.isInternal }.map { entry in
      FieldSearch.Named(
        [entry.name, entry.field.label, entry.field.description, entry.entity ?? ""],
        titles: [entry.field.label] + [entry.entity].compactMap(\.self), lines: lines(entry))
    }
    let house = DerivedField.all.map { field in
      let name = "\(HouseTotals.device.name).\(field.name)"
      return FieldSearch.Named(
        [name, field.title, field.formula], titles: [field.title],
        lines: lines(name, [field.title], field.unit, field.formula))
    }
    let schedules = Schedule.all.map { schedule in
      let name = "\(Schedule.block).\(schedule.name)"
      let meaning =
        "\(schedule.summary) As JSON, such as \(schedule.example), for "
        + schedule.members.map(\.field).joined(separator: ", ") + "."
      return FieldSearch.Named(
        [name, schedule.label, meaning], titles: [], lines: lines(name, [schedule.label], nil, meaning, ", setpoint"))
    }
    return fields + house + schedules
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

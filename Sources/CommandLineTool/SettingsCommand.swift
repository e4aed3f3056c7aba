import ArgumentParser
import Configuration
import FieldCodec
import Foundation
import Mate3
import Registry

/// `mate3 settings`: the settings of a system as a file.
struct SettingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Keeps the settings of a system in a file, compares and restores them.",
    discussion: """
      For who replaces a device, or gives the next system what has proven itself. Devices go by their kind and hub port. \
      What switches something, the clock, calibrations, network, mail and names are not among them.
      """,
    subcommands: [SettingsSave.self, SettingsDiff.self, SettingsApply.self])

  /// - Throws: ``Failure`` for a file that can't be read or understood.
  static func saved(_ path: String, _ registry: Registry) throws(Failure) -> SavedSettings {
    do throws(ConfigurationError) {
      return try SettingsFile.read(path: path, registry)
    } catch {
      throw Failure(.file, error.description)
    }
  }
}

struct SettingsSave: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "save", abstract: "Saves the settings of all devices to a file.",
    discussion: "The file is YAML, a section a device, with units and labels as remarks.")

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions

  @Argument(help: "File to write; - for standard output.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Flag(help: "Replace a file that is there.")
  var force = false

  func run() async throws {
    try OutputFile.check(file, isForced: force)
    let settings = try gateway.settings(broker)
    let reading = try await SystemReading.read(gateway, broker, settings)
    func isSaved(_ setting: SystemReading.Setting) -> Bool { SavedSettings.holds(setting.field, of: setting.block) }
    if let failure = reading.incomplete("the file would be without its settings, and nothing was saved")
      ?? reading.unread("the file would be without that, and nothing was saved", isSaved)
    {
      throw failure
    }
    _ = reading.tellWithoutValue("they are not in the file", isSaved)
    let saved = SavedSettings(of: reading.system)
    let origin =
      gateway.from ?? (broker.isGiven ? settings.configuration.topics.base : settings.configuration.gateway.host)
    let text = SettingsFile.text(saved, settings.registry, origin: origin)
    if file == "-" {
      StandardOutput.write(text)
      return
    }
    try OutputFile.write(text, to: file)
    let count = saved.devices.reduce(0) { $0 + $1.settings.count }
    StandardOutput.print("\(count) settings of \(saved.devices.count) devices in \(file)")
  }
}

struct SettingsDiff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Lists what a system has otherwise than a file.",
    discussion: "The exit status is 0 when everything is as in the file, and 1 when something is not.")

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions

  @Argument(help: "File that settings save has written.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  func run() async throws {
    let settings = try gateway.settings(broker)
    let saved = try SettingsCommand.saved(file, settings.registry)
    let comparison = saved.comparison(with: try await SystemReading.read(gateway, broker, settings).system)
    var lines = comparison.remarks(on: file)
    lines += comparison.differences.map { difference in
      let units = difference.definition.units.map { " \($0)" } ?? ""
      return "\(difference.name): \(difference.now.text)\(units), and \(difference.text)\(units) in the file"
    }
    StandardOutput.print(lines.isEmpty ? "everything is as in \(file)" : lines.joined(separator: "\n"))
    if !comparison.differences.isEmpty || !comparison.absent.isEmpty { throw ExitCode(ExitStatus.other.rawValue) }
  }
}

extension SavedSettings.Comparison {
  /// What can't be compared, and what is worth knowing first.
  func remarks(on file: String) -> [String] {
    otherModels.map { device, saved, here in
      "\(device): \(file) is of a \(Terminal.plain(saved)), and this is a \(Terminal.plain(here))"
    } + absent.map { "\($0): not here" }
  }
}

extension SavedSettings.Difference {
  var name: String { "\(change.device).\(change.field)" }
}

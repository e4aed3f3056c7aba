import ArgumentParser

/// `mate3 battery`: the system beside what its battery bears.
struct BatteryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "battery", abstract: "Compares the settings of the devices with what the battery bears.",
    subcommands: [BatteryCheck.self])
}

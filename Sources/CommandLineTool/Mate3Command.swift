import ArgumentParser

@main
struct Mate3Command: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "mate3",
    abstract: "Bridges an OutBack MATE3, MATE3s or AXS Port to MQTT, and serves a simulated one.",
    version: version,
    subcommands: [
      BridgeCommand.self,
      SimulateCommand.self,
      TrustCommand.self,
      RegistryCommand.self,
    ])
}

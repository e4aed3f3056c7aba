import ArgumentParser
import Foundation

@main
struct Mate3Command: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "mate3",
    abstract: "Bridges an OutBack MATE3, MATE3s or AXS Port to MQTT, reads and writes it, and serves a simulated one.",
    discussion: """
      Without a verb it reads: mate3 --host 192.0.2.7. Called as mate3_write it writes.

      \(ExitStatus.help)
      """,
    version: version,
    subcommands: [
      ReadCommand.self,
      DevicesCommand.self,
      WriteCommand.self,
      WatchCommand.self,
      DumpCommand.self,
      BridgeCommand.self,
      SimulateCommand.self,
      TrustCommand.self,
      RegistryCommand.self,
    ],
    defaultSubcommand: ReadCommand.self)

  /// The verbs that other names of the program stand for.
  private static let verbs = ["mate3_write": "write"]

  static func main() async {
    let name = CommandLine.arguments.first.map { URL(filePath: $0).lastPathComponent } ?? ""
    let arguments = (verbs[name].map { [$0] } ?? []) + CommandLine.arguments.dropFirst()
    do {
      var command = try parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard let failure = Failure(error) else { exit(withError: error) }
      Terminal.writeError("mate3: \(failure.description)")
      Foundation.exit(failure.status.rawValue)
    }
  }
}

import ArgumentParser
import Dispatch
import Foundation

@main
struct Mate3Command: AsyncParsableCommand {
  static let version = "1.0.0"

  static let configuration = CommandConfiguration(
    commandName: "mate3",
    abstract: "Bridges an OutBack MATE3, MATE3s or AXS Port to MQTT, reads and writes it, and serves a simulated one.",
    discussion: """
      Without a verb it reads: mate3 --host 192.0.2.7. Called as mate3_write it writes, as mate3_pg it is pg.

      \(ExitStatus.help)
      """,
    version: version,
    subcommands: [
      ReadCommand.self,
      DevicesCommand.self,
      WriteCommand.self,
      WatchCommand.self,
      HistoryCommand.self,
      DumpCommand.self,
      SetupCommand.self,
      BridgeCommand.self,
      HealthCommand.self,
      SimulateCommand.self,
      TrustCommand.self, ForgetCommand.self,
      BatteryCommand.self,
      SettingsCommand.self,
      RegistryCommand.self,
      PgCommand.self,
      ContainerCommand.self,
    ],
    defaultSubcommand: ReadCommand.self)

  /// The verbs that other names of the program stand for.
  private static let verbs = ["mate3_write": "write", "mate3_pg": "pg"]

  static func main() {
    StandardStreams.prepare()
    let name = CommandLine.arguments.first.map { URL(filePath: $0).lastPathComponent } ?? ""
    let arguments = (verbs[name].map { [$0] } ?? []) + CommandLine.arguments.dropFirst()
    Task {
      await run(arguments)
      StandardOutput.end(EXIT_SUCCESS)
    }
    dispatchMain()
  }

  private static func run(_ arguments: [String]) async {
    do {
      let words = try CommandWords.prepared(arguments)
      try CommandWords.checkOptions(words)
      var command = try parseAsRoot(words)
      do {
        if var command = command as? any AsyncParsableCommand {
          try await command.run()
        } else {
          try command.run()
        }
      } catch let mistake as ValidationError {
        end(type(of: command), with: mistake)
      }
    } catch {
      end(with: error)
    }
  }

  /// A mistake that only the run of a verb has found: the parser would show how the program is called, not the verb.
  private static func end(_ verb: any ParsableCommand.Type, with mistake: ValidationError) -> Never {
    let words = words(of: verb, below: self) ?? []
    let name = ([_commandName] + words).joined(separator: " ")
    StandardError.write("Error: \(mistake.message)\n  See '\(name) --help' for more information.")
    StandardOutput.end(exitCode(for: mistake).rawValue)
  }

  private static func words(of verb: any ParsableCommand.Type, below parent: any ParsableCommand.Type) -> [String]? {
    for child in parent.configuration.subcommands {
      if child == verb { return [child._commandName] }
      if let rest = words(of: verb, below: child) { return [child._commandName] + rest }
    }
    return nil
  }

  private static func end(with error: any Error) -> Never {
    if let failure = Failure(error) {
      StandardError.write("mate3: \(failure.description)")
      StandardOutput.end(failure.status.rawValue)
    }
    // Help and version are errors to the parser.
    let status = exitCode(for: error)
    let words = CommandLine.arguments
    var message = HelpText.usageFirst(fullMessage(for: error))
    if status == .success, let flag = words.firstIndex(of: "--generate-completion-script"),
      let shell = words[(flag + 1)...].first
    {
      message = HelpText.completions(message, shell: shell)
    }
    if message.hasPrefix("Error: Unexpected argument"),
      let place = (try? CommandWords.prepared(Array(words.dropFirst()))).flatMap(CommandWords.placeOfLoneWord),
      let end = message.firstIndex(of: "\n")
    {
      message.insert(contentsOf: "; \(place)", at: end)
    }
    if !message.isEmpty { status == .success ? StandardOutput.print(message) : StandardError.write(message) }
    StandardOutput.end(status.rawValue)
  }
}

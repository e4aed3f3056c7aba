import ArgumentParser
import Registry
import RegistryPipeline

/// `mate3 registry`: what an editor of the register map needs.
struct RegistryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry", abstract: "Works on the register map.",
    subcommands: [
      RegistryFind.self, RegistryLint.self, RegistryList.self, RegistryExtract.self, RegistryCheckCommand.self,
      Generate.self,
    ])

  /// Runs `body`. The problems of a map go to standard error, one a line, and the status is 1.
  static func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as RegistryError {
      for problem in error.problems { StandardError.write("\(problem)") }
      throw ExitCode(ExitStatus.other.rawValue)
    } catch let error as DocumentError {
      throw Failure(.file, error.description)
    }
  }
}

/// The folder of the register map that a verb works on.
struct RegistryOption: ParsableArguments {
  @Option(help: "Folder with the CSV files; without it the map built into the program is used.")
  var registry: String?
}

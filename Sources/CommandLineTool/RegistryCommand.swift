import ArgumentParser
import Foundation
import Registry

struct RegistryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry", abstract: "Works on the register map.", subcommands: [Lint.self, Generate.self])

  struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks the register map.",
      discussion: """
        Reports overlaps, gaps, unknown units, scale factors, enumerations and flags that are cited but not there, \
        and names that stand twice, each with file, line and column. Exit status 1 when there is an error.
        """)

    @Option(help: "Folder with the CSV files; without it the map built into the program is checked.")
    var registry: String?

    func run() throws {
      let problems: [RegistryProblem]
      do {
        let registry = try registry.map { try Registry.load(directory: $0) } ?? Registry.embedded()
        problems = registry.warnings
        let fields = registry.blocks.reduce(0) { $0 + $1.fields.count }
        print("\(registry.blocks.count) blocks, \(fields) fields, 0 errors, \(problems.count) warnings")
      } catch let error as RegistryError {
        for problem in error.problems { FileHandle.standardError.write(Data("\(problem)\n".utf8)) }
        throw ExitCode(1)
      }
      for problem in problems { FileHandle.standardError.write(Data("\(problem)\n".utf8)) }
    }
  }
}

import ArgumentParser
import Foundation
import Registry
import RegistryPipeline

/// `mate3 registry extract`: the tables of the vendor's application note as CSV.
struct RegistryExtract: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Prints the tables of OutBack's application note as CSV.",
    discussion: """
      Needs pdftotext of the package poppler-utils. Wrapped cells are joined and tables that run over several pages put \
      together. With --output a file a table, else all of them on standard output, each below its title.
      """)

  @Option(help: "The application note (PDF).")
  var pdf: String

  @Option(name: .shortAndLong, help: "Folder for the files; it is made when it is missing.")
  var output: String?

  func run() throws {
    try RegistryCommand.reporting {
      let reader = try TableReader(pdf: pdf)
      for problem in reader.problems { StandardError.write("\(pdf): \(problem)") }
      if let output {
        try write(reader.tables, to: URL(fileURLWithPath: output, isDirectory: true))
      } else {
        let text = reader.tables.map { "Table \($0.number) \($0.title)\n\($0.csv)" }.joined(separator: "\n")
        StandardOutput.write(text)
      }
      let rows = reader.tables.reduce(0) { $0 + $1.rows.count }
      StandardError.write("\(reader.tables.count) tables, \(rows) rows")
    }
  }

  private func write(_ tables: [DocumentTable], to folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for table in tables {
        try Data(table.csv.utf8).write(to: folder.appendingPathComponent(table.fileName), options: .atomic)
      }
    } catch {
      throw Failure(.file, "\(folder.path) can't be written (\(error.systemReason)); choose another place")
    }
  }
}

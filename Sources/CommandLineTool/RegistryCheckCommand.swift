import ArgumentParser
import Registry
import RegistryPipeline

/// `mate3 registry check`: the register map beside the vendor's documents.
struct RegistryCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compares the register map with OutBack's documents.",
    discussion: """
      Every documented field: place, size, name, type, units, scale factor, access, values and bits. A difference is to \
      be mended, or listed with its reason in exceptions.csv beside the map. Exit status 1 when one is not listed, or \
      one that is listed is none any more. Needs pdftotext (package poppler-utils), and unzip for --xlsx.
      """)

  @Option(help: "The application note (PDF).")
  var pdf: String?

  @Option(help: "The later register map (XLSX).")
  var xlsx: String?

  @Flag(help: "Print what is not listed as rows for exceptions.csv, whose reasons are yours to fill in.")
  var csv = false

  @OptionGroup var option: RegistryOption

  func validate() throws {
    if pdf == nil, xlsx == nil { throw ValidationError("give a document with --pdf or --xlsx") }
  }

  func run() throws {
    try RegistryCommand.reporting {
      // A map that is being edited may allow more than the one built in; nothing is written to a gateway here.
      let registry = try option.registry.map { try Registry.load(directory: $0) } ?? Registry.embedded()
      var check = RegistryCheck(registry: registry, exceptions: try Exceptions.load(directory: option.registry))
      if let pdf {
        let reader = try TableReader(pdf: pdf)
        for problem in reader.problems { StandardError.write("\(pdf): \(problem)") }
        check.compare(Document(note: reader.tables))
      }
      if let xlsx { check.compare(try Document(xlsx: xlsx)) }
      report(check)
      guard check.passes else { throw ExitCode(1) }
    }
  }

  private func report(_ check: RegistryCheck) {
    for difference in check.unlisted {
      if csv { StandardOutput.write(difference.csv(reason: "")) } else { StandardError.write("\(difference)") }
    }
    for entry in check.stale {
      StandardError.write("exceptions.csv:\(entry.line): is no difference any more; take the row out")
    }
    let counts =
      "\(check.fields) fields compared in \(check.facts) facts, \(check.listed.count) differences listed, "
      + "\(check.unlisted.count) not listed"
    if csv { StandardError.write(counts) } else { StandardOutput.print(counts) }
  }
}

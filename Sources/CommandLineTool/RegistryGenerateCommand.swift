import ArgumentParser
import Foundation
import Registry
import TypedNames

extension RegistryCommand {
  /// `mate3 registry generate`: the library's typed names.
  struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes the typed names of the library, as Swift files.",
      discussion: "A file a block, one of the enumerations and one of the flags. Files of other names are removed.")

    @Option(help: "Folder with the CSV files; without it the map built into the program is used.")
    var registry: String?

    @Option(name: .shortAndLong, help: "Folder to write to.")
    var output = "Sources/Mate3/Generated"

    func run() throws {
      let registry = try registry.map { try Registry.load(directory: $0) } ?? Registry.embedded()
      let files = TypedNames(registry).files
      let folder = URL(filePath: output, directoryHint: .isDirectory)
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
        where name.hasSuffix(".swift") && files[name] == nil {
          try FileManager.default.removeItem(at: folder.appending(path: name))
        }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name), options: .atomic) }
      } catch {
        throw Failure(.file, "can't write to \(output): \(error.systemReason)")
      }
      StandardOutput.print("\(files.count) files in \(output)")
    }
  }
}

import ArgumentParser
import Foundation
import Mate3

/// `mate3 dump`: every register of a gateway, to be looked at later or sent to somebody.
struct DumpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Saves every register to a file.",
    discussion: """
      The file is JSON, {"40000": 21365, …}; read, devices, write --dry-run and simulate take it with --from. Passwords \
      and keys are always zero in it. Without --redact it has your network settings and mail addresses.
      """)

  @OptionGroup var gateway: GatewayOptions

  @Argument(help: "File to write; - for standard output.", completion: .file(extensions: ["json"]))
  var file: String

  @Flag(help: "Replace names, mail, network settings, serials and the MAC; what is equal stays equal.")
  var redact = false

  func run() async throws {
    let connection = try await gateway.open(try gateway.settings())
    defer { connection.close() }
    var copy = try await connection.registers()
    gateway.tell(await connection.traffic)
    if redact { copy = copy.redacted }
    if file == "-" {
      StandardOutput.write(copy.json)
      return
    }
    do {
      try Data(copy.json.utf8).write(to: URL(filePath: file), options: .atomic)
    } catch {
      throw Failure(.file, "\(file) can't be written (\(error.localizedDescription)); choose another place")
    }
    StandardOutput.print("\(copy.words.count) registers in \(file)")
  }
}

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

  // To say why it is not there.
  @Option(help: .hidden) var broker: String?

  @Flag(help: "Replace names, mail, network settings, serials and the MAC; what is equal stays equal.")
  var redact = false

  @Flag(help: "Replace a file that is there.")
  var force = false

  func validate() throws {
    guard broker == nil else {
      throw ValidationError(
        "A dump has every register, and a bridge publishes values: stop the bridge, dump with --host, and start it again; "
          + "mate3 read --broker URL --format json gives the values.")
    }
  }

  func run() async throws {
    try OutputFile.check(file, isForced: force)
    let connection = try await gateway.open(try gateway.settings())
    defer { connection.close() }
    var copy = try await connection.registers()
    gateway.tell(await connection.traffic)
    if redact { copy = copy.redacted }
    if file == "-" {
      StandardOutput.write(copy.json)
      return
    }
    try OutputFile.write(copy.json, to: file)
    StandardOutput.print("\(copy.words.count) registers in \(file)")
  }
}

import ArgumentParser
import Mate3
import RegisterIO

/// `mate3 read`, and `mate3` without a verb: values of the gateway's devices.
struct ReadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read", abstract: "Prints what the gateway's devices show.",
    discussion: """
      Everything readable, or what --device, --hub-port and --field ask for, and then no more than that is read from \
      the gateway. Passwords are never printed.
      """)

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions
  @OptionGroup var selection: SelectionOptions

  @Option(
    name: [.customShort("f"), .long], help: "How to print: a table for eyes, JSON on many lines or on one, or CSV.")
  var format = OutputFormat.text

  @Flag(help: "In the table, show also what is not implemented, and scale factors.")
  var all = false

  @Flag(help: "Replace names, mail, network settings, serials and the MAC; what is equal stays equal.")
  var redact = false

  @Flag(help: "Say on standard error how many requests and registers it took.")
  var stats = false

  func run() async throws {
    let settings = try gateway.settings(broker)
    let selection = try selection.selection(settings)
    if broker.isGiven {
      guard !redact else { throw ValidationError("--redact does not go with --broker.") }
      let devices = try await BridgeClient.with(settings.configuration) {
        try await $0.devices(settings.registry, selection)
      }
      StandardOutput.write(devices.text(format, showsAll: all))
      return
    }
    let connection = try await gateway.open(settings)
    defer { connection.close() }
    var readings: [DeviceReading]
    if redact {
      // What replaces a text depends on all that stand before it, so the whole map is read.
      let copy = try await connection.registers().redacted
      let replay = try Gateway(RecordedConnection(copy.words), registry: settings.registry)
      readings = try await replay.read(selection)
    } else {
      readings = try await connection.read(selection)
    }
    let refused = await connection.refused
    if !refused.isEmpty {
      StandardError.write(
        "mate3: the gateway refused to read the registers \(refused.map(\.description).joined(separator: ", ")); "
          + "their fields are left out")
    }
    gateway.tell(await connection.traffic, always: stats)
    StandardOutput.write(readings.map(DeviceOutput.init).text(format, showsAll: all))
  }
}

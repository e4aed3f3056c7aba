import ArgumentParser
import FieldCodec
import Foundation
import Mate3
import ModbusTransport
import RegisterIO
import Registry
import Simulator

/// Which gateway a verb is about: one on the network, or a recorded one.
struct GatewayOptions: ParsableArguments {
  @Option(name: [.customShort("H"), .long], help: "Name or address of the gateway.")
  var host: String?

  @Option(help: "Its Modbus TCP port.")
  var port: UInt16 = 502

  @Option(help: "Its Modbus unit id.")
  var unit: UInt8 = 1

  @Option(
    help: "A register dump (JSON) or a described system (YAML), to be looked at instead of a gateway.",
    completion: .file(extensions: ["json", "yaml", "yml"]))
  var from: String?

  @Option(help: "Seconds to wait for an answer.")
  var timeout = 1.0

  @Option(help: "Most registers in one request, 4 to 125.")
  var maxRead = 100

  @Option(help: "Folder with a register map to use instead of the built-in one.", completion: .directory)
  var registry: String?

  func validate() throws {
    guard (4...125).contains(maxRead) else { throw ValidationError("--max-read takes 4 to 125 registers.") }
    guard timeout >= 0.1, timeout <= 60 else { throw ValidationError("--timeout takes 0.1 to 60 seconds.") }
    guard host == nil || from == nil else { throw ValidationError("Give --host or --from, not both.") }
  }

  func loadRegistry() throws -> Registry {
    try registry.map { try Registry.override(directory: $0) } ?? .embedded()
  }

  /// Connects, or loads the file.
  func open(
    _ registry: Registry, policy: CommandPolicy = CommandPolicy(), pins: PinBook = PinBook()
  ) async throws -> Gateway {
    if let from {
      let image = try RegisterImage.load(file: from, registry: registry)
      let words = Dictionary(image.registers.map { ($0.address, $0.word) }, uniquingKeysWith: { first, _ in first })
      return try Gateway(
        RecordedConnection(words), registry: registry, policy: policy, pins: pins, maxRead: maxRead)
    }
    guard let host else {
      throw ValidationError("Name the gateway with --host, or a file with a recorded one with --from.")
    }
    return try await Gateway.connect(
      ModbusOptions(host: host, port: port, unit: unit, responseTimeout: .milliseconds(Int64(timeout * 1000))),
      registry: registry, policy: policy, pins: pins, maxRead: maxRead)
  }
}

/// Which devices and fields a verb is about.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Device, such as charge_controller or charge_controller/3; may be repeated and have wildcards."))
  var device: [String] = []

  @Option(help: "Hub port; may be repeated.")
  var hubPort: [Int] = []

  @Option(help: "Field, such as battery_voltage; may be repeated and have wildcards, as in '*_kwh'.")
  var field: [String] = []

  var selection: ReadSelection { ReadSelection(devices: device, ports: Set(hubPort), fields: field) }
}

import ArgumentParser
import Configuration
import Foundation
import Mate3
import Registry
import StateStore

/// `mate3 devices`: what is connected.
struct DevicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "Lists the connected devices.",
    discussion: """
      The identity says how surely a device can be told from the others: unique by its serial, sole as the only one of \
      its kind, ambiguous where only the port differs. The pin says whether it is the device that was there when it was \
      first seen by a bridge or a write with the same state directory.
      """)

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions
  @OptionGroup var state: StateOptions

  @Option(
    name: [.customShort("f"), .long], help: "How to print: a table for eyes, JSON on many lines or on one, or CSV.")
  var format = OutputFormat.text

  @Flag(help: "Show also the settings of a device, which have a name of their own.")
  var all = false

  func run() async throws {
    let settings = try gateway.settings(broker, state)
    let rows: [DeviceRow]
    if broker.isGiven {
      rows = try await BridgeClient.with(settings.configuration) { try await $0.deviceRows() }
        .filter { row in all || settings.registry.block(named: row.block)?.kind != .configuration }
    } else {
      let (pins, isKnown) = savedPins(settings.configuration.stateDirectory)
      let connection = try await gateway.open(settings, pins: pins)
      defer { connection.close() }
      if await !connection.pins.pins.isEmpty { try await connection.confirmIdentity() }
      rows = try await connection.devices.filter { all || !$0.isPart }
        .map {
          DeviceRow($0, isPinned: pins.pins[PinKey(block: $0.block.name, port: $0.port)] != nil, isKnown: isKnown)
        }
      gateway.tell(await connection.traffic)
    }
    switch format {
    case .json: StandardOutput.print(JSONText.array(rows.map(\.json)).compact)
    case .prettyjson: StandardOutput.print(JSONText.array(rows.map(\.json)).pretty())
    case .csv:
      StandardOutput.print("name,port,block,model,firmware,serial,identity,pin,address,length")
      for row in rows { StandardOutput.print(CSVLine.text(row.cells.map(Terminal.plain))) }
    case .text: printTable(rows)
    }
  }

  /// The pins that a bridge or a write has kept. A recorded system has none.
  private func savedPins(_ path: String) -> (PinBook, isKnown: Bool) {
    guard gateway.from == nil || state.stateDir != nil else { return (PinBook(), true) }
    guard FileManager.default.fileExists(atPath: path) else { return (PinBook(), true) }
    do {
      return (try PinFile(try StateDirectory(path, owner: "mate3 devices")).load(), true)
    } catch {
      StandardError.write("mate3: \(error)")
      return (PinBook(), false)
    }
  }

  private func printTable(_ rows: [DeviceRow]) {
    var table = TextTable(width: Terminal.width)
    table.add(["DEVICE", "PORT", "MODEL", "FIRMWARE", "SERIAL", "IDENTITY", "PIN", "ADDRESS"])
    for row in rows {
      table.add(
        [
          row.name, String(row.port), row.model ?? "-", row.firmware ?? "-", row.serial ?? "-", row.identity ?? "-",
          row.pin ?? "-", row.address.map { String($0) } ?? "-",
        ].map(Terminal.plain))
    }
    let style = TextStyle(isColored: Terminal.hasColor)
    for line in table.lines({ text, row, _ in row == 0 ? style.bold(text) : text }) { StandardOutput.print(line) }
    for row in rows {
      if let reason = row.reason { StandardOutput.print("\(row.name)/\(row.port): \(Terminal.plain(reason))") }
    }
  }
}

/// A device as the list shows it.
struct DeviceRow {
  var name: String
  var port: Int
  var block: String
  var address: Int?
  var length: Int?
  var model: String?
  var serial: String?
  var firmware: String?
  var identity: String?
  var pin: String?
  var reason: String?

  init(_ device: Device, isPinned: Bool, isKnown: Bool) {
    name = device.name
    port = device.port
    block = device.block.name
    address = device.address
    length = device.length
    model = device.model
    serial = device.serial
    firmware = device.firmware
    identity = device.identity?.rawValue
    reason = isPinned ? device.pinState?.reason : nil
    switch device.pinState {
    case nil: pin = nil
    case _ where !isKnown: pin = "unknown"
    case _ where !isPinned: pin = "none"
    case .trusted: pin = "trusted"
    case .changed: pin = "changed"
    default: pin = "untrusted"
    }
  }

  /// As in the JSON.
  fileprivate var cells: [String] {
    [
      name, String(port), block, model ?? "", firmware ?? "", serial ?? "", identity ?? "", pin ?? "",
      address.map { String($0) } ?? "", length.map { String($0) } ?? "",
    ]
  }

  fileprivate var json: JSONText {
    func text(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }
    return .object([
      ("name", .string(name)), ("port", .integer(port)), ("block", .string(block)), ("model", text(model)),
      ("firmware", text(firmware)), ("serial", text(serial)), ("identity", text(identity)), ("pin", text(pin)),
      ("address", address.map { .integer($0) } ?? .null), ("length", length.map { .integer($0) } ?? .null),
    ])
  }
}

/// As the bridge lists it.
extension DeviceRow: Decodable {
  private enum CodingKeys: String, CodingKey {
    case name, port, block, address, length, model, serial, firmware, grade, trusted
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    port = try container.decode(Int.self, forKey: .port)
    block = try container.decode(String.self, forKey: .block)
    address = try container.decodeIfPresent(Int.self, forKey: .address)
    length = try container.decodeIfPresent(Int.self, forKey: .length)
    model = try container.decodeIfPresent(String.self, forKey: .model)
    serial = try container.decodeIfPresent(String.self, forKey: .serial)
    firmware = try container.decodeIfPresent(String.self, forKey: .firmware)
    identity = try container.decodeIfPresent(String.self, forKey: .grade)
    pin = try container.decodeIfPresent(Bool.self, forKey: .trusted).map { $0 ? "trusted" : "untrusted" }
  }
}

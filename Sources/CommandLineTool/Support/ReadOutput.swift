import ArgumentParser
import FieldCodec
import Foundation
import Mate3
import Registry

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, prettyjson, json, csv

  init?(argument: String) { self.init(rawValue: argument.lowercased()) }
}

/// Lines of comma-separated values (RFC 4180, with the line ends of this system).
enum CSVLine {
  static func text(_ cells: [String]) -> String {
    cells.map { cell in
      let needsQuotes = cell.utf8.contains { ",\"\r\n".utf8.contains($0) }
      return needsQuotes ? "\"\(cell.replacing(scalar: "\"", with: "\"\""))\"" : cell
    }.joined(separator: ",")
  }
}

extension FieldDefinition {
  /// A value as printed for people and programs alike: points of time as such, or "never".
  func moment(_ value: FieldValue) -> String? {
    guard isMoment, case .number(let number) = value, let seconds = number.coefficient(atExponent: 0) else {
      return nil
    }
    // Never, as a gateway shifts it by its time zone.
    guard abs(seconds) > 86400 else { return "never" }
    return Date(timeIntervalSince1970: Double(seconds)).formatted(Date.ISO8601FormatStyle())
  }

  /// A value without its units.
  func text(_ value: FieldValue) -> String {
    if let moment = moment(value) { return moment }
    guard case .flags(let bits, let table) = value else { return Terminal.plain(value.text) }
    return bits == 0 ? "none" : table.names(in: bits).joined(separator: " ")
  }

  /// The units of what ``text(_:)`` gives.
  var shownUnits: String? { isMoment ? nil : units }
}

/// A device with its values as printed, read from the gateway or heard from a bridge.
struct DeviceOutput {
  struct Field {
    var definition: FieldDefinition
    var address: Int?
    var registers: [UInt16]
    var scaleFactor: Int?
    var raw: JSONText
    var value: FieldValue
  }

  var key: DeviceKey
  /// Name of its block in the register map.
  var block: String
  var title: String
  var address: Int?
  var fields: [Field]

  init(key: DeviceKey, block: String, title: String, address: Int?, fields: [Field]) {
    self.key = key
    self.block = block
    self.title = title
    self.address = address
    self.fields = fields
  }

  init(_ reading: DeviceReading) {
    key = reading.key
    block = reading.definition.name
    title = reading.definition.label
    address = reading.address
    fields = reading.fields.map { field in
      // Text and addresses have no number; their raw value is the text, unless there is none.
      let raw: JSONText = field.rawNumber.map { .integer($0) } ?? JSONText(field.value)
      return Field(
        definition: field.definition, address: field.address, registers: field.registers,
        scaleFactor: field.scaleFactor, raw: raw, value: field.value)
    }
  }

  var json: JSONText {
    .object([
      ("name", .string(key.name)), ("address", address.map { .integer($0) } ?? .null), ("port", .integer(key.port)),
      ("values", .object(fields.map { ($0.definition.name, $0.json) })),
    ])
  }
}

extension DeviceOutput.Field {
  fileprivate var json: JSONText {
    .object([
      ("implemented", .bool(value.isPresent)), ("scale_factor", scaleFactor.map { .integer($0) } ?? .null),
      ("address", address.map { .integer($0) } ?? .null), ("registers", .array(registers.map { .integer($0) })),
      ("raw_value", raw), ("value", definition.json(value)),
      ("units", definition.shownUnits.map { .string($0) } ?? .null),
    ])
  }

  /// The value for eyes: with units, the number of a label, and flags in words.
  fileprivate var shown: String {
    switch value {
    case .notImplemented: "not implemented"
    case .unreadable: "unreadable: its scale factor is not implemented"
    case .number where definition.isMoment: definition.text(value)
    case .number(let number): definition.units.map { "\(number) \($0)" } ?? number.description
    case .enumerated(let number, let entry): entry.map { "\($0.label) (\(number))" } ?? "\(number) (no label)"
    case .flags(0, _): "none"
    case .flags(let bits, let table): table.names(in: bits).joined(separator: ", ")
    case .text, .address: Terminal.plain(value.text)
    }
  }

  /// Whether it is in a table that does not show all.
  fileprivate var isShown: Bool { value.isPresent && definition.type != .sunssf }

  /// The unscaled number or the text.
  fileprivate var rawText: String {
    switch raw {
    case .number(let text), .string(let text): Terminal.plain(text)
    default: ""
    }
  }

  fileprivate var isProblem: Bool {
    guard case .flags(let bits, let table) = value else { return false }
    return table.entries.contains { $0.isProblem && bits & (1 << UInt32($0.bit)) != 0 }
  }
}

extension FieldDefinition {
  /// A value in JSON; null for a moment that never was.
  func json(_ value: FieldValue) -> JSONText {
    guard let moment = moment(value) else { return JSONText(value) }
    return moment == "never" ? .null : .string(moment)
  }
}

extension [DeviceOutput] {
  /// A line a field.
  private func csv(showsAll: Bool) -> String {
    var lines = ["device,port,field,value,units,raw_value"]
    for device in self {
      for field in device.fields where showsAll || field.value.isPresent {
        let (definition, value) = (field.definition, field.value)
        lines.append(
          CSVLine.text([
            device.key.name, String(device.key.port), definition.name, value.isPresent ? definition.text(value) : "",
            definition.shownUnits ?? "", field.rawText,
          ]))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// - Parameter showsAll: also what is not implemented, and scale factors.
  func text(showsAll: Bool, width: Int?, style: TextStyle) -> String {
    var blocks: [String] = []
    // A field that was asked for need not have a value everywhere.
    let full = showsAll ? self : filter { $0.fields.contains { $0.isShown } }
    for device in full.isEmpty ? self : full {
      var table = TextTable(width: width.map { $0 - 2 })
      let fields = device.fields.filter { showsAll || $0.isShown }
      for field in fields { table.add([field.definition.name, field.shown, field.definition.label]) }
      let lines = table.lines { text, row, column in
        switch column {
        case 1 where fields[row].isProblem: style.alarm(text)
        case 2: style.dim(text)
        default: text
        }
      }
      let place = device.key.port == 0 ? "" : ", port \(device.key.port)"
      let heading = style.bold("\(device.key)") + style.dim("  \(device.title)\(place)")
      blocks.append(([heading] + lines.map { "  " + $0 }).joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n") + (isEmpty ? "" : "\n")
  }

  func text(_ format: OutputFormat, showsAll: Bool) -> String {
    switch format {
    case .json: JSONText.array(map(\.json)).compact + "\n"
    case .prettyjson: JSONText.array(map(\.json)).pretty() + "\n"
    case .csv: csv(showsAll: showsAll)
    case .text: text(showsAll: showsAll, width: Terminal.width, style: TextStyle(isColored: Terminal.hasColor))
    }
  }
}

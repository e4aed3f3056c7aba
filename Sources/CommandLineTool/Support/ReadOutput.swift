import ArgumentParser
import FieldCodec
import Mate3
import Registry

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, prettyjson, json
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
  var title: String
  var address: Int?
  var fields: [Field]

  init(key: DeviceKey, title: String, address: Int?, fields: [Field]) {
    self.key = key
    self.title = title
    self.address = address
    self.fields = fields
  }

  init(_ reading: DeviceReading) {
    key = reading.key
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
      ("raw_value", raw), ("value", JSONText(value)), ("units", definition.units.map { .string($0) } ?? .null),
    ])
  }

  /// The value for eyes: with units, the number of a label, and flags in words.
  fileprivate var shown: String {
    switch value {
    case .notImplemented: "not implemented"
    case .unreadable: "unreadable: its scale factor is not implemented"
    case .number(let number): definition.units.map { "\(number) \($0)" } ?? number.description
    case .enumerated(let number, let entry): entry.map { "\($0.label) (\(number))" } ?? "\(number) (no label)"
    case .flags(0, _): "none"
    case .flags(let bits, let table): table.names(in: bits).joined(separator: ", ")
    case .text, .address: Terminal.plain(value.text)
    }
  }

  fileprivate var isProblem: Bool {
    guard case .flags(let bits, let table) = value else { return false }
    return table.entries.contains { $0.isProblem && bits & (1 << UInt32($0.bit)) != 0 }
  }
}

extension [DeviceOutput] {
  /// - Parameter showsAll: also what is not implemented, and scale factors.
  func text(showsAll: Bool, width: Int?, style: TextStyle) -> String {
    var blocks: [String] = []
    for device in self {
      var table = TextTable(width: width.map { $0 - 2 })
      let fields = device.fields.filter { showsAll || ($0.value.isPresent && $0.definition.type != .sunssf) }
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
    case .text: text(showsAll: showsAll, width: Terminal.width, style: TextStyle(isColored: Terminal.hasColor))
    }
  }
}

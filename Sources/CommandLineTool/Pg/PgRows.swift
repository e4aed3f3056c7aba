import Configuration
import FieldCodec
import Foundation
import Mate3
import PostgresStore
import Registry

/// Makes rows of what is read, by the definitions of the tables.
struct PgRows: Sendable {
  let tables: [WideTable]
  private let definitions: [TableDefinitions.Table]

  init(_ definitions: [TableDefinitions.Table]) {
    self.definitions = definitions
    tables = definitions.map { table in
      WideTable(
        name: table.name,
        columns: table.columns.map { column in
          let field = column.field
          let kind: WideColumn.Kind =
            !field.type.isNumeric || field.type == .ipv4
            ? .text : field.scaleFactorIndex != nil ? .scaled : .integer
          return WideColumn(name: column.name, kind: kind)
        })
    }
  }

  /// What is to be read.
  /// - Parameter blocks: of devices that have a name of the owner's.
  func devices(_ blocks: [DeviceKey: String]) -> [String] {
    let names = definitions.flatMap(\.columns).map { column in
      guard let port = column.port else { return column.block }
      let own = blocks.first { $0.value == column.block && $0.key.port == port }?.key.name
      return "\(own ?? column.block)/\(port)"
    }
    return Set(names).sorted()
  }

  /// The rows of one moment; none of a table of which nothing is there.
  func rows(_ devices: [DeviceOutput], at time: Int64) -> [WideRow] {
    definitions.enumerated().compactMap { index, table in
      let values = table.columns.map { column -> WideValue? in
        let device = devices.first { $0.block == column.block && (column.port == nil || $0.key.port == column.port) }
        guard let device, let field = device.fields.first(where: { $0.definition.name == column.field.name }),
          field.value.isPresent
        else { return nil }
        return WideValue(field, of: device)
      }
      return values.contains { $0 != nil } ? WideRow(table: index, time: time, values: values) : nil
    }
  }
}

extension WideValue {
  fileprivate init(_ field: DeviceOutput.Field, of device: DeviceOutput) {
    var raw: Int64?
    if case .number(let digits) = field.raw { raw = Int64(digits) }
    var exponent = field.scaleFactor
    // A bridge shows no registers. With topics.internal it shows the scale factors.
    if raw == nil, let index = field.definition.scaleFactorIndex, case .number(let number) = field.value,
      let factor = device.fields.first(where: { $0.definition.index == index }), case .number(let power) = factor.value,
      let power = power.coefficient(atExponent: 0), (-10...10).contains(power)
    {
      exponent = Int(power)
      raw = number.coefficient(atExponent: Int(power))
    }
    let text =
      switch field.value {
      case .number(let number): number.description
      case .enumerated(let number, _): "\(number)"
      case .flags(let bits, _): "\(bits)"
      default: field.value.text
      }
    self.init(raw: raw, text: text, exponent: exponent)
  }
}

public import FieldCodec
import RegisterIO
public import Registry

/// One field of a device as read.
public struct FieldReading: Sendable {
  /// What the register map says of it.
  public let definition: FieldDefinition
  /// Address of its first register.
  public let address: Int
  /// The words as read.
  public let registers: [UInt16]
  /// The power of ten that the field's scale factor stands for; nil without one, or with one that can't be used.
  public let scaleFactor: Int?
  /// The value, in the field's units.
  public let value: FieldValue

  /// Name of the field, such as `battery_voltage`.
  public var name: String { definition.name }
  /// Unit symbol, or nil.
  public var units: String? { definition.units }
  /// The unscaled number in the words; nil for text and addresses.
  public var rawNumber: Int64? { definition.rawNumber(registers) }
}

/// A device, or one half of it: a block of the gateway's map, with the fields that were read.
public struct DeviceReading: Sendable {
  /// Name and port of the device.
  public let key: DeviceKey
  /// Address of the block's first register.
  public let address: Int
  /// Registers that follow id and length, as the device says.
  public let length: Int
  /// The block in the register map.
  public let definition: BlockDefinition
  /// In order of address. Fields past the block's end are not there, nor are write-only ones and passwords.
  public let fields: [FieldReading]

  /// Name of the device.
  public var name: String { key.name }
  /// Hub port, 0 for blocks without one.
  public var port: Int { key.port }

  /// The reading of a field by its name; nil when the device does not have it, or it was not read.
  public subscript(field: String) -> FieldReading? { fields.first { $0.name == field } }

  /// The value of a field by its typed name; nil when the device does not have it, or it was not read.
  public subscript<Value>(field: Field<Value>) -> Value? {
    guard field.block == definition.name, let reading = self[field.name] else { return nil }
    return Value(fieldValue: reading.value)
  }
}

extension DeviceReading {
  /// Decodes the wanted fields of a block whose words were all read.
  init(_ block: PlacedBlock, _ selection: ReadSelection, words: (Int) -> UInt16?) {
    key = block.key
    address = block.address
    length = block.length
    definition = block.definition
    var fields: [FieldReading] = []
    for field in block.definition.fields
    where field.access.isReadable && field.privacy != .secret && selection.matches(field: field.name) {
      guard let range = block.range(of: field) else { continue }
      let read = (range.start..<range.end).compactMap(words)
      guard read.count == range.count else { continue }
      let scale = block.definition.scaleFactor(of: field).flatMap { block.range(of: $0) }.flatMap { words($0.start) }
      fields.append(
        FieldReading(
          definition: field, address: range.start, registers: read,
          scaleFactor: scale.flatMap(FieldDefinition.scaleExponent(word:)),
          value: field.decode(read, scaleWord: scale)))
    }
    self.fields = fields
  }
}

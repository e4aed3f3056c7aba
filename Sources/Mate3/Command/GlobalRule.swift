import FieldCodec
import RegisterIO
import Registry

/// A setpoint of `system_control` becomes that of every device (note table 22): it must keep its order with the other
/// settings of each.
struct GlobalRule: Sendable {
  private struct Place: Sendable {
    let block: PlacedBlock
    /// What the setpoint becomes on this device, and what its order is looked at with.
    let own: FieldDefinition
    let fields: [(field: FieldDefinition, range: RegisterRange)]
    let scale: RegisterRange?
  }

  private static let names = ["set_absorb_voltage": "absorb_volts", "set_float_voltage": "float_volts"]

  /// The setpoint for all devices that sets a field of each; nil where there is none.
  static func global(setting field: String) -> String? { names.first { $0.value == field }?.key }

  private let places: [Place]

  /// Nil where the field is none that has an order on the devices.
  init?(_ layout: SystemLayout, changing field: FieldDefinition, of block: PlacedBlock) {
    guard block.definition.kind == .system, let name = Self.names[field.name] else { return nil }
    places = layout.blocks.filter { !$0.isDuplicate }.compactMap { block in
      let rules = OrderRule.all.filter {
        $0.block == block.definition.name && ($0.lower == name || $0.upper == name)
      }
      guard !rules.isEmpty, let own = block.definition.field(name) else { return nil }
      let fields = Set(rules.flatMap { [$0.lower, $0.upper] }).sorted().compactMap { name in
        block.definition.field(name).flatMap { field in block.range(of: field).map { (field, $0) } }
      }
      return Place(
        block: block, own: own, fields: fields,
        scale: block.definition.scaleFactor(of: own).flatMap(block.range(of:)))
    }
  }

  /// What must be read, with the headers that show that the devices still stand there.
  var reads: [RegisterRange] {
    places.flatMap { place in place.fields.map(\.range) + [place.scale, place.block.header].compactMap(\.self) }
  }

  var devices: [DeviceKey] { places.map(\.block.key) }

  /// Whether another block stands where a device was seen last.
  func isMoved(_ read: (RegisterRange) -> [UInt16]?) -> Bool { places.contains { $0.block.isMoved(read) } }

  /// Why a value may not be set as the devices stand, or nil. An order that is broken already may be mended step by step.
  func refusal(_ value: ScaledDecimal, _ read: (RegisterRange) -> [UInt16]?) -> CommandRefusal? {
    for place in places {
      let scale = place.scale.flatMap { read($0)?.first }
      if let (field, _) = place.fields.first(where: { !$0.field.hasValue(read($0.range), scaleWord: scale) }) {
        return .notKnown(field.name, of: place.block.key)
      }
      let values = place.fields.compactMap { field, range in
        read(range).map { (field.name, field.decode($0, scaleWord: scale)) }
      }
      let system = SystemValues(
        [SystemValues.Member(key: place.block.key, definition: place.block.definition)],
        [place.block.key: Dictionary(values, uniquingKeysWith: { first, _ in first })])
      let change = SetpointChange(
        device: place.block.key, block: place.block.definition.name, field: place.own.name, value: .number(value))
      guard let reason = OrderRule.conflict(change, in: system) else { continue }
      return CommandRefusal(
        .crossField, "it would be set on \(place.block.key) too, where \(reason); change the other one first")
    }
    return nil
  }

  /// The words that the devices will hold.
  func effects(
    _ value: ScaledDecimal, _ read: (RegisterRange) -> [UInt16]?
  ) -> [(range: RegisterRange, words: [UInt16])] {
    places.compactMap { place in
      guard let range = place.fields.first(where: { $0.field.name == place.own.name })?.range,
        let words = try? place.own.encode("\(value)", scaleWord: place.scale.flatMap { read($0)?.first })
      else { return nil }
      return (range, words)
    }
  }
}

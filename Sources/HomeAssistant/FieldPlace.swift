package import FieldCodec
package import Mate3
package import Registry

/// A field of a device, by the register map's names, which the owner's names do not change.
package struct FieldPlace: Hashable, Sendable {
  package let block: String
  /// Hub port, 0 for blocks without one.
  package let port: Int
  package let field: String

  package init(_ field: FieldDefinition, of block: PlacedBlock) {
    self.block = block.definition.name
    port = block.key.port
    self.field = field.name
  }
}

/// What this system was seen to have: the fields that it implements, and values that no document lists.
package struct Observations: Sendable, Equatable {
  /// More than these numbers of one field are not listed: it is no enumeration then.
  static let numberLimit = 64

  /// The last value of each field that had one since the start. A field that has none for a moment stays announced.
  package private(set) var values: [FieldPlace: FieldValue] = [:]
  /// Numbers of enumerated fields outside their enumerations, since the last scan.
  package private(set) var numbers: [FieldPlace: Set<Int>] = [:]
  /// Lowest and highest number of each field that can be written as a number, since the last scan.
  package private(set) var extremes: [FieldPlace: ClosedRange<ScaledDecimal>] = [:]

  package init() {}

  /// A scan's values follow. What only stood for a moment, as in a gateway that rebooted, is forgotten.
  package mutating func beginScan() {
    numbers = [:]
    extremes = [:]
  }

  /// - Returns: whether anything was seen that was not known.
  @discardableResult
  package mutating func observe(_ value: FieldValue, of field: FieldDefinition, at place: FieldPlace) -> Bool {
    guard value.isPresent else { return false }
    let isFirst = values.updateValue(value, forKey: place) == nil
    switch value {
    case .enumerated(let number, nil):
      var known = numbers[place] ?? []
      guard known.count < Self.numberLimit, known.insert(number).inserted else { return isFirst }
      numbers[place] = known
      return true
    // The gateway's clock can be written, and would be news with every reading.
    case .number(let number) where field.access == .readWrite && !FieldHint.isHidden(place):
      let known = extremes[place] ?? number...number
      guard isFirst || !known.contains(number) else { return false }
      extremes[place] = min(known.lowerBound, number)...max(known.upperBound, number)
      return true
    default: return isFirst
    }
  }
}

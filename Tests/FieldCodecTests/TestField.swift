@testable import Registry

/// A field of any kind, not of any document.
enum TestField {
  static let modes = Enumeration(
    name: "modes",
    entries: [
      .init(value: -1, label: "disabled", title: ""), .init(value: 0, label: "off", title: ""),
      .init(value: 2, label: "on", title: ""),
    ])
  static let errors = FlagTable(
    name: "errors",
    entries: [
      .init(bit: 0, label: "low_battery", title: "", isProblem: true),
      .init(bit: 15, label: "stacking", title: "", isProblem: true),
    ])

  static func make(
    _ type: FieldType, size: Int? = nil, order: WordOrder = .low, isScaled: Bool = false,
    enumeration: Enumeration? = nil, flags: FlagTable? = nil, access: Access = .readWrite
  ) -> FieldDefinition {
    FieldDefinition(
      index: 1, offset: 2, size: size ?? type.size ?? 4, name: "value", vendorName: "Value", type: type,
      wordOrder: order,
      units: nil, scaleFactorIndex: isScaled ? 0 : nil, access: access, enumeration: enumeration, flags: flags,
      limits: nil, isBatteryVoltage: false, interval: .live, command: nil, confirmation: nil, privacy: .shared,
      evidence: .none, label: "",
      description: "", doubt: nil, labelDoubt: nil, source: "", line: 1)
  }
}

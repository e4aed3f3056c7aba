import Derived
import HomeAssistant

extension ComputedField {
  init(_ field: DerivedField) {
    self.init(
      device: HouseTotals.device, field: field.name, title: field.title, unit: field.unit,
      deviceClass: Self.deviceClass(field.kind),
      stateClass: field.isDailyTotal ? "total_increasing" : (field.isMeasurement ? "measurement" : nil),
      decimals: field.kind == .choice ? nil : field.decimals, options: field.options)
  }

  private static func deviceClass(_ kind: DerivedField.Kind) -> String {
    switch kind {
    case .power: "power"
    case .energy: "energy"
    case .percentage: "battery"
    case .voltage: "voltage"
    case .current: "current"
    case .choice: "enum"
    }
  }
}

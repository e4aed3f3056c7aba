package import Mate3

/// A value that the bridge works out itself and publishes like a field.
package struct ComputedField: Sendable, Hashable {
  package let device: DeviceKey
  package let field: String
  package let title: String
  package let unit: String?
  /// Home Assistant's device class and state class, nil for none.
  package let deviceClass: String?
  package let stateClass: String?
  package let decimals: Int?
  /// What it can be, empty for numbers.
  package let options: [String]

  package init(
    device: DeviceKey, field: String, title: String, unit: String?, deviceClass: String?, stateClass: String?,
    decimals: Int?, options: [String] = []
  ) {
    self.device = device
    self.field = field
    self.title = title
    self.unit = unit
    self.deviceClass = deviceClass
    self.stateClass = stateClass
    self.decimals = decimals
    self.options = options
  }
}

public import Mate3

/// A value that the bridge works out itself and publishes like a field.
public struct ComputedField: Sendable, Hashable {
  public let device: DeviceKey
  public let field: String
  public let title: String
  public let unit: String?
  /// Home Assistant's device class and state class, nil for none.
  public let deviceClass: String?
  public let stateClass: String?
  public let decimals: Int?
  /// What it can be, empty for numbers.
  public let options: [String]

  public init(
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

// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Says who made the gateway, its model, software version and serial number.
public enum CommonFields {
  /// Number that identifies the block; 1 in this one.
  public static var did: Field<Int> { field("did") }
  /// Registers that follow the two of the header; differs from firmware to firmware. In registers.
  public static var length: Field<Int> { field("length") }
  /// Maker of the gateway.
  public static var manufacturer: Field<String> { field("manufacturer") }
  /// Model of the gateway as it names itself.
  public static var model: Field<String> { field("model") }
  /// Options of the gateway, as text.
  public static var options: Field<String> { field("options") }
  /// Software version of the gateway, as text.
  public static var version: Field<String> { field("version") }
  /// Serial number of the gateway itself.
  public static var serialNumber: Field<String> { field("serial_number") }
  /// Modbus unit number under which the gateway answers.
  public static var deviceAddress: Field<Int> { field("device_address") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("common", name)
  }
}

extension Field {
  /// Says who made the gateway, its model, software version and serial number.
  public static var common: CommonFields.Type {
    CommonFields.self
  }
}

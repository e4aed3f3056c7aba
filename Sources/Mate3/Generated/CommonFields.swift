// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Says who made the gateway, its model, software version and serial number.
public enum CommonFields {
  /// Maker of the gateway. Source: note table 23 row 3; spreadsheet row 858.
  public static var manufacturer: Field<String> { field("manufacturer") }
  /// Model of the gateway as it names itself. Source: note table 23 row 4; spreadsheet row 859.
  public static var model: Field<String> { field("model") }
  /// Options of the gateway, as text. Source: note table 23 row 5; spreadsheet row 860.
  public static var options: Field<String> { field("options") }
  /// Software version of the gateway, as text. Source: note table 23 row 6; spreadsheet row 861.
  public static var version: Field<String> { field("version") }
  /// Serial number of the gateway itself. Source: note table 23 row 7; spreadsheet row 862.
  public static var serialNumber: Field<String> { field("serial_number") }
  /// Modbus unit number under which the gateway answers. Command: never. Source: note table 23 row 8; spreadsheet row
  /// 863.
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

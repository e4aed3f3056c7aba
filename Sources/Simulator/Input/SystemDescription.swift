import Registry

/// A system described in YAML: what is connected to which port, and how it is set. `examples/systems` shows the form.
struct SystemDescription {
  /// What is on a place of the map.
  enum Kind: String, CaseIterable {
    case fx = "fx_inverter"
    case singlePhaseRadian = "single_phase_radian_inverter"
    case splitPhaseRadian = "split_phase_radian_inverter"
    case chargeController = "charge_controller"
    case flexnetDC = "flexnet_dc"
    /// A block that no document explains.
    case unknown

    /// Names of the status block and the configuration block in the registry.
    var blocks: (status: String, configuration: String)? {
      switch self {
      case .fx: ("fx_inverter", "fx_inverter_configuration")
      // FXR inverters, too, answer with the Radian blocks (application note, page 1).
      case .singlePhaseRadian: ("single_phase_radian_inverter", "radian_inverter_configuration")
      case .splitPhaseRadian: ("split_phase_radian_inverter", "radian_inverter_configuration")
      case .chargeController: ("charge_controller", "charge_controller_configuration")
      case .flexnetDC: ("flexnet_dc", "flexnet_dc_configuration")
      case .unknown: nil
      }
    }
  }

  /// A value for a field, with its place in the file.
  struct Setting {
    var name: String
    var value: String
    var place: YAMLValue
  }

  struct Device {
    var kind: Kind
    var port = 0
    var model = ""
    var serial = ""
    var firmware: [Int] = [1, 0, 0]
    /// Lengths of the two blocks without id and length; nil for those in the documents.
    var length: Int?
    var configurationLength: Int?
    var hasConfiguration = true
    /// SunSpec id, for unknown blocks.
    var id = 0
    var settings: [Setting] = []
    var place: YAMLValue
  }

  struct Gateway {
    var mac: String
    var serial = "SIM0001"
    var model = "MATE3s"
    var firmware: [Int] = [1, 4, 2]
    var settings: [Setting] = []
  }

  var gateway: Gateway
  /// Local time at start.
  var clock = CivilTime(year: 2025, month: 6, day: 14, hour: 6)
  /// Hours ahead of UTC.
  var timeZone = 0.0
  /// Nominal voltage in volts.
  var nominalVoltage = 48.0
  /// AC voltage of one leg, in volts.
  var acVoltage = 120.0
  var parameters = LivingSystem.Parameters()
  /// The SunSpec model that sums the inverters up: 101, 102, 103, or nil for none.
  var sumBlock: Int? = 101
  var hasStatistics = true
  /// In the order of the map.
  var devices: [Device] = []

  /// Reads a description.
  /// - Throws: ``SimulatorError`` with file, line and column.
  init(_ text: String, file: String) throws(SimulatorError) {
    gateway = Gateway(mac: Self.mac(file))
    let mapping = try YAMLValue(text, file: file).mapping()
    try mapping.allowOnly([
      "gateway", "clock", "time_zone", "battery", "ac_voltage", "load", "grid", "generator_w", "sunspec_inverter",
      "optics_statistics", "devices",
    ])
    if let value = mapping["gateway"] { try readGateway(value) }
    if let value = mapping["clock"] { clock = try Self.clock(value) }
    if let value = mapping["time_zone"] { timeZone = try value.number(-12...14) }
    if let value = mapping["ac_voltage"] { acVoltage = try value.number(100...277) }
    if let value = mapping["load"] { parameters.loadScale = try value.number(0...100) }
    if let value = mapping["grid"] { parameters.hasGrid = try value.truth() }
    if let value = mapping["generator_w"] { parameters.generator = try value.number(0...100_000) }
    if let value = mapping["optics_statistics"] { hasStatistics = try value.truth() }
    if let value = mapping["sunspec_inverter"] { sumBlock = try Self.sumBlock(value) }
    try readBattery(mapping["battery"])
    var ports: [Int: YAMLValue] = [:]
    for value in try mapping.required("devices").list() {
      let device = try readDevice(value)
      if device.kind != .unknown {
        guard ports[device.port] == nil else { throw value.error("port \(device.port) is taken by another device") }
        ports[device.port] = value
      }
      devices.append(device)
    }
  }

  private mutating func readBattery(_ value: YAMLValue?) throws(SimulatorError) {
    parameters.charge = 0.65
    guard let battery = try value?.mapping() else { return }
    try battery.allowOnly(["nominal_voltage", "capacity_ah", "charge"])
    if let value = battery["nominal_voltage"] {
      nominalVoltage = try value.number(12...60)
      // The values that `OutBack_System_Voltage` can take (application note, table 1, offset 406), and that of a 36 V FX.
      guard [12, 24, 26, 36, 48, 60].contains(nominalVoltage) else {
        throw value.error("use 12, 24, 26, 36, 48 or 60 volts")
      }
    }
    if let value = battery["capacity_ah"] { parameters.capacity = try value.number(1...60_000) }
    if let value = battery["charge"] { parameters.charge = try value.number(0...100) / 100 }
  }

  private mutating func readDevice(_ value: YAMLValue) throws(SimulatorError) -> Device {
    let mapping = try value.mapping()
    let kindValue = try mapping.required("kind")
    let name = try kindValue.text()
    guard let kind = Kind(rawValue: name) else {
      throw kindValue.error(
        "`\(name)` is no kind of device; known are \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    var device = Device(kind: kind, place: value)
    if kind == .unknown {
      try mapping.allowOnly(["kind", "id", "length"])
      device.id = try mapping.required("id").integer(1...0xFFFE)
      device.length = try mapping.required("length").integer(0...2000)
      return device
    }
    try mapping.allowOnly([
      "kind", "port", "model", "serial", "firmware", "length", "configuration_length", "configuration", "settings",
      "array_w",
    ])
    device.port = try mapping.required("port").integer(0...10)
    device.model = try mapping["model"]?.text() ?? ""
    device.serial = try mapping["serial"]?.text() ?? ""
    if let value = mapping["firmware"] { device.firmware = try Self.firmware(value) }
    device.length = try mapping["length"]?.integer(1...2000)
    device.configurationLength = try mapping["configuration_length"]?.integer(1...2000)
    device.hasConfiguration = try mapping["configuration"]?.truth() ?? true
    device.settings = try Self.settings(mapping["settings"])
    if let value = mapping["array_w"] {
      guard kind == .chargeController else { throw value.error("only charge controllers have arrays") }
      parameters.arrays[device.port] = try value.number(0...100_000)
    }
    return device
  }

  private mutating func readGateway(_ value: YAMLValue) throws(SimulatorError) {
    let mapping = try value.mapping()
    try mapping.allowOnly(["mac", "serial", "model", "firmware", "settings"])
    if let value = mapping["mac"] { gateway.mac = try value.text() }
    if let value = mapping["serial"] { gateway.serial = try value.text() }
    if let value = mapping["model"] { gateway.model = try value.text() }
    if let value = mapping["firmware"] { gateway.firmware = try Self.firmware(value) }
    gateway.settings = try Self.settings(mapping["settings"])
  }

  /// A locally administered address (IEEE 802, section 8.4) that goes with the file's name: two systems are two gateways,
  /// and one whose description was changed is the same.
  private static func mac(_ file: String) -> String {
    let name = file.split(separator: "/").last ?? ""
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let bytes = [2] + (0..<5).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8 + 8)) }
    return bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined().uppercased()
  }

  private static func settings(_ value: YAMLValue?) throws(SimulatorError) -> [Setting] {
    guard let mapping = try value?.mapping() else { return [] }
    var settings: [Setting] = []
    for (name, value) in mapping.entries { settings.append(Setting(name: name, value: try value.text(), place: value)) }
    return settings
  }

  private static func firmware(_ value: YAMLValue) throws(SimulatorError) -> [Int] {
    var numbers: [Int] = []
    for part in try value.list() { numbers.append(try part.integer(0...0xFFFE)) }
    guard numbers.count == 3 else { throw value.error("a firmware version has three numbers, such as [1, 6, 15]") }
    return numbers
  }

  private static func sumBlock(_ value: YAMLValue) throws(SimulatorError) -> Int? {
    if try value.text() == "none" { return nil }
    return try value.integer(101...103)
  }

  private static func clock(_ value: YAMLValue) throws(SimulatorError) -> CivilTime {
    let numbers = try value.text().split { !$0.isNumber }.compactMap { Int($0) }
    guard numbers.count == 6, (1970...9999).contains(numbers[0]), (1...12).contains(numbers[1]),
      (1...31).contains(numbers[2]), (0...23).contains(numbers[3]), (0...59).contains(numbers[4]),
      (0...59).contains(numbers[5])
    else { throw value.error("a time is written like 2025-06-14 06:00:00") }
    return CivilTime(
      year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4], second: numbers[5])
  }
}

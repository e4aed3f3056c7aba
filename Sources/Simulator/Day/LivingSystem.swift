import Registry

/// A system whose measurements change: ties a ``Plant`` to the registers of its devices.
///
/// Before every renewal it reads what the owner has set, so that whatever a client writes takes effect; then it shows
/// what the plant does. Blocks are found by their key, so they may move, and be missing for a while.
struct LivingSystem: Sendable {
  /// The two blocks of a device.
  struct Device: Sendable {
    let statusKey: Int
    let configurationKey: Int?
  }

  /// What the registers don't tell.
  struct Parameters: Sendable {
    /// Rated power of the arrays in watts, by hub port of the charge controller.
    var arrays: [Int: Double] = [:]
    /// In ampere-hours; nil to take it from the battery monitor.
    var capacity: Double?
    /// Share of the capacity that is in at start, 0…1; nil to take it from the battery monitor.
    var charge: Double?
    /// Size of the household; 1 is ordinary.
    var loadScale: Double?
    var hasGrid = false
    /// Rated power of the generator in watts; 0 for none.
    var generator = 0.0
  }

  var plant: Plant
  let chargers: [Device]
  let inverters: [Device]
  let monitor: Device?
  let gatewayKey: Int?
  let controlKey: Int?
  let sumKeys: [Int]
  /// Which AUX outputs are on, by name and block key: those on automatic keep their state between two voltages.
  var switched: [String: Bool] = [:]
  /// Lowest and highest AC input voltage seen.
  var inputVoltsSeen: ClosedRange<Double>?
  /// Local time less UTC, in seconds.
  var timeZone = 0.0

  static let gatewayID = 64110
  static let controlID = 64120
  private static let chargerIDs = (status: 64111, configuration: 64112)
  private static let fxIDs = (status: 64113, configuration: 64114)
  private static let radianIDs = (status: [64115, 64117], configuration: 64116)
  private static let monitorIDs = (status: 64118, configuration: 64119)
  private static let sumIDs = 101...103

  /// Finds the devices of a map and takes over their counters. The first day's extremes are those of the part that is
  /// lived through.
  /// - Parameter time: Seconds since 1970 in local time.
  init(_ map: GatewayMap, time: Double, parameters: Parameters) {
    func devices(_ status: [Int], _ configuration: Int) -> [Device] {
      map.placements.filter { status.contains($0.id) }.map { placement in
        let partner = map.port(of: placement).flatMap { map.placement(id: configuration, port: $0) }
        return Device(statusKey: placement.key, configurationKey: partner?.key)
      }
    }
    chargers = devices([Self.chargerIDs.status], Self.chargerIDs.configuration)
    inverters =
      devices(Self.radianIDs.status, Self.radianIDs.configuration)
      + devices([Self.fxIDs.status], Self.fxIDs.configuration)
    monitor = devices([Self.monitorIDs.status], Self.monitorIDs.configuration).first
    gatewayKey = map.placement(id: Self.gatewayID)?.key
    controlKey = map.placement(id: Self.controlID)?.key
    sumKeys = map.placements.filter { Self.sumIDs.contains($0.id) }.map(\.key)
    plant = Self.makePlant(map, time, parameters, chargers, inverters, monitor)
    readSettings(map)
    // One step, so that the first measurements fit together.
    plant.step(1)
  }

  private static func makePlant(
    _ map: GatewayMap, _ time: Double, _ parameters: Parameters, _ chargers: [Device], _ inverters: [Device],
    _ monitor: Device?
  ) -> Plant {
    let nominal = SetpointRange.nominalVoltage(map)
    let monitorStatus = monitor.flatMap { map.placement(key: $0.statusKey) }
    let monitorSettings = monitor?.configurationKey.flatMap { map.placement(key: $0) }
    let capacity =
      parameters.capacity ?? monitorSettings.flatMap { map.number("battery_capacity", in: $0) } ?? 400
    let charge =
      parameters.charge ?? monitorStatus.flatMap { map.number("state_of_charge", in: $0) }.map { $0 / 100 } ?? 0.75
    let units = inverters.map { device in
      InverterUnit(rating: rating(device, map))
    }
    var plant = Plant(
      time: time, battery: Battery(nominal: nominal, capacity: capacity, charge: charge),
      chargers: chargers.map { charger($0, map, parameters, nominal: nominal) }, inverters: units,
      generator: Generator(rating: parameters.generator))
    plant.hasGrid = parameters.hasGrid
    plant.loadScale = parameters.loadScale ?? 1
    for device in inverters {
      guard let status = map.placement(key: device.statusKey),
        let field = map.definition(of: status)?.field("output_kw"), let exponent = map.exponent(of: field, in: status)
      else { continue }
      plant.acStep = max(plant.acStep, 1000.0.timesPowerOfTen(exponent))
    }
    if let status = monitorStatus, let field = map.definition(of: status)?.field("net_kw"),
      let exponent = map.exponent(of: field, in: status)
    {
      plant.dcStep = max(1, 1000.0.timesPowerOfTen(exponent))
    } else {
      plant.dcStep = 1
    }
    takeOverCounters(map, &plant, chargers, inverters, monitorStatus)
    return plant
  }

  /// Rated power of an inverter in watts, from the model's name, in which it comes before the battery voltage:
  /// VFXR3048E is 3.0 kW at 48 V, GS8048A is 8.0 kW.
  private static func rating(_ device: Device, _ map: GatewayMap) -> Double {
    let model = device.configurationKey.flatMap { map.placement(key: $0) }.flatMap { map.text("model_number", in: $0) }
    let digits = (model ?? "").drop { !$0.isNumber }.prefix { $0.isNumber }
    guard digits.count == 4, let number = Int(digits.prefix(2)), number > 0 else { return 4000 }
    return Double(number) * 100
  }

  private static func charger(
    _ device: Device, _ map: GatewayMap, _ parameters: Parameters, nominal: Double
  ) -> SolarCharger {
    let status = map.placement(key: device.statusKey)
    let port = status.flatMap { map.port(of: $0) }
    let rating = port.flatMap { parameters.arrays[$0] } ?? 3000
    var charger = SolarCharger(
      arrayRating: rating, openCircuit: 2.3 * nominal, control: ChargeControl(.init(nominal: nominal)))
    guard let status else { return charger }
    charger.todayWattHours = (map.number("todays_kwh", in: status) ?? 0) * 1000
    charger.todayAmpHours = map.number("todays_ah", in: status) ?? 0
    charger.lifetimeWattHours = (map.number("lifetime_kwh_hours", in: status) ?? 0) * 1000
    charger.lifetimeAmpHours = (map.number("lifetime_kamp_hours", in: status) ?? 0) * 1000
    charger.lifetimeMaximumWatts = map.number("lifetime_max_watts", in: status) ?? 0
    charger.lifetimeMaximumVolts = map.number("lifetime_max_battery_volts", in: status) ?? 0
    charger.lifetimeMaximumOpenCircuit = map.number("lifetime_max_voc", in: status) ?? 0
    return charger
  }

  private static func takeOverCounters(
    _ map: GatewayMap, _ plant: inout Plant, _ chargers: [Device], _ inverters: [Device],
    _ monitor: GatewayMap.Placement?
  ) {
    for (index, device) in inverters.enumerated() {
      guard let status = map.placement(key: device.statusKey) else { continue }
      func today(_ names: String...) -> Double {
        names.reduce(0) { $0 + (map.number($1, in: status) ?? 0) } * 1000
      }
      plant.inverters[index].todayOutput = today("output_kwh", "l1_output_kwh", "l2_output_kwh")
      plant.inverters[index].todayGridBuy = today("buy_kwh", "ac1_buy_kwh", "ac1_l1_buy_kwh", "ac1_l2_buy_kwh")
      plant.inverters[index].todayGeneratorBuy = today("ac2_buy_kwh", "ac2_l1_buy_kwh", "ac2_l2_buy_kwh")
      plant.inverters[index].todayCharge = today("charger_kwh")
    }
    guard let monitor else { return }
    func number(_ name: String) -> Double { map.number(name, in: monitor) ?? 0 }
    plant.log.solar.inputAmpHours = number("todays_net_input_ah")
    plant.log.solar.inputWattHours = number("todays_net_input_kwh") * 1000
    plant.log.inverters.outputAmpHours = number("todays_net_output_ah")
    plant.log.inverters.outputWattHours = number("todays_net_output_kwh") * 1000
    plant.log.secondsSinceCharged = number("days_since_charge_parameters_met") * 86_400
    plant.log.secondsFull = number("total_days_at_100_percent") * 86_400
    plant.log.lifetimeAmpHoursRemoved = number("lifetime_kah_removed") * 1000
  }

  mutating func advance(by seconds: Double) { plant.advance(by: seconds) }

  /// Follows a gateway clock that was set.
  mutating func setTime(_ seconds: Double) { plant.time = seconds }

  /// Carries out a control of the whole system that is not a switch; switches are read from the status bits.
  mutating func apply(_ control: SystemControl, _ value: UInt16) {
    guard control == .charge else { return }
    switch value {
    case 1: plant.enter(.bulk)
    case 3: plant.enter(.equalize)
    case 2, 4: plant.enter(.float)
    default: break
    }
  }

  /// Reads what the owner has set and shows the measurements.
  mutating func show(in map: inout GatewayMap) {
    readSettings(map)
    showChargers(in: &map)
    showInverters(in: &map)
    showMonitor(in: &map)
    showGateway(in: &map)
    showSums(in: &map)
  }
}

/// What a battery monitor counts: two shunts, one with the solar charge controllers and one with the inverters.
struct BatteryLog: Sendable {
  /// Flow through one shunt since midnight and its records since they were reset.
  struct Shunt: Sendable {
    /// Watts to the battery; negative from it.
    var watts = 0.0
    var inputAmpHours = 0.0
    var inputWattHours = 0.0
    var outputAmpHours = 0.0
    var outputWattHours = 0.0
    var maximumAmps = 0.0
    var maximumWatts = 0.0
    var minimumAmps = 0.0
    var minimumWatts = 0.0

    mutating func count(volts: Double, seconds: Double) {
      guard volts > 0 else { return }
      let amps = watts / volts
      let hours = seconds / 3600
      if watts >= 0 {
        inputAmpHours += amps * hours
        inputWattHours += watts * hours
      } else {
        outputAmpHours -= amps * hours
        outputWattHours -= watts * hours
      }
      maximumAmps = max(maximumAmps, amps)
      maximumWatts = max(maximumWatts, watts)
      minimumAmps = min(minimumAmps, amps)
      minimumWatts = min(minimumWatts, watts)
    }

    mutating func beginDay() {
      inputAmpHours = 0
      inputWattHours = 0
      outputAmpHours = 0
      outputWattHours = 0
    }
  }

  /// When a battery is called full, as the monitor's owner has set it: at a voltage that it holds while it takes little,
  /// for a time.
  struct Charged: Sendable {
    var volts: Double
    var amps: Double
    var seconds: Double
  }

  var chargedWhen: Charged
  private var secondsFullyCharged = 0.0
  /// The charge controllers' shunt.
  var solar = Shunt()
  /// The inverters' shunt.
  var inverters = Shunt()
  /// Share of the capacity, 0…1.
  var minimumCharge = 1.0
  var maximumCharge = 0.0
  var minimumVolts = Double.infinity
  var maximumVolts = 0.0
  /// Seconds since 1970 local time.
  var minimumVoltsTime = 0.0
  var maximumVoltsTime = 0.0
  var lifetimeAmpHoursRemoved = 0.0
  var secondsSinceCharged = 0.0
  var secondsFull = 0.0

  init(nominal: Double) { chargedWhen = Charged(volts: nominal * 1.1875, amps: 8, seconds: 1800) }

  /// Into the battery since midnight.
  var inputWattHours: Double { solar.inputWattHours + inverters.inputWattHours }
  var inputAmpHours: Double { solar.inputAmpHours + inverters.inputAmpHours }
  /// Out of the battery since midnight.
  var outputWattHours: Double { solar.outputWattHours + inverters.outputWattHours }
  var outputAmpHours: Double { solar.outputAmpHours + inverters.outputAmpHours }

  mutating func count(_ battery: Battery, time: Double, seconds: Double) {
    solar.count(volts: battery.voltage, seconds: seconds)
    inverters.count(volts: battery.voltage, seconds: seconds)
    minimumCharge = min(minimumCharge, battery.charge)
    maximumCharge = max(maximumCharge, battery.charge)
    if battery.voltage < minimumVolts { (minimumVolts, minimumVoltsTime) = (battery.voltage, time) }
    if battery.voltage > maximumVolts { (maximumVolts, maximumVoltsTime) = (battery.voltage, time) }
    lifetimeAmpHoursRemoved += max(0, -battery.current) * seconds / 3600
    secondsSinceCharged = isCharged ? 0 : secondsSinceCharged + seconds
    if battery.charge > 0.995 { secondsFull += seconds }
  }

  /// Whether the battery has been full for as long as its owner wants to see it.
  mutating func judge(_ battery: Battery, seconds: Double) -> Bool {
    let isFull = battery.voltage >= chargedWhen.volts && battery.current < chargedWhen.amps
    secondsFullyCharged = isFull ? secondsFullyCharged + seconds : 0
    return isCharged
  }

  private var isCharged: Bool { secondsFullyCharged >= chargedWhen.seconds }

  mutating func beginDay(_ battery: Battery) {
    solar.beginDay()
    inverters.beginDay()
    minimumCharge = battery.charge
    maximumCharge = battery.charge
    minimumVolts = .infinity
    maximumVolts = 0
  }
}

/// A lead-acid battery bank, as far as its terminals tell.
struct Battery: Sendable {
  /// Nominal voltage in volts.
  let nominal: Double
  /// Capacity in ampere-hours.
  let capacity: Double
  /// Share of the capacity that is in, 0…1.
  private(set) var charge: Double
  /// Voltage at the terminals in volts.
  private(set) var voltage: Double
  /// Current into the battery in amperes; negative while it discharges.
  private(set) var current = 0.0

  init(nominal: Double, capacity: Double, charge: Double) {
    self.nominal = nominal
    self.capacity = max(capacity, 1)
    self.charge = min(max(charge, 0), 1)
    voltage = 0
    voltage = restVoltage
  }

  private var scale: Double { nominal / 48 }

  /// Voltage after a long rest: 12.0 V empty to 12.75 V full for each 12 V.
  private var restVoltage: Double { (48.0 + 3.0 * charge) * scale }

  /// Resistance against a charging current, which grows steeply as the battery fills.
  private var chargeResistance: Double {
    let fullness = max(0, (charge - 0.8) / 0.2)
    return 16 / capacity * (1 + 40 * fullness * fullness * fullness) * scale
  }

  private var dischargeResistance: Double { 10 / capacity * scale }

  /// The most power in watts that can go in without the voltage rising above a limit.
  func acceptance(upTo limit: Double) -> Double {
    max(0, (limit - restVoltage) / chargeResistance) * limit
  }

  /// The most power in watts that can be drawn before the voltage breaks down.
  var maximumDischarge: Double { charge > 0.02 ? restVoltage * restVoltage / (4 * dischargeResistance) * 0.8 : 0 }

  /// What is in is all that goes in.
  mutating func beFull() { charge = 1 }

  /// Lets power flow in (or out, when negative) for some seconds.
  mutating func run(power: Double, seconds: Double) {
    let resistance = power >= 0 ? chargeResistance : dischargeResistance
    // Terminal voltage v solves (v - rest) / resistance × v = power.
    let root = max(0, restVoltage * restVoltage + 4 * resistance * power).squareRoot()
    voltage = (restVoltage + root) / 2
    current = voltage > 0 ? power / voltage : 0
    // What goes into a nearly full battery is lost more and more as gas.
    let efficiency = current > 0 ? min(0.97, (1 - charge) * 25) : 1
    charge = min(max(charge + current * efficiency * seconds / 3600 / capacity, 0), 1)
  }
}

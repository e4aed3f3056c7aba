/// A solar charge controller with its array.
struct SolarCharger: Sendable {
  /// Rated power of the array in watts.
  let arrayRating: Double
  /// Voltage of the array without load in full sun, in volts.
  let openCircuit: Double
  var control: ChargeControl
  /// Highest current to the battery in amperes.
  var maximumAmps = 80.0
  /// Power to the battery in watts, a whole number.
  var watts = 0.0
  /// Whether the battery voltage held the power back.
  var isLimited = false
  /// Voltage of the array now, in volts.
  private(set) var arrayVolts = 0.0

  /// Energy and charge since midnight, in watt-hours and ampere-hours.
  var todayWattHours = 0.0
  var todayAmpHours = 0.0
  var todayMinimumVolts = Double.infinity
  var todayMaximumVolts = 0.0
  var todayPeakOpenCircuit = 0.0
  var lifetimeWattHours = 0.0
  var lifetimeAmpHours = 0.0
  var lifetimeMaximumWatts = 0.0
  var lifetimeMaximumVolts = 0.0
  var lifetimeMaximumOpenCircuit = 0.0

  init(arrayRating: Double, openCircuit: Double, control: ChargeControl) {
    self.arrayRating = arrayRating
    self.openCircuit = openCircuit
    self.control = control
  }

  /// What the array could give now, in watts at the battery.
  func potential(_ weather: Weather, _ battery: Battery) -> Double {
    let watts = min(arrayRating * weather.sun, maximumAmps * battery.voltage)
    return watts < 5 ? 0 : watts
  }

  mutating func count(_ weather: Weather, _ battery: Battery, seconds: Double) {
    let hours = seconds / 3600
    let amps = battery.voltage > 0 ? watts / battery.voltage : 0
    let openCircuitNow = weather.sun > 0 ? openCircuit * (0.85 + 0.15 * weather.sun) : 0
    arrayVolts = watts > 0 ? openCircuitNow * 0.79 : openCircuitNow
    todayWattHours += watts * hours
    lifetimeWattHours += watts * hours
    todayAmpHours += amps * hours
    lifetimeAmpHours += amps * hours
    todayMinimumVolts = min(todayMinimumVolts, battery.voltage)
    todayMaximumVolts = max(todayMaximumVolts, battery.voltage)
    todayPeakOpenCircuit = max(todayPeakOpenCircuit, openCircuitNow)
    lifetimeMaximumWatts = max(lifetimeMaximumWatts, watts)
    lifetimeMaximumVolts = max(lifetimeMaximumVolts, battery.voltage)
    lifetimeMaximumOpenCircuit = max(lifetimeMaximumOpenCircuit, openCircuitNow)
  }

  mutating func beginDay() {
    todayWattHours = 0
    todayAmpHours = 0
    todayMinimumVolts = .infinity
    todayMaximumVolts = 0
    todayPeakOpenCircuit = 0
  }
}

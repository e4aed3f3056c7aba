/// An inverter with its charger.
struct InverterUnit: Sendable {
  /// In the order of the registry's `inverter_operating_mode`, as far as the simulator uses it.
  enum Mode: Int, Sendable {
    case off = 0
    case searching = 1
    case inverting = 2
    case charging = 3
    case silent = 4
    case float = 5
    case equalize = 6
    case chargerOff = 7
    case passThrough = 10
  }

  /// Rated power in watts.
  let rating: Double
  /// Whether the owner lets its charger work.
  var isChargerEnabled = true
  /// Most AC power that its charger takes, in watts.
  var chargerLimit = 2000.0
  /// Battery voltages at which it gives up and begins again.
  var cutOutVolts = 42.0
  var cutInVolts = 50.0
  /// Whether it has given up because of low battery voltage.
  var isCutOut = false

  var mode = Mode.inverting
  /// AC power made from the battery, taken from the input, put into the charger and used by the loads, in watts.
  var outputWatts = 0.0
  var buyWatts = 0.0
  var chargeWatts = 0.0
  var loadWatts = 0.0

  /// Energy since midnight in watt-hours; bought from the grid and from a generator apart.
  var todayOutput = 0.0
  var todayGridBuy = 0.0
  var todayGeneratorBuy = 0.0
  var todayCharge = 0.0

  init(rating: Double) {
    self.rating = rating
  }

  mutating func count(isGenerator: Bool, seconds: Double) {
    let hours = seconds / 3600
    todayOutput += outputWatts * hours
    todayCharge += chargeWatts * hours
    if isGenerator { todayGeneratorBuy += buyWatts * hours } else { todayGridBuy += buyWatts * hours }
  }

  mutating func beginDay() {
    todayOutput = 0
    todayGridBuy = 0
    todayGeneratorBuy = 0
    todayCharge = 0
  }
}

import Foundation

/// A house with solar arrays, a battery, inverters and a generator, living through its days.
///
/// Powers come in steps of what the instruments resolve: AC power in `acStep`, the sums on the DC side in `dcStep`.
/// So the registers, which are rounded to that, still balance: solar + battery + grid or generator = load + losses.
struct Plant: Sendable {
  /// What the owner has switched, for all inverters together.
  struct Switches: Hashable, Sendable {
    var invertersAreOn = true
    var invertersSearch = false
    var usesACInput = true
    var chargersAreOn = true
  }

  /// Where AC power comes from.
  enum Source: Sendable {
    case none, grid, generator
  }

  /// Seconds since 1970 in local time.
  var time: Double
  var battery: Battery
  var chargers: [SolarCharger]
  var inverters: [InverterUnit]
  var generator: Generator
  var log: BatteryLog
  var switches = Switches()
  /// The inverters' charger, which charges from the AC input.
  var acCharge: ChargeControl
  /// Whether there is a grid.
  var hasGrid = false
  /// Percent of charge below which the grid is used and above which it is left again; nil to use it always.
  var gridUse: Generator.Settings.ChargeRange?
  private var isOnGrid = false
  /// Size of the household; 1 is ordinary.
  var loadScale = 1.0
  /// Steps of AC powers of one inverter and of sums of DC power, in watts.
  var acStep = 100.0
  var dcStep = 10.0
  private(set) var source = Source.none
  private var acChargeIsLimited = false

  /// AC power made of a watt of DC power, and DC power made of a watt of AC power.
  static let inverterEfficiency = 0.93
  static let chargerEfficiency = 0.9
  /// What a running inverter uses itself, in watts.
  static let idleWatts = 25.0

  init(
    time: Double, battery: Battery, chargers: [SolarCharger], inverters: [InverterUnit], generator: Generator
  ) {
    self.time = time
    self.battery = battery
    self.chargers = chargers
    self.inverters = inverters
    self.generator = generator
    log = BatteryLog(nominal: battery.nominal)
    acCharge = ChargeControl(ChargeControl.Setpoints(nominal: battery.nominal))
  }

  var weather: Weather { Weather(time: time) }

  /// Lets time pass, in steps short enough for the stages of charging.
  mutating func advance(by seconds: Double) {
    // After a very long pause only the last days are lived through.
    let longest = 5 * 86_400.0
    var left = seconds
    if left > longest {
      time += left - longest
      left = longest
      beginDay()
    }
    while left > 0 {
      let midnight = (floor(time / 86_400) + 1) * 86_400
      let part = min(left, 15, midnight - time)
      step(part)
      left -= part
      if time >= midnight - 1e-6 {
        time = midnight
        beginDay()
      }
    }
  }

  private mutating func beginDay() {
    for index in chargers.indices { chargers[index].beginDay() }
    for index in inverters.indices { inverters[index].beginDay() }
    log.beginDay(battery)
  }

  /// One step of at most some seconds.
  mutating func step(_ seconds: Double) {
    time += seconds
    generator.step(battery, time: time, seconds: seconds)
    chooseSource()
    let draw = runInverters()
    let charge = source == .none ? 0 : runACChargers(seconds)
    let solar = runSolar(demand: draw - charge, seconds)
    battery.run(power: solar + charge - draw, seconds: seconds)
    if log.judge(battery, seconds: seconds) { battery.beFull() }
    log.solar.watts = solar
    log.inverters.watts = charge - draw
    let weather = weather
    for index in chargers.indices { chargers[index].count(weather, battery, seconds: seconds) }
    for index in inverters.indices {
      inverters[index].count(isGenerator: source == .generator, seconds: seconds)
    }
    log.count(battery, time: time, seconds: seconds)
  }

  private mutating func chooseSource() {
    if let gridUse {
      if battery.charge * 100 <= gridUse.start { isOnGrid = true }
      if battery.charge * 100 >= gridUse.stop { isOnGrid = false }
    } else {
      isOnGrid = true
    }
    if !switches.usesACInput || inverters.isEmpty {
      source = .none
    } else if generator.isPowering {
      source = .generator
    } else {
      source = hasGrid && isOnGrid ? .grid : .none
    }
  }

  /// Shares the load out.
  /// - Returns: DC power that the inverters draw, in watts.
  private mutating func runInverters() -> Double {
    for index in inverters.indices {
      if battery.voltage < inverters[index].cutOutVolts || battery.charge <= 0.02 { inverters[index].isCutOut = true }
      if battery.voltage >= inverters[index].cutInVolts, battery.charge > 0.1 { inverters[index].isCutOut = false }
      inverters[index].outputWatts = 0
      inverters[index].buyWatts = 0
      inverters[index].chargeWatts = 0
      inverters[index].loadWatts = 0
    }
    let able = inverters.indices.filter { switches.invertersAreOn && !inverters[$0].isCutOut }
    let wanted = weather.load * loadScale
    let limit = source == .generator ? generator.rating : battery.maximumDischarge * Self.inverterEfficiency
    var steps = max(1, (min(wanted, limit) / acStep).rounded(.down))
    let users = source == .none ? able : Array(inverters.indices)
    for (rank, index) in users.enumerated() {
      // The first carries what it comfortably can, the next ones wake for the rest.
      let isLast = rank == users.count - 1
      let comfortable = (inverters[index].rating * (isLast ? 1 : 0.6) / acStep).rounded(.down)
      let share = min(steps, comfortable)
      steps -= share
      inverters[index].loadWatts = share * acStep
    }
    var draw = 0.0
    for index in inverters.indices {
      guard source == .none else {
        inverters[index].buyWatts = inverters[index].loadWatts
        inverters[index].mode = switches.invertersAreOn ? .passThrough : .off
        continue
      }
      let load = inverters[index].loadWatts
      inverters[index].outputWatts = load
      if load > 0 { draw += load / Self.inverterEfficiency + Self.idleWatts }
      inverters[index].mode = inverterMode(index, isAble: able.contains(index), load: load)
    }
    return (draw / dcStep).rounded(.up) * dcStep
  }

  private func inverterMode(_ index: Int, isAble: Bool, load: Double) -> InverterUnit.Mode {
    guard isAble else { return .off }
    if load > 0 { return .inverting }
    return switches.invertersSearch ? .searching : .silent
  }

  /// Charges from the AC input.
  /// - Returns: DC power, in watts.
  private mutating func runACChargers(_ seconds: Double) -> Double {
    let enabled = inverters.indices.filter { switches.chargersAreOn && inverters[$0].isChargerEnabled }
    acCharge.step(battery, hasSource: !enabled.isEmpty, isLimited: acChargeIsLimited, seconds: seconds)
    guard !enabled.isEmpty, acCharge.stage != .silent else { return 0 }
    let accepted = battery.acceptance(upTo: acCharge.targetVolts) / Self.chargerEfficiency
    let spare = source == .generator ? generator.rating - inverters.reduce(0) { $0 + $1.loadWatts } : .infinity
    let limit = enabled.reduce(0) { $0 + inverters[$1].chargerLimit }
    acChargeIsLimited = accepted <= min(spare, limit)
    var steps = (max(0, min(accepted, spare, limit)) / acStep).rounded(.down)
    var total = 0.0
    for (rank, index) in enabled.enumerated() {
      let share = min(
        (steps / Double(enabled.count - rank)).rounded(.up), (inverters[index].chargerLimit / acStep).rounded(.down))
      steps -= share
      inverters[index].chargeWatts = share * acStep
      inverters[index].buyWatts += share * acStep
      total += share * acStep
      inverters[index].mode = chargeMode
    }
    return (total * Self.chargerEfficiency / dcStep).rounded(.down) * dcStep
  }

  private var chargeMode: InverterUnit.Mode {
    switch acCharge.stage {
    case .equalize: .equalize
    case .float: .float
    case .silent, .bulk, .absorb: .charging
    }
  }

  /// Runs the charge controllers.
  /// - Parameter demand: What the inverters draw beyond what AC charging gives, in watts.
  /// - Returns: Their power to the battery side together, in watts.
  private mutating func runSolar(demand: Double, _ seconds: Double) -> Double {
    let weather = weather
    let potentials = chargers.map { $0.potential(weather, battery) }
    for index in chargers.indices {
      let isLimited = chargers[index].isLimited
      chargers[index].control.step(
        battery, hasSource: potentials[index] > 0, isLimited: isLimited, seconds: seconds)
      chargers[index].watts = 0
      chargers[index].isLimited = false
    }
    var given = 0.0
    // Who has the lowest target is full first; equals share in proportion to what they could give.
    for target in Set(chargers.map(\.control.targetVolts)).sorted() {
      let group = chargers.indices.filter { chargers[$0].control.targetVolts == target && potentials[$0] > 0 }
      let possible = group.reduce(0) { $0 + potentials[$1] }
      guard possible > 0 else { continue }
      let room = max(0, demand + battery.acceptance(upTo: target) - given)
      for index in group {
        chargers[index].watts = (potentials[index] * min(1, room / possible)).rounded(.down)
        chargers[index].isLimited = room < possible
        given += chargers[index].watts
      }
    }
    var excess = given - (given / dcStep).rounded(.down) * dcStep
    for index in chargers.indices.sorted(by: { chargers[$0].watts > chargers[$1].watts }) {
      let less = min(excess, chargers[index].watts)
      chargers[index].watts -= less
      excess -= less
    }
    return chargers.reduce(0) { $0 + $1.watts }
  }

  // MARK: Commands

  /// Puts every charger into a stage.
  mutating func enter(_ stage: ChargeControl.Stage) {
    acCharge.enter(stage)
    for index in chargers.indices where chargers[index].control.stage != .silent {
      chargers[index].control.enter(stage)
    }
  }

  /// The stage of charging that the system as a whole is in.
  var stage: ChargeControl.Stage {
    if source != .none, acCharge.stage != .silent { return acCharge.stage }
    return chargers.map(\.control.stage).max { $0.rank < $1.rank } ?? .silent
  }
}

extension ChargeControl.Stage {
  /// Which of several controllers' stages speaks for the system: the most active one.
  fileprivate var rank: Int {
    switch self {
    case .silent: 0
    case .float: 1
    case .absorb: 2
    case .bulk: 3
    case .equalize: 4
    }
  }
}

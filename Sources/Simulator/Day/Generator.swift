/// A generator with its automatic starter (application note, table 21, offsets 21 to 27).
struct Generator: Sendable {
  /// In the order of the registry's `ags_operational_state`.
  enum State: Int, Sendable {
    case stopped, starting, running, warmUp, coolDown, awaitingAC
  }

  /// In the order of the registry's `off_on_auto`.
  enum Mode: Int, Sendable {
    case off, on, auto
  }

  /// What the owner has set.
  struct Settings: Sendable {
    /// Percent of charge at which to start and to stop.
    struct ChargeRange: Sendable {
      var start: Double
      var stop: Double
    }

    var mode = Mode.off
    var warmUpSeconds = 60.0
    var coolDownSeconds = 60.0
    /// Nil when charge doesn't matter.
    var charge: ChargeRange? = ChargeRange(start: 50, stop: 90)
    /// Volts below which to start when they last two minutes; nil when voltage doesn't matter.
    var startVolts: Double?
  }

  /// Rated power in watts; 0 when there is no generator.
  let rating: Double
  var settings = Settings()
  private(set) var state = State.stopped
  /// Seconds in the present state; 0 while stopped.
  private(set) var stateSeconds = 0.0
  /// When it last started, in seconds since 1970 local time.
  private(set) var lastStart: Double?
  /// How long it ran then, or has been running, in seconds.
  private(set) var lastRunSeconds = 0.0
  /// Seconds of all runs.
  var totalSeconds = 0.0
  private var secondsLow = 0.0

  private static let crankingSeconds = 15.0

  init(rating: Double) {
    self.rating = rating
  }

  /// Whether it gives power to the AC input.
  var isPowering: Bool { state == .running }

  mutating func step(_ battery: Battery, time: Double, seconds: Double) {
    guard rating > 0 else { return }
    secondsLow = settings.startVolts.map { battery.voltage < $0 } ?? false ? secondsLow + seconds : 0
    stateSeconds = state == .stopped ? 0 : stateSeconds + seconds
    if state != .stopped {
      lastRunSeconds += seconds
      totalSeconds += seconds
    }
    switch state {
    case .stopped: if wantsStart(battery) { start(at: time) }
    case .starting: if stateSeconds >= Self.crankingSeconds { enter(settings.mode == .off ? .stopped : .warmUp) }
    case .warmUp: if stateSeconds >= settings.warmUpSeconds { enter(.running) }
    case .running: if wantsStop(battery) { enter(settings.coolDownSeconds > 0 ? .coolDown : .stopped) }
    case .coolDown: if stateSeconds >= settings.coolDownSeconds { enter(.stopped) }
    case .awaitingAC: enter(.running)
    }
    if settings.mode == .off, state == .warmUp { enter(.coolDown) }
  }

  private func wantsStart(_ battery: Battery) -> Bool {
    switch settings.mode {
    case .off: false
    case .on: true
    case .auto: settings.charge.map { battery.charge * 100 <= $0.start } ?? false || secondsLow >= 120
    }
  }

  private func wantsStop(_ battery: Battery) -> Bool {
    switch settings.mode {
    case .off: true
    case .on: false
    case .auto:
      if let charge = settings.charge { battery.charge * 100 >= charge.stop } else { battery.charge >= 0.9 }
    }
  }

  private mutating func start(at time: Double) {
    enter(.starting)
    lastStart = time
    lastRunSeconds = 0
  }

  private mutating func enter(_ state: State) {
    self.state = state
    stateSeconds = 0
  }
}

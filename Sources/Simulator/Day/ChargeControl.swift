/// The stages of charging that a solar charge controller or an inverter's charger goes through.
struct ChargeControl: Sendable {
  /// In the order of the registry's `charger_state` (application note, table 5, offset 13).
  enum Stage: Int, Sendable {
    case silent, float, bulk, absorb, equalize
  }

  /// What the owner has set.
  struct Setpoints: Hashable, Sendable {
    var absorbVolts: Double
    var absorbHours = 2.0
    /// Ends absorb early when the battery takes less; 0 for never.
    var absorbEndAmps = 0.0
    var floatVolts: Double
    var rebulkVolts: Double
    var equalizeVolts: Double
    var equalizeHours = 1.0

    /// Usual settings of a flooded lead-acid battery.
    init(nominal: Double) {
      absorbVolts = nominal * 1.2
      floatVolts = nominal * 1.135
      rebulkVolts = nominal * 1.03
      equalizeVolts = nominal * 1.3
    }
  }

  var setpoints: Setpoints
  private(set) var stage = Stage.silent
  /// Seconds in the present stage.
  private(set) var seconds = 0.0
  private var secondsBelowRebulk = 0.0

  init(_ setpoints: Setpoints) {
    self.setpoints = setpoints
  }

  /// The voltage that is not to be exceeded now.
  var targetVolts: Double {
    switch stage {
    case .silent, .float: setpoints.floatVolts
    case .bulk, .absorb: setpoints.absorbVolts
    case .equalize: setpoints.equalizeVolts
    }
  }

  mutating func enter(_ stage: Stage) {
    self.stage = stage
    seconds = 0
    secondsBelowRebulk = 0
  }

  /// Moves on to the next stage if it is time.
  /// - Parameters:
  ///   - hasSource: Whether there is anything to charge with.
  ///   - isLimited: Whether the target voltage held power back in the last step.
  mutating func step(_ battery: Battery, hasSource: Bool, isLimited: Bool, seconds: Double) {
    self.seconds += seconds
    guard hasSource else {
      if stage != .silent { enter(.silent) }
      return
    }
    secondsBelowRebulk = battery.voltage < setpoints.rebulkVolts ? secondsBelowRebulk + seconds : 0
    switch stage {
    case .silent: enter(.bulk)
    case .bulk: if isLimited { enter(.absorb) }
    case .absorb:
      let isDone = self.seconds >= setpoints.absorbHours * 3600
      let takesLittle = setpoints.absorbEndAmps > 0 && isLimited && battery.current < setpoints.absorbEndAmps
      if isDone || (takesLittle && self.seconds > 60) { enter(.float) }
    case .float: if secondsBelowRebulk >= 300 { enter(.bulk) }
    case .equalize: if self.seconds >= setpoints.equalizeHours * 3600 { enter(.float) }
    }
  }
}

// Made from registry_data by `mate3 registry generate`; not to be edited.

/// The values of enumerated fields. A number that no document explains is `other`.
public enum Enumerated {
  /// Values of `ac_input_mode`.
  public enum AcInputMode: EnumeratedValue {
    /// Generator (0).
    case generator
    /// Support (1).
    case support
    /// Grid tied (2).
    case gridTied
    /// Uninterruptible supply (3).
    case ups
    /// Backup (4).
    case backup
    /// Mini grid (5).
    case miniGrid
    /// Grid zero (6).
    case gridZero
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .generator
      case 1: self = .support
      case 2: self = .gridTied
      case 3: self = .ups
      case 4: self = .backup
      case 5: self = .miniGrid
      case 6: self = .gridZero
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .generator: 0
      case .support: 1
      case .gridTied: 2
      case .ups: 3
      case .backup: 4
      case .miniGrid: 5
      case .gridZero: 6
      case .other(let number): number
      }
    }
  }

  /// Values of `ags_generator_type`.
  public enum AgsGeneratorType: EnumeratedValue {
    /// AC generator (0).
    case acGenerator
    /// DC generator (1).
    case dcGenerator
    /// No generator (2).
    case noGenerator
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .acGenerator
      case 1: self = .dcGenerator
      case 2: self = .noGenerator
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .acGenerator: 0
      case .dcGenerator: 1
      case .noGenerator: 2
      case .other(let number): number
      }
    }
  }

  /// Values of `ags_operational_state`.
  public enum AgsOperationalState: EnumeratedValue {
    /// Stopped (0).
    case stopped
    /// Starting (1).
    case starting
    /// Running (2).
    case running
    /// Warming up (3).
    case warmUp
    /// Cooling down (4).
    case coolDown
    /// Waiting for AC (5).
    case awaitingAc
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .stopped
      case 1: self = .starting
      case 2: self = .running
      case 3: self = .warmUp
      case 4: self = .coolDown
      case 5: self = .awaitingAc
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .stopped: 0
      case .starting: 1
      case .running: 2
      case .warmUp: 3
      case .coolDown: 4
      case .awaitingAc: 5
      case .other(let number): number
      }
    }
  }

  /// Values of `ags_port_type`.
  public enum AgsPortType: EnumeratedValue {
    /// Radian AUX relay (0).
    case radianAuxRelay
    /// Radian AUX output (1).
    case radianAuxOutput
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .radianAuxRelay
      case 1: self = .radianAuxOutput
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .radianAuxRelay: 0
      case .radianAuxOutput: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `ags_sell_mode`.
  public enum AgsSellMode: EnumeratedValue {
    /// Selling allowed (0).
    case sellingEnabled
    /// Selling stopped (1).
    case sellingDisabled
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .sellingEnabled
      case 1: self = .sellingDisabled
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .sellingEnabled: 0
      case .sellingDisabled: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `auto_reboot`.
  public enum AutoReboot: EnumeratedValue {
    /// Never (0).
    case disabled
    /// Every 24 hours (1).
    case every24Hours
    /// Every 20 hours (2).
    case every20Hours
    /// Every 16 hours (3).
    case every16Hours
    /// Every 12 hours (4).
    case every12Hours
    /// Every 8 hours (5).
    case every8Hours
    /// Every 4 hours (6).
    case every4Hours
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .disabled
      case 1: self = .every24Hours
      case 2: self = .every20Hours
      case 3: self = .every16Hours
      case 4: self = .every12Hours
      case 5: self = .every8Hours
      case 6: self = .every4Hours
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .disabled: 0
      case .every24Hours: 1
      case .every20Hours: 2
      case .every16Hours: 3
      case .every12Hours: 4
      case .every8Hours: 5
      case .every4Hours: 6
      case .other(let number): number
      }
    }
  }

  /// Values of `auto_restart_mode`.
  public enum AutoRestartMode: EnumeratedValue {
    /// Off (0).
    case off
    /// Every 90 minutes (1).
    case every90Minutes
    /// Every 90 minutes while in absorb or float (2).
    case every90MinutesInAbsorbOrFloat
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .off
      case 1: self = .every90Minutes
      case 2: self = .every90MinutesInAbsorbOrFloat
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .off: 0
      case .every90Minutes: 1
      case .every90MinutesInAbsorbOrFloat: 2
      case .other(let number): number
      }
    }
  }

  /// Values of `bulk_charge_control`.
  public enum BulkChargeControl: EnumeratedValue {
    /// Start bulk charge (1).
    case startBulk
    /// Stop bulk charge (2).
    case stopBulk
    /// Start equalising (3).
    case startEqCharge
    /// Stop equalising (4).
    case stopEqCharge
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 1: self = .startBulk
      case 2: self = .stopBulk
      case 3: self = .startEqCharge
      case 4: self = .stopEqCharge
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .startBulk: 1
      case .stopBulk: 2
      case .startEqCharge: 3
      case .stopEqCharge: 4
      case .other(let number): number
      }
    }
  }

  /// Values of `charge_controller_aux_mode`.
  public enum ChargeControllerAuxMode: EnumeratedValue {
    /// Float (0).
    case float
    /// Diversion by relay (1).
    case diversionRelay
    /// Diversion by solid-state switch (2).
    case diversionSolidState
    /// Low battery disconnect (3).
    case lowBatteryDisconnect
    /// Remote (4).
    case remote
    /// Vent fan (5).
    case ventFan
    /// PV trigger (6).
    case pvTrigger
    /// Error output (7).
    case errorOutput
    /// Night light (8).
    case nightLight
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .float
      case 1: self = .diversionRelay
      case 2: self = .diversionSolidState
      case 3: self = .lowBatteryDisconnect
      case 4: self = .remote
      case 5: self = .ventFan
      case 6: self = .pvTrigger
      case 7: self = .errorOutput
      case 8: self = .nightLight
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .float: 0
      case .diversionRelay: 1
      case .diversionSolidState: 2
      case .lowBatteryDisconnect: 3
      case .remote: 4
      case .ventFan: 5
      case .pvTrigger: 6
      case .errorOutput: 7
      case .nightLight: 8
      case .other(let number): number
      }
    }
  }

  /// Values of `charger_state`.
  public enum ChargerState: EnumeratedValue {
    /// Silent (0).
    case silent
    /// Float (1).
    case float
    /// Bulk (2).
    case bulk
    /// Absorb (3).
    case absorb
    /// Equalise (4).
    case eq
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .silent
      case 1: self = .float
      case 2: self = .bulk
      case 3: self = .absorb
      case 4: self = .eq
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .silent: 0
      case .float: 1
      case .bulk: 2
      case .absorb: 3
      case .eq: 4
      case .other(let number): number
      }
    }
  }

  /// Values of `disabled_enabled`.
  public enum DisabledEnabled: EnumeratedValue {
    /// Disabled (0).
    case disabled
    /// Enabled (1).
    case enabled
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .disabled
      case 1: self = .enabled
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .disabled: 0
      case .enabled: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `drop_use`.
  public enum DropUse: EnumeratedValue {
    /// Input dropped (0).
    case drop
    /// Input used (1).
    case use
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .drop
      case 1: self = .use
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .drop: 0
      case .use: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `enable_disable`.
  public enum EnableDisable: EnumeratedValue {
    /// Enable (1).
    case enable
    /// Disable (2).
    case disable
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 1: self = .enable
      case 2: self = .disable
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .enable: 1
      case .disable: 2
      case .other(let number): number
      }
    }
  }

  /// Values of `enabled_disabled`.
  public enum EnabledDisabled: EnumeratedValue {
    /// Enabled (0).
    case enabled
    /// Disabled (1).
    case disabled
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .enabled
      case 1: self = .disabled
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .enabled: 0
      case .disabled: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `fx_ac_input_type`.
  public enum FxAcInputType: EnumeratedValue {
    /// Grid (0).
    case grid
    /// Generator (1).
    case generator
    /// Grid zero (2).
    case gridZero
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .grid
      case 1: self = .generator
      case 2: self = .gridZero
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .grid: 0
      case .generator: 1
      case .gridZero: 2
      case .other(let number): number
      }
    }
  }

  /// Values of `fx_aux_mode`.
  public enum FxAuxMode: EnumeratedValue {
    /// Remote (0).
    case remote
    /// Load shed (1).
    case loadShed
    /// Generator alert (2).
    case generatorAlert
    /// Fault (3).
    case fault
    /// Vent fan (4).
    case ventFan
    /// Cooling fan (5).
    case coolFan
    /// DC diversion (6).
    case divertDc
    /// AC diversion (7).
    case divertAc
    /// AC dropped (8).
    case acDrop
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .remote
      case 1: self = .loadShed
      case 2: self = .generatorAlert
      case 3: self = .fault
      case 4: self = .ventFan
      case 5: self = .coolFan
      case 6: self = .divertDc
      case 7: self = .divertAc
      case 8: self = .acDrop
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .remote: 0
      case .loadShed: 1
      case .generatorAlert: 2
      case .fault: 3
      case .ventFan: 4
      case .coolFan: 5
      case .divertDc: 6
      case .divertAc: 7
      case .acDrop: 8
      case .other(let number): number
      }
    }
  }

  /// Values of `fx_stacking_mode`.
  public enum FxStackingMode: EnumeratedValue {
    /// Master, one or two phases (0).
    case master12Phase
    /// Classic slave (value 1) (1).
    case classicSlaveEarly
    /// OB slave on L1 (value 2) (2).
    case obSlaveL1Early
    /// OB slave on L2 (value 3) (3).
    case obSlaveL2Early
    /// Master, three phases (4).
    case master3Phase
    /// Slave, three phases (5).
    case slave3Phase
    /// Master (10).
    case master
    /// Classic slave (11).
    case classicSlave
    /// OB slave on L1 (12).
    case obSlaveL1
    /// OB slave on L2 (13).
    case obSlaveL2
    /// OB slave on phase A of three (14).
    case obSlaveA3Phase
    /// OB slave on phase B of three (15).
    case obSlaveB3Phase
    /// OB slave on phase C of three (16).
    case obSlaveC3Phase
    /// Classic on phase B of three (17).
    case classicB3Phase
    /// Classic on phase C of three (18).
    case classicC3Phase
    /// Independent (19).
    case independent
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .master12Phase
      case 1: self = .classicSlaveEarly
      case 2: self = .obSlaveL1Early
      case 3: self = .obSlaveL2Early
      case 4: self = .master3Phase
      case 5: self = .slave3Phase
      case 10: self = .master
      case 11: self = .classicSlave
      case 12: self = .obSlaveL1
      case 13: self = .obSlaveL2
      case 14: self = .obSlaveA3Phase
      case 15: self = .obSlaveB3Phase
      case 16: self = .obSlaveC3Phase
      case 17: self = .classicB3Phase
      case 18: self = .classicC3Phase
      case 19: self = .independent
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .master12Phase: 0
      case .classicSlaveEarly: 1
      case .obSlaveL1Early: 2
      case .obSlaveL2Early: 3
      case .master3Phase: 4
      case .slave3Phase: 5
      case .master: 10
      case .classicSlave: 11
      case .obSlaveL1: 12
      case .obSlaveL2: 13
      case .obSlaveA3Phase: 14
      case .obSlaveB3Phase: 15
      case .obSlaveC3Phase: 16
      case .classicB3Phase: 17
      case .classicC3Phase: 18
      case .independent: 19
      case .other(let number): number
      }
    }
  }

  /// Values of `gateway_type`.
  public enum GatewayType: EnumeratedValue {
    /// AXS Port (1).
    case axsPort
    /// MATE3 (2).
    case mate3
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 1: self = .axsPort
      case 2: self = .mate3
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .axsPort: 1
      case .mate3: 2
      case .other(let number): number
      }
    }
  }

  /// Values of `grid_generator`.
  public enum GridGenerator: EnumeratedValue {
    /// Grid (0).
    case grid
    /// Generator (1).
    case generator
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .grid
      case 1: self = .generator
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .grid: 0
      case .generator: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `grid_tie_window`.
  public enum GridTieWindow: EnumeratedValue {
    /// IEEE limits (0).
    case ieee
    /// User limits (1).
    case user
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .ieee
      case 1: self = .user
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .ieee: 0
      case .user: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `hbx_mode`.
  public enum HbxMode: EnumeratedValue {
    /// Disabled (0).
    case disabled
    /// By voltage (1).
    case voltageOnly
    /// By state of charge (2).
    case socOnly
    /// By voltage and state of charge (3).
    case both
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .disabled
      case 1: self = .voltageOnly
      case 2: self = .socOnly
      case 3: self = .both
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .disabled: 0
      case .voltageOnly: 1
      case .socOnly: 2
      case .both: 3
      case .other(let number): number
      }
    }
  }

  /// Values of `hub_type`.
  public enum HubType: EnumeratedValue {
    /// Early hub (0).
    case legacyHub
    /// HUB4 (4).
    case hub4
    /// HUB10.3 (10).
    case hub103
    /// HUB3PH (11).
    case hub3ph
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .legacyHub
      case 4: self = .hub4
      case 10: self = .hub103
      case 11: self = .hub3ph
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .legacyHub: 0
      case .hub4: 4
      case .hub103: 10
      case .hub3ph: 11
      case .other(let number): number
      }
    }
  }

  /// Values of `inverter_charger_mode`.
  public enum InverterChargerMode: EnumeratedValue {
    /// Off (1).
    case off
    /// Automatic (2).
    case auto
    /// On (3).
    case on
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 1: self = .off
      case 2: self = .auto
      case 3: self = .on
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .off: 1
      case .auto: 2
      case .on: 3
      case .other(let number): number
      }
    }
  }

  /// Values of `inverter_mode`.
  public enum InverterMode: EnumeratedValue {
    /// Off (1).
    case off
    /// Search (2).
    case search
    /// On (3).
    case on
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 1: self = .off
      case 2: self = .search
      case 3: self = .on
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .off: 1
      case .search: 2
      case .on: 3
      case .other(let number): number
      }
    }
  }

  /// Values of `inverter_operating_mode`.
  public enum InverterOperatingMode: EnumeratedValue {
    /// Off (0).
    case off
    /// Searching (1).
    case searching
    /// Inverting (2).
    case inverting
    /// Charging (3).
    case charging
    /// Silent (4).
    case silent
    /// Float (5).
    case float
    /// Equalise (6).
    case eq
    /// Charger off (7).
    case chargerOff
    /// Supporting the input (8).
    case support
    /// Selling (9).
    case selling
    /// Passing the input through (10).
    case passThrough
    /// Offsetting (14).
    case offsetting
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .off
      case 1: self = .searching
      case 2: self = .inverting
      case 3: self = .charging
      case 4: self = .silent
      case 5: self = .float
      case 6: self = .eq
      case 7: self = .chargerOff
      case 8: self = .support
      case 9: self = .selling
      case 10: self = .passThrough
      case 14: self = .offsetting
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .off: 0
      case .searching: 1
      case .inverting: 2
      case .charging: 3
      case .silent: 4
      case .float: 5
      case .eq: 6
      case .chargerOff: 7
      case .support: 8
      case .selling: 9
      case .passThrough: 10
      case .offsetting: 14
      case .other(let number): number
      }
    }
  }

  /// Values of `low_high`.
  public enum LowHigh: EnumeratedValue {
    /// Low (0).
    case low
    /// High (1).
    case high
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .low
      case 1: self = .high
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .low: 0
      case .high: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `model_select`.
  public enum ModelSelect: EnumeratedValue {
    /// Two modules (0).
    case dualModule
    /// One module (1).
    case singleModule
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .dualModule
      case 1: self = .singleModule
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .dualModule: 0
      case .singleModule: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `module_control`.
  public enum ModuleControl: EnumeratedValue {
    /// Automatic (0).
    case auto
    /// Left module (1).
    case left
    /// Right module (2).
    case right
    /// Both modules (3).
    case both
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .auto
      case 1: self = .left
      case 2: self = .right
      case 3: self = .both
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .auto: 0
      case .left: 1
      case .right: 2
      case .both: 3
      case .other(let number): number
      }
    }
  }

  /// Values of `mppt_mode`.
  public enum MpptMode: EnumeratedValue {
    /// Automatic (0).
    case auto
    /// U-Pick (1).
    case uPick
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .auto
      case 1: self = .uPick
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .auto: 0
      case .uPick: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `no_yes`.
  public enum NoYes: EnumeratedValue {
    /// No (0).
    case no
    /// Yes (1).
    case yes
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .no
      case 1: self = .yes
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .no: 0
      case .yes: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `off_auto_on`.
  public enum OffAutoOn: EnumeratedValue {
    /// Off (0).
    case off
    /// Automatic (1).
    case auto
    /// On (2).
    case on
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .off
      case 1: self = .auto
      case 2: self = .on
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .off: 0
      case .auto: 1
      case .on: 2
      case .other(let number): number
      }
    }
  }

  /// Values of `off_on_auto`.
  public enum OffOnAuto: EnumeratedValue {
    /// Off (0).
    case off
    /// On (1).
    case on
    /// Automatic (2).
    case auto
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .off
      case 1: self = .on
      case 2: self = .auto
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .off: 0
      case .on: 1
      case .auto: 2
      case .other(let number): number
      }
    }
  }

  /// Values of `radian_aux_mode`.
  public enum RadianAuxMode: EnumeratedValue {
    /// Load shed (1).
    case loadShed
    /// Generator alert (2).
    case generatorAlert
    /// Fault (3).
    case fault
    /// Vent fan (4).
    case ventFan
    /// Cooling fan (5).
    case coolFan
    /// DC diversion (6).
    case dcDivert
    /// Grid limits, IEEE (7).
    case gridLimitIeee
    /// AC source state (8).
    case acSourceStatus
    /// AC diversion (9).
    case acDivert
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 1: self = .loadShed
      case 2: self = .generatorAlert
      case 3: self = .fault
      case 4: self = .ventFan
      case 5: self = .coolFan
      case 6: self = .dcDivert
      case 7: self = .gridLimitIeee
      case 8: self = .acSourceStatus
      case 9: self = .acDivert
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .loadShed: 1
      case .generatorAlert: 2
      case .fault: 3
      case .ventFan: 4
      case .coolFan: 5
      case .dcDivert: 6
      case .gridLimitIeee: 7
      case .acSourceStatus: 8
      case .acDivert: 9
      case .other(let number): number
      }
    }
  }

  /// Values of `radian_charger_operating_mode`.
  public enum RadianChargerOperatingMode: EnumeratedValue {
    /// No charging by inverters (0).
    case off
    /// Bulk and float allowed (1).
    case bulkAndFloat
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .off
      case 1: self = .bulkAndFloat
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .off: 0
      case .bulkAndFloat: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `radian_stacking_mode`.
  public enum RadianStackingMode: EnumeratedValue {
    /// Master (10).
    case master
    /// Slave (12).
    case slave
    /// Master of phase B (17).
    case bPhaseMaster
    /// Master of phase C (18).
    case cPhaseMaster
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 10: self = .master
      case 12: self = .slave
      case 17: self = .bPhaseMaster
      case 18: self = .cPhaseMaster
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .master: 10
      case .slave: 12
      case .bPhaseMaster: 17
      case .cPhaseMaster: 18
      case .other(let number): number
      }
    }
  }

  /// Values of `relay_invert_logic`.
  public enum RelayInvertLogic: EnumeratedValue {
    /// Inverted (0).
    case inverted
    /// Normal (1).
    case normal
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .inverted
      case 1: self = .normal
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .inverted: 0
      case .normal: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `scheduled_ac_mode`.
  public enum ScheduledAcMode: EnumeratedValue {
    /// Schedule not used (-1).
    case disabled
    /// Generator (0).
    case generator
    /// Support (1).
    case support
    /// Grid tied (2).
    case gridTied
    /// Uninterruptible supply (3).
    case ups
    /// Backup (4).
    case backup
    /// Mini grid (5).
    case miniGrid
    /// Grid zero (6).
    case gridZero
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case -1: self = .disabled
      case 0: self = .generator
      case 1: self = .support
      case 2: self = .gridTied
      case 3: self = .ups
      case 4: self = .backup
      case 5: self = .miniGrid
      case 6: self = .gridZero
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .disabled: -1
      case .generator: 0
      case .support: 1
      case .gridTied: 2
      case .ups: 3
      case .backup: 4
      case .miniGrid: 5
      case .gridZero: 6
      case .other(let number): number
      }
    }
  }

  /// Values of `sd_card_logging_mode`.
  public enum SdCardLoggingMode: EnumeratedValue {
    /// Not logging (0).
    case disabled
    /// Spreadsheet format (1).
    case excelFormat
    /// Compact format (2).
    case compactFormat
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .disabled
      case 1: self = .excelFormat
      case 2: self = .compactFormat
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .disabled: 0
      case .excelFormat: 1
      case .compactFormat: 2
      case .other(let number): number
      }
    }
  }

  /// Values of `sweep_max_percentage`.
  public enum SweepMaxPercentage: EnumeratedValue {
    /// 80 % (0).
    case percent80
    /// 85 % (1).
    case percent85
    /// 90 % (2).
    case percent90
    /// 99 % (3).
    case percent99
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .percent80
      case 1: self = .percent85
      case 2: self = .percent90
      case 3: self = .percent99
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .percent80: 0
      case .percent85: 1
      case .percent90: 2
      case .percent99: 3
      case .other(let number): number
      }
    }
  }

  /// Values of `sweep_width`.
  public enum SweepWidth: EnumeratedValue {
    /// Full (0).
    case full
    /// Half (1).
    case half
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .full
      case 1: self = .half
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .full: 0
      case .half: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `temp_comp_mode`.
  public enum TempCompMode: EnumeratedValue {
    /// Wide (0).
    case wide
    /// Within limits set (1).
    case userLimited
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .wide
      case 1: self = .userLimited
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .wide: 0
      case .userLimited: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `use_drop`.
  public enum UseDrop: EnumeratedValue {
    /// Use the AC input (1).
    case use
    /// Drop the AC input (2).
    case drop
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 1: self = .use
      case 2: self = .drop
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .use: 1
      case .drop: 2
      case .other(let number): number
      }
    }
  }

  /// Values of `web_user_status`.
  public enum WebUserStatus: EnumeratedValue {
    /// Nobody logged in (0).
    case loggedOut
    /// Somebody logged in (1).
    case loggedIn
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .loggedOut
      case 1: self = .loggedIn
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .loggedOut: 0
      case .loggedIn: 1
      case .other(let number): number
      }
    }
  }

  /// Values of `weekday`.
  public enum Weekday: EnumeratedValue {
    /// Sunday (0).
    case sunday
    /// Monday (1).
    case monday
    /// Tuesday (2).
    case tuesday
    /// Wednesday (3).
    case wednesday
    /// Thursday (4).
    case thursday
    /// Friday (5).
    case friday
    /// Saturday (6).
    case saturday
    /// A number that no document explains.
    case other(Int)

    public init(number: Int) {
      switch number {
      case 0: self = .sunday
      case 1: self = .monday
      case 2: self = .tuesday
      case 3: self = .wednesday
      case 4: self = .thursday
      case 5: self = .friday
      case 6: self = .saturday
      default: self = .other(number)
      }
    }

    public var number: Int {
      switch self {
      case .sunday: 0
      case .monday: 1
      case .tuesday: 2
      case .wednesday: 3
      case .thursday: 4
      case .friday: 5
      case .saturday: 6
      case .other(let number): number
      }
    }
  }
}

// Made from registry_data by `mate3 registry generate`; not to be edited.

/// The bits of bitfields. Bits that no document explains are kept.
public enum Flags {
  /// Bits of `charge_controller_faults`.
  public struct ChargeControllerFaults: FlagSet {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Fault input active.
    public static let faultInputActive = ChargeControllerFaults(rawValue: 1 << 4)
    /// Battery temperature sensor shorted.
    public static let shortedBatteryTempSensor = ChargeControllerFaults(rawValue: 1 << 5)
    /// Too hot.
    public static let overTemp = ChargeControllerFaults(rawValue: 1 << 6)
    /// Array voltage too high.
    public static let highVoc = ChargeControllerFaults(rawValue: 1 << 7)
  }

  /// Bits of `control_status`.
  public struct ControlStatus: FlagSet {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Absorb charging.
    public static let absorbCharging = ControlStatus(rawValue: 1 << 0)
    /// Float charging.
    public static let floatCharging = ControlStatus(rawValue: 1 << 1)
    /// AC input used.
    public static let inverterAcInputUse = ControlStatus(rawValue: 1 << 2)
    /// Inverters off.
    public static let inverterOff = ControlStatus(rawValue: 1 << 3)
    /// Inverters searching.
    public static let inverterSearchMode = ControlStatus(rawValue: 1 << 4)
    /// Inverters on.
    public static let inverterOn = ControlStatus(rawValue: 1 << 5)
    /// Grid-tie allowed.
    public static let inverterGridTieEnabled = ControlStatus(rawValue: 1 << 6)
    /// Chargers off.
    public static let inverterChargerDisabled = ControlStatus(rawValue: 1 << 7)
    /// Chargers automatic.
    public static let inverterChargerAutoMode = ControlStatus(rawValue: 1 << 8)
    /// Chargers on.
    public static let inverterChargerBulkAndFloatMode = ControlStatus(rawValue: 1 << 9)
    /// Equalising.
    public static let eqCharging = ControlStatus(rawValue: 1 << 10)
    /// Bulk charging.
    public static let bulkCharging = ControlStatus(rawValue: 1 << 11)
    /// SD card present.
    public static let sdCardPresent = ControlStatus(rawValue: 1 << 12)
    /// Replay file present.
    public static let replayFilePresent = ControlStatus(rawValue: 1 << 13)
    /// SD card error.
    public static let sdCardError = ControlStatus(rawValue: 1 << 14)
  }

  /// Bits of `flexnet_dc_status`.
  public struct FlexnetDcStatus: FlagSet {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// AUX relay active.
    public static let auxRelayEnabled = FlexnetDcStatus(rawValue: 1 << 0)
    /// Charged condition met.
    public static let chargeParametersMet = FlexnetDcStatus(rawValue: 1 << 1)
  }

  /// Bits of `fx_sell_status`.
  public struct FxSellStatus: FlagSet {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Input frequency too high.
    public static let acInputFrequencyTooHigh = FxSellStatus(rawValue: 1 << 0)
    /// Input frequency too low.
    public static let acInputFrequencyTooLow = FxSellStatus(rawValue: 1 << 1)
    /// Input voltage too low.
    public static let acInputVoltageTooLow = FxSellStatus(rawValue: 1 << 2)
    /// Input voltage too high.
    public static let acInputVoltageTooHigh = FxSellStatus(rawValue: 1 << 3)
    /// Waiting out the sell delay.
    public static let awaitingSellDelay = FxSellStatus(rawValue: 1 << 4)
    /// Selling switched off.
    public static let sellDisabled = FxSellStatus(rawValue: 1 << 5)
    /// Battery below the sell voltage.
    public static let batteryVoltageLessThanTarget = FxSellStatus(rawValue: 1 << 6)
    /// Input 2 selected.
    public static let ac2Selected = FxSellStatus(rawValue: 1 << 7)
  }

  /// Bits of `gateway_error`.
  public struct GatewayError: FlagSet {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Last write above the limit.
    public static let writeHighLimit = GatewayError(rawValue: 1 << 0)
    /// Last write below the limit.
    public static let writeLowLimit = GatewayError(rawValue: 1 << 1)
    /// Last write invalid.
    public static let writeInvalid = GatewayError(rawValue: 1 << 2)
    /// No address from DHCP.
    public static let dhcpFailed = GatewayError(rawValue: 1 << 3)
    /// Name not resolved.
    public static let dnsResolveFailed = GatewayError(rawValue: 1 << 4)
    /// Mail login refused.
    public static let smtpAuthorizationFailed = GatewayError(rawValue: 1 << 5)
    /// Mail not sent.
    public static let smtpSendFailed = GatewayError(rawValue: 1 << 6)
    /// FTP error.
    public static let ftpError = GatewayError(rawValue: 1 << 7)
    /// SD card error.
    public static let sdCardError = GatewayError(rawValue: 1 << 8)
    /// No time from the server.
    public static let sntpFailure = GatewayError(rawValue: 1 << 9)
    /// Last write while locked.
    public static let writeWhileLocked = GatewayError(rawValue: 1 << 10)
    /// Device cannot be updated.
    public static let firmwareUpdateNotSupported = GatewayError(rawValue: 1 << 11)
    /// Firmware file missing.
    public static let firmwareUpdateFileNotFound = GatewayError(rawValue: 1 << 12)
    /// Firmware file invalid.
    public static let firmwareUpdateFileInvalid = GatewayError(rawValue: 1 << 13)
    /// Firmware update failed.
    public static let firmwareUpdateFailure = GatewayError(rawValue: 1 << 14)
  }

  /// Bits of `gateway_status`.
  public struct GatewayStatus: FlagSet {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Firmware update finished.
    public static let firmwareUpdateComplete = GatewayStatus(rawValue: 1 << 0)
  }

  /// Bits of `inverter_errors`.
  public struct InverterErrors: FlagSet {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Output voltage too low.
    public static let lowAcOutputVoltage = InverterErrors(rawValue: 1 << 0)
    /// Stacking error.
    public static let stackingError = InverterErrors(rawValue: 1 << 1)
    /// Too hot.
    public static let overTemperature = InverterErrors(rawValue: 1 << 2)
    /// Battery voltage too low.
    public static let lowBatteryVoltage = InverterErrors(rawValue: 1 << 3)
    /// Phase lost.
    public static let phaseLoss = InverterErrors(rawValue: 1 << 4)
    /// Battery voltage too high.
    public static let highBatteryVoltage = InverterErrors(rawValue: 1 << 5)
    /// Output shorted.
    public static let acOutputShorted = InverterErrors(rawValue: 1 << 6)
    /// AC fed back.
    public static let acBackfeed = InverterErrors(rawValue: 1 << 7)
  }

  /// Bits of `inverter_warnings`.
  public struct InverterWarnings: FlagSet {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Input frequency too high.
    public static let acInputFrequencyTooHigh = InverterWarnings(rawValue: 1 << 0)
    /// Input frequency too low.
    public static let acInputFrequencyTooLow = InverterWarnings(rawValue: 1 << 1)
    /// Input voltage too low.
    public static let acInputVoltageTooLow = InverterWarnings(rawValue: 1 << 2)
    /// Input voltage too high.
    public static let acInputVoltageTooHigh = InverterWarnings(rawValue: 1 << 3)
    /// Input current too high.
    public static let acInputCurrentExceedsMax = InverterWarnings(rawValue: 1 << 4)
    /// Temperature sensor faulty.
    public static let temperatureSensorBad = InverterWarnings(rawValue: 1 << 5)
    /// Communication error.
    public static let communicationsError = InverterWarnings(rawValue: 1 << 6)
    /// Cooling fan faulty.
    public static let coolingFanFault = InverterWarnings(rawValue: 1 << 7)
  }

  /// Bits of `radian_sell_status`.
  public struct RadianSellStatus: FlagSet {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Input frequency too high.
    public static let acInputFrequencyTooHigh = RadianSellStatus(rawValue: 1 << 0)
    /// Input frequency too low.
    public static let acInputFrequencyTooLow = RadianSellStatus(rawValue: 1 << 1)
    /// Input voltage too low.
    public static let acInputVoltageTooLow = RadianSellStatus(rawValue: 1 << 2)
    /// Input voltage too high.
    public static let acInputVoltageTooHigh = RadianSellStatus(rawValue: 1 << 3)
    /// Waiting out the sell delay.
    public static let awaitingSellDelay = RadianSellStatus(rawValue: 1 << 4)
    /// Selling switched off.
    public static let sellDisabled = RadianSellStatus(rawValue: 1 << 5)
    /// Battery below the sell voltage.
    public static let batteryVoltageLessThanTarget = RadianSellStatus(rawValue: 1 << 6)
  }

  /// Bits of `sunspec_event_1`.
  public struct SunspecEvent1: FlagSet {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Battery voltage too high.
    public static let highBatteryVoltage = SunspecEvent1(rawValue: 1 << 1)
    /// AC input not connected.
    public static let acInputDisconnected = SunspecEvent1(rawValue: 1 << 2)
    /// Inverter off.
    public static let inverterOff = SunspecEvent1(rawValue: 1 << 6)
    /// Inverter too hot.
    public static let inverterOverTemp = SunspecEvent1(rawValue: 1 << 7)
    /// Input frequency too high.
    public static let acInputOverFrequency = SunspecEvent1(rawValue: 1 << 8)
    /// Input frequency too low.
    public static let acInputUnderFrequency = SunspecEvent1(rawValue: 1 << 9)
    /// Input voltage too high.
    public static let acInputOverVoltage = SunspecEvent1(rawValue: 1 << 10)
    /// Input voltage too low.
    public static let acInputUnderVoltage = SunspecEvent1(rawValue: 1 << 11)
    /// Fan or temperature sensor failed.
    public static let hardwareFailure = SunspecEvent1(rawValue: 1 << 15)
  }
}

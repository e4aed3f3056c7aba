public import Foundation

/// Something an owner wants to know once, as published on `bridge/event`.
public struct BridgeEvent: Sendable, Encodable {
  public enum Kind: String, Sendable, Encodable {
    case layoutChanged = "layout_changed"
    case identityChanged = "identity_changed"
    case identityMismatch = "identity_mismatch"
    case identityChangedDuringWrite = "identity_changed_during_write"
    case duplicateDevice = "duplicate_device"
    case gatewaySilent = "gateway_silent"
    case gatewayBack = "gateway_back"
    case gatewayClockStopped = "gateway_clock_stopped"
    case gatewayClockRuns = "gateway_clock_runs"
  }

  public let event: Kind
  public let message: String
  public let at: Date

  public init(_ event: Kind, _ message: String, at: Date = Date()) {
    self.event = event
    self.message = message
    self.at = at
  }
}

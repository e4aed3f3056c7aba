package import Foundation
package import Mate3

/// Something an owner wants to know once, as published on `bridge/event`.
package struct BridgeEvent: Sendable, Encodable {
  package enum Kind: String, Sendable, Encodable, CaseIterable {
    case layoutChanged = "layout_changed"
    case layoutIncomplete = "layout_incomplete"
    case identityChanged = "identity_changed"
    case identityUntrusted = "identity_untrusted"
    case identityRestored = "identity_restored"
    case pinned
    case counterReset = "counter_reset"
    case timedCommandEnded = "timed_command_ended"
    case timedCommandSuperseded = "timed_command_superseded"
    case writeResolved = "write_resolved"
    case commandCut = "command_cut"
    case identityMismatch = "identity_mismatch"
    case identityChangedDuringWrite = "identity_changed_during_write"
    case duplicateDevice = "duplicate_device"
    case gatewaySilent = "gateway_silent"
    case gatewayBack = "gateway_back"
    case gatewayClockStopped = "gateway_clock_stopped"
    case gatewayClockRuns = "gateway_clock_runs"
    case commandsUndone = "commands_undone"
    case faultBegan = "fault_began"
    case faultEnded = "fault_ended"
    case generatorStarted = "generator_started"
    case generatorStopped = "generator_stopped"
  }

  package let event: Kind
  package let message: String
  package let at: Date
  /// Whose, as `device/port`, where a device's own automations may wait for it.
  package let device: String?

  package init(_ event: Kind, _ message: String, device: DeviceKey? = nil, at: Date = Date()) {
    self.device = device?.description
    self.event = event
    self.message = message
    self.at = at
  }
}

/// Something that is wrong until its cause is gone, as published in the list on `bridge/alerts`.
package struct BridgeAlert: Sendable, Hashable, Encodable {
  package enum Kind: String, Sendable, Encodable {
    /// A device is not the pinned one, or must be trusted again.
    case identity
    /// A pinned device is not there.
    case missing
    /// State on disk can't be read or written.
    case state
    /// A timed command could not be ended.
    case timer
    /// No connection to the broker could be made until somebody mended something; ten minutes.
    case broker
    /// Messages were dropped unread; ten minutes.
    case dropped
    /// Something else undoes what commands have written.
    case undone
    /// A command of several settings was cut by a stop of the bridge; ten minutes.
    case command
    /// The gateway has not answered for a minute.
    case gateway
    /// The battery's profile is not for this system.
    case battery
    /// The history can't be written; or a file of it was set aside, ten minutes; or a server does not take its rows.
    case history
    /// The gateway's clock has been wrong for a while.
    case clock
  }

  package let kind: Kind
  /// What it is about: a device, a field or a file.
  package let name: String
  package let message: String
  package let since: Date
}

package import Foundation
import Registry

/// Names a block in the pins: by the registry's name and hub port, so that a name of the user's own can change.
public struct PinKey: Hashable, Sendable, Codable, CustomStringConvertible, Comparable {
  /// Name of the block in the register map.
  public let block: String
  /// Hub port, 0 for blocks without one.
  public let port: Int

  package init(block: String, port: Int) {
    self.block = block
    self.port = port
  }

  package init(_ block: PlacedBlock) {
    self.init(block: block.definition.name, port: block.key.port)
  }

  public var description: String { "\(block)/\(port)" }

  public static func < (left: PinKey, right: PinKey) -> Bool { left.description < right.description }
}

/// What a block was when it was first seen, as ssh keeps the keys of known hosts.
public struct Pin: Hashable, Sendable, Codable {
  /// Whether the device is still the pinned one.
  public enum State: Hashable, Sendable, Codable {
    /// It is the pinned one, as far as can be seen.
    case trusted
    /// Another device answers here; the sentence says what differs. Ends by itself when the pinned one is back.
    case changed(String)
    /// The system around the device changed, and it can't be told from another; the sentence says why. Ends by itself
    /// when everything is as pinned again.
    case doubtful(String)
    /// The owner must trust the device again; the sentence says why.
    case untrusted(String)
    /// The owner has trusted the device while no bridge ran: what the next scan sees is pinned.
    case adopting
    /// The owner has given the device up. Where it comes back it is what it was before; another one in its place is not
    /// trusted.
    case forgotten

    /// Why writes are refused, or nil.
    public var reason: String? {
      switch self {
      case .trusted, .forgotten: nil
      case .adopting: "the device is pinned anew by the next scan"
      case .changed(let reason), .doubtful(let reason), .untrusted(let reason): reason
      }
    }
  }

  /// Which block it is of.
  public let key: PinKey
  /// Words of the fixed and standing evidence, by field.
  package var words: [String: [UInt16]]
  /// Highest unscaled value seen of each lifetime counter, by field.
  package var counters: [String: Int64]
  /// What counters were before they fell to about zero.
  package var former: [String: Int64]?
  /// When the counters were read last.
  package var countersAt: Date?
  /// Since when something else is there: time that makes no rise of a counter believable.
  package var doubtedAt: Date?
  /// Whether the device is still the pinned one.
  public var state: State
  /// What a pin that was given up was before: giving up trusts nothing.
  package var stateGivenUp: State?
  /// Begins anywhere, and rises each time another device takes the pinned one's place; nil in a file of an older version.
  package var generation: Int?

  init(
    key: PinKey, words: [String: [UInt16]], counters: [String: Int64], countersAt: Date? = nil, state: State,
    generation: Int? = nil
  ) {
    self.key = key
    self.words = words
    self.counters = counters
    self.countersAt = countersAt
    self.state = state
    self.generation = generation
  }

  /// Without what changes at every look and is not worth a write to disk.
  var settled: Pin {
    var pin = self
    pin.countersAt = nil
    return pin
  }
}

/// When the pins are looked at, by both clocks: the wall clock may be set at any moment.
package struct LookTime: Sendable, Equatable {
  package var wall: Date
  package var clock: ContinuousClock.Instant

  package init(wall: Date, clock: ContinuousClock.Instant) {
    self.wall = wall
    self.clock = clock
  }

  package static var now: LookTime { LookTime(wall: Date(), clock: .now) }
}

/// How surely a device can be told from the others of its system.
public enum IdentityGrade: String, Sendable, Codable, CaseIterable {
  /// A serial that no other device of the system shares.
  case unique
  /// No serial of its own, but no other device here has the same kind, model and fixed evidence.
  case sole
  /// Another device here looks the same but for its port.
  case ambiguous
}

/// What a look at the system told of its devices' identity.
public enum IdentityNotice: Hashable, Sendable {
  /// A device was seen for the first time and pinned.
  case pinned(PinKey)
  /// A device is another than its pin; the sentence says what differs.
  case changed(PinKey, String)
  /// A device must be trusted again; the sentence says why.
  case untrusted(PinKey, String)
  /// What a device shows fits its pin again.
  case restored(PinKey)
  /// A lifetime counter has been reset.
  case reset(PinKey, String)
  /// The gateway shows no MAC or serial, as for a while after it rebooted; nothing is concluded.
  case gatewayBlank
}

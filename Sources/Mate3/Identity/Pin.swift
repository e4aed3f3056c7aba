import Registry

/// Names a block in the pins: by the registry's name and hub port, so that a name of the user's own can change.
public struct PinKey: Hashable, Sendable, Codable, CustomStringConvertible, Comparable {
  public let block: String
  public let port: Int

  public init(block: String, port: Int) {
    self.block = block
    self.port = port
  }

  public init(_ block: PlacedBlock) {
    self.init(block: block.definition.name, port: block.key.port)
  }

  public var description: String { "\(block)/\(port)" }

  public static func < (left: PinKey, right: PinKey) -> Bool { left.description < right.description }
}

/// What a block was when it was first seen, as ssh keeps the keys of known hosts.
public struct Pin: Hashable, Sendable, Codable {
  public enum State: Hashable, Sendable, Codable {
    case trusted
    /// Another device answers here; the sentence says what differs. Ends by itself when the pinned one is back.
    case changed(String)
    /// The owner must trust the device again; the sentence says why.
    case untrusted(String)
    /// The owner has trusted the device while no bridge ran: what the next scan sees is pinned.
    case adopting

    /// Why writes are refused, or nil.
    public var reason: String? {
      switch self {
      case .trusted: nil
      case .adopting: "the device is pinned anew by the next scan"
      case .changed(let reason), .untrusted(let reason): reason
      }
    }
  }

  public let key: PinKey
  /// Words of the fixed and standing evidence, by field.
  public var words: FieldWords
  /// Highest unscaled value seen of each lifetime counter, by field.
  public var counters: [String: Int64]
  public var state: State
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
  /// A device must be trusted again, because the system around it changed and it can't be told from another.
  case untrusted(PinKey, String)
  /// What a device shows fits its pin again.
  case restored(PinKey)
  /// A lifetime counter has been reset.
  case reset(PinKey, String)
  /// The gateway shows no MAC or serial, as for a while after it rebooted; nothing is concluded.
  case gatewayBlank
}

/// A complete look at a system: the evidence of every block.
public struct IdentitySighting: Hashable, Sendable {
  var words: [PinKey: FieldWords] = [:]
  var counters: [PinKey: [String: Int64]] = [:]
  var differences: [PinKey: String] = [:]
}

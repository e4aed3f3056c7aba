import Foundation

/// The timed commands that a bridge has to end, which nobody else knows of.
enum TimersLeft: String, Codable, Sendable {
  case none, later
  /// One is over in a moment, and has not been tried in vain.
  case due

  fileprivate var urgency: Int {
    switch self {
    case .none: 0
    case .later: 1
    case .due: 2
    }
  }
}

/// What a bridge says of itself to others on its base topic, on `bridge/claim`, never retained.
struct Claim: Codable, Sendable, Hashable {
  enum State: String, Codable, Sendable {
    case serving
    /// It served when it lost the broker.
    case returning
    case candidate
    case standingBy = "standing_by"

    fileprivate var weight: Int {
      switch self {
      case .serving: 3
      case .returning: 2
      case .candidate: 1
      case .standingBy: 0
      }
    }
  }

  /// New at every start of a bridge.
  var instance: String
  var state: State
  var timers: TimersLeft

  enum CodingKeys: String, CodingKey {
    case instance, state
    case timers = "timed_commands"
  }

  /// Most bytes of a claim.
  static let sizeLimit = 512

  /// - Returns: nil for what is no claim.
  init?(_ payload: [UInt8]) {
    guard payload.count <= Self.sizeLimit, let claim = try? JSONDecoder().decode(Claim.self, from: Data(payload)) else {
      return nil
    }
    self = claim
  }

  init(instance: String, state: State, timers: TimersLeft) {
    self.instance = instance
    self.state = state
    self.timers = timers
  }

  /// Whether the bridge of this claim is to serve rather than the other: no clock is part of it.
  func outranks(_ other: Claim) -> Bool {
    if timers != other.timers { return timers.urgency > other.timers.urgency }
    if state.weight != other.state.weight { return state.weight > other.state.weight }
    return instance < other.instance
  }
}

import RegisterIO

/// The standing faults of the wire: what happens to a request and its answer.
struct WireFaults: Sendable {
  enum Effect: Hashable, Sendable {
    case delay(Duration)
    case silence
    case exception(ModbusException)
    case wrongTransaction
    case cut(afterBytes: Int)
    case loseAnswer(closing: Bool)
    case refuseInside(bits: UInt16)

    /// Whether the effect meets writes only.
    var isForWrites: Bool {
      switch self {
      case .loseAnswer, .refuseInside: true
      case .delay, .silence, .exception, .wrongTransaction, .cut: false
      }
    }
  }

  private struct Standing {
    var effect: Effect
    var requestsLeft: Int?
    var until: Duration?
  }

  private var standing: [Standing] = []

  /// Begins a fault.
  /// - Parameter now: Time since the start of the simulator.
  mutating func add(_ effect: Effect, _ window: FaultWindow, at now: Duration) {
    standing.append(Standing(effect: effect, requestsLeft: window.requests, until: window.duration.map { now + $0 }))
  }

  mutating func removeAll() {
    standing = []
  }

  /// The effects that meet a request, each of which has then met one more.
  mutating func effects(isWrite: Bool, at now: Duration) -> [Effect] {
    standing.removeAll { fault in
      fault.requestsLeft.map { $0 <= 0 } ?? false || fault.until.map { $0 <= now } ?? false
    }
    var effects: [Effect] = []
    for index in standing.indices where isWrite || !standing[index].effect.isForWrites {
      effects.append(standing[index].effect)
      standing[index].requestsLeft = standing[index].requestsLeft.map { $0 - 1 }
    }
    return effects
  }
}

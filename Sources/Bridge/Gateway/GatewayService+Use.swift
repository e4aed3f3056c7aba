import Mate3
import RegisterIO

/// What a bridge may do with its gateway, which serves one connection.
enum GatewayUse: Sendable, Equatable {
  /// Nothing: another bridge serves, or may.
  case none
  /// Give it up between cycles: there is no broker, and another bridge may have one.
  case shared
  case kept
}

extension GatewayService {
  nonisolated var currentUse: GatewayUse { connection.currentUse }

  nonisolated func setUse(_ new: GatewayUse) {
    connection.setUse(new)
    connection.wake()
  }

  /// Leaves the gateway alone until it may be used again; by then its devices may be others.
  func rest() async {
    isLayoutValid = false
    await connection.disconnect()
    while !Task.isCancelled, currentUse == .none {
      attempts.ended(isGood: false)
      await connection.sleep(until: .now + .seconds(3600))
    }
  }

  /// - Throws: when nothing may be written, because another bridge serves or may.
  nonisolated func checkUse() throws(CommandRefusal) {
    guard currentUse == .none else { return }
    throw CommandRefusal(.gatewayOffline, "another bridge serves this base topic; nothing was written")
  }
}

import Logging
import Mate3
import MessageIO

/// What becomes of commands when another bridge takes over.
extension CommandService {
  /// Leaves what makes the system safer, and was not written, to the bridge that serves now.
  /// - Returns: false for what is to be answered here.
  nonisolated func handOver(_ command: Command) -> Bool {
    guard !connection.mayBeUsed, let message = command.message, command.expired() == nil else { return false }
    logger.notice("command left to the bridge that serves now", metadata: ["topic": "\(command.topic.prefix(200))"])
    publisher.enqueue(
      OutboundMessage(
        topic: message.topic, payload: message.payload, qos: .atLeastOnce, correlationData: message.correlationData,
        responseTopic: message.responseTopic, expiryInterval: command.secondsLeft))
    return true
  }

  /// The outcome when another bridge takes over before the write is verified.
  func handedOver(_ procedure: WriteProcedure) -> WriteOutcome {
    var outcome = procedure.interrupted()
    if outcome.status == .unconfirmed {
      outcome.reason = "written, but another bridge took over before the read-back has confirmed it"
    }
    return outcome
  }
}

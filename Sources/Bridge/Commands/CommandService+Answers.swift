import FieldCodec
import Foundation
import Logging
import Mate3
import MessageIO
import Registry
import Topics

/// What a command is answered, and what the log says of it.
extension CommandService {
  @discardableResult
  nonisolated func answer(
    _ command: Command, _ outcome: WriteOutcome, _ parts: [SettingsRun.Part]? = nil
  ) -> [UInt8] {
    let isOpen = outcome.status == .rejected || parts?.contains { $0.outcome?.status == .rejected } ?? false
    if isOpen, handOver(command) { return [] }
    let now = Date()
    let age = command.receivedAt.duration(to: .now)
    let seconds = Double(age.components.seconds) + Double(age.components.attoseconds) / 1e18
    var requested: String?
    if case .success(let payload) = command.content { requested = payload.text }
    var result = ResultMessage(
      outcome: outcome, field: command.place.map { "\($0.device)/\($0.field)" }, requested: requested,
      value: outcome.value?.text, id: command.id, receivedAt: now.addingTimeInterval(-seconds), finishedAt: now)
    result.fields = parts?.map(ResultMessage.Part.init)
    var facts: Logger.Metadata = [
      "topic": "\(command.topic.prefix(200))", "code": "\(outcome.code.rawValue)", "reason": "\(outcome.reason)",
    ]
    // What was meant for a password must not end up in the log, whatever the topic.
    if let requested, !command.fields.isEmpty, command.fields.allSatisfy(mayBeLogged) {
      facts["value"] = "\(requested.prefix(60))"
    }
    if let id = command.id { facts["id"] = "\(id.prefix(60))" }
    if let response = command.responseTopic { facts["answer_to"] = "\(response.prefix(200))" }
    logger.notice("command \(outcome.status.rawValue)", metadata: facts)
    let bytes = JSONPayload.bytes(result)
    publish(bytes, answering: command)
    return bytes
  }

  /// Whether a field's values may stand in the log: it is known, and no block has a private one of that name.
  nonisolated private func mayBeLogged(_ name: String) -> Bool {
    let blocks = gateway.registry.blocks
    return blocks.contains { $0.field(name) != nil || $0.clockTimes.contains { $0.field.name == name } }
      && !blocks.contains { $0.field(name).map { $0.privacy != .shared } ?? false }
  }

  nonisolated func publish(_ bytes: [UInt8], answering command: Command) {
    let qos = publisher.settings.resultQoS
    publisher.enqueue(OutboundMessage(topic: command.topic + "/result", payload: bytes, qos: qos))
    guard let response = command.responseTopic else { return }
    // A response topic below our own base could pass for a state or a command of this bridge.
    guard !response.hasPrefix(scheme.base + "/") else {
      logger.notice("the response topic is one of the bridge's own; nothing is sent there")
      return
    }
    publisher.enqueue(
      OutboundMessage(topic: response, payload: bytes, qos: qos, correlationData: command.correlationData))
  }
}

import Foundation
package import Mate3
import StateStore
import Threads

/// What a crash has left open.
extension CommandService {
  /// Says what became of writes that a crash left open, once the gateway has been read.
  /// - Parameter cut: commands of several settings that were under way.
  package func resolve(_ intents: [WriteIntent], cut: [LedgerCommand] = []) async {
    var open = intents
    var cut = cut
    while !Task.isCancelled, !open.isEmpty || !cut.isEmpty {
      for intent in open {
        guard await gateway.isRead else { break }
        let words = await gateway.words(of: intent) ?? []
        var line = WriteEnd(resolving: intent, now: words)
        if let index = cut.firstIndex(where: { $0.last?.intent.number == intent.number }) {
          var command = cut.remove(at: index)
          command.end(line)
          line.answer = WriteEnd.Answer(Self.outcome(of: command))
          tell(command)
        } else if intent.several == nil {
          answers.learn(intent, line)
        }
        await writes.resolve(line)
        open.removeAll { $0.number == intent.number }
        let found =
          words.isEmpty
          ? "whether it was carried out can't be told"
          : words == intent.words ? "the register holds what was to be written" : "the register does not hold it"
        publisher.publish(
          event: BridgeEvent(
            .writeResolved,
            "the write of \(intent.block).\(intent.field) was under way when the bridge was stopped: \(found)"))
      }
      for command in cut {
        guard await gateway.isRead, let last = command.last, let end = last.end else { continue }
        await writes.close(end, Self.outcome(of: command))
        tell(command)
        cut.removeAll { $0.last?.intent.number == last.intent.number }
      }
      await pause(for: .milliseconds(500))
    }
  }

  private static func outcome(of command: LedgerCommand) -> WriteOutcome {
    var outcome = command.outcome
    outcome.reason = "the command was under way when the bridge was stopped. \(outcome.reason)"
    return outcome
  }

  private func tell(_ command: LedgerCommand) {
    answers.learn(command)
    let topic = command.last?.intent.who ?? ""
    let message =
      "the command to \(topic) was under way when the bridge was stopped, and is not carried out again; "
      + command.account
    publisher.publish(event: BridgeEvent(.commandCut, message))
    publisher.note(.command, topic, message)
  }
}

import Foundation
import Mate3
import MessageIO
import RegisterIO
import Registry
import TestSupport
import Testing
import Topics

@testable import Bridge

/// What the id of a command that a crash cut off is answered with, once the gateway has been read: what was found there,
/// as the event tells it.
@Suite(.timeLimit(.minutes(1))) struct AnswerAfterACrashTests {
  @Test(arguments: [true, false]) func theAnswerSaysWhatWasFound(isWritten: Bool) async throws {
    let system = try await SettledGateway()
    let image = try #require(await system.gateway.image)
    let block = try #require(image.layout.block(SettledGateway.device))
    let range = try #require(block.definition.field("aux_control").flatMap(block.range(of:)))
    let now = try #require(image.word(range.start))
    let intent = WriteIntent(
      number: 1, at: Date(), origin: .command, who: SettledGateway.topic, id: "x",
      asked: CommandPayload(text: "on").asked,
      block: PinKey(block), field: "aux_control", address: range.start, before: [now], words: [isWritten ? now : 2],
      evidence: [], isFree: false)
    #expect(isWritten || now != 2)
    let again = #"{"value":"on","id":"x"}"#
    let service = system.service(WriteGuard(), ledger: [.intent(intent)])
    await service.resolve([intent])
    // The next start knows it from the ledger.
    let line = WriteEnd(resolving: intent, now: [now])
    let later = system.service(WriteGuard(), ledger: [.intent(intent), .end(line)])
    for service in [service, later] {
      let answer = try #require(await system.send([again], to: service).first)
      #expect(answer.status == (isWritten ? "accepted" : "failed"), "\(answer.reason)")
      #expect(answer.code == (isWritten ? "ok" : "not_taken"), "\(answer.reason)")
      #expect(
        answer.reason.hasSuffix("\(isWritten ? "held" : "did not hold") what was to be written"), "\(answer.reason)")
    }
    #expect(system.broker.sent.contains { String(decoding: $0.payload, as: UTF8.self).contains("write_resolved") })
    #expect(system.connection.memory.counts.writes == 0)
    await system.stop()
  }

  /// Before that nobody knows.
  @Test func untilTheGatewayIsReadItIsUnconfirmed() async throws {
    let system = try await SettledGateway()
    let block = try #require(await system.gateway.image?.layout.block(SettledGateway.device))
    let several = WriteIntent.Several(command: UUID(), following: ["\(SettledGateway.device)/aux_output_mode"])
    let topic = "mate3/\(SettledGateway.device)/set"
    let values = ["aux_control": "on", "aux_output_mode": "load_shed"]
    let intent = WriteIntent(
      number: 1, at: Date(), origin: .command, who: topic, id: "x", asked: CommandPayload(values: values).asked,
      block: PinKey(block), field: "aux_control", address: 1, before: [0], words: [2], evidence: [], isFree: false,
      several: several)
    let service = system.service(WriteGuard(), ledger: [.intent(intent)])
    let again = #"{"values":{"aux_control":"on","aux_output_mode":"load_shed"},"id":"x"}"#
    let early = try #require(await system.send([again], to: service, topic: topic).first)
    #expect(early.status == "unconfirmed" && early.reason.contains("perhaps written"), "\(early.reason)")
    await service.resolve([intent], cut: [LedgerEntry.intent(intent)].commands)
    let known = try #require(await system.send([again], to: service, topic: topic).first)
    #expect(known.status == "failed" && known.code == "incomplete", "\(known.reason)")
    #expect(known.reason.contains("not written: \(SettledGateway.device)/aux_control, "), "\(known.reason)")
    #expect(system.connection.memory.counts.writes == 0)
    await system.stop()
  }
}

import Foundation
import MessageIO
import RegisterIO
import TestSupport
import Testing

@testable import Bridge

/// What is left of commands when another bridge on the base takes over.
@Suite(.timeLimit(.minutes(1))) struct HandOverTests {
  /// It is published once more as it came, for the one that serves now, and not answered by the one that does not.
  @Test func whatMakesSaferAndWaitsIsLeftToTheOther() async throws {
    let system = try await SettledGateway()
    system.publisher.standDown()
    system.gateway.setUse(.none)
    system.broker.clearSent()
    let off = InboundMessage(
      topic: SettledGateway.topic, payload: Array(#"{"value":"off","id":"7"}"#.utf8), responseTopic: "answers/here",
      correlationData: [1, 2], expiryInterval: 30)
    let service = system.service(WriteGuard())
    let running = Task { await service.run() }
    service.submit(off)
    // Anything else is answered by whom it was sent to.
    service.submit(InboundMessage(topic: SettledGateway.topic, payload: Array(#"{"value":"on","id":"8"}"#.utf8)))
    try await eventually("what was sent") { system.broker.sent.count == 2 }
    let again = try #require(system.broker.sent.first { $0.topic == off.topic })
    let answer = try #require(try system.answers.first)
    #expect(again.payload == off.payload)
    #expect(again.qos == .atLeastOnce && !again.retain)
    #expect(again.responseTopic == off.responseTopic && again.correlationData == off.correlationData)
    #expect((25...30).contains(again.expiryInterval ?? 0))
    #expect(answer.id == "8" && answer.status == "rejected" && answer.code == "gateway_offline")
    await service.stop()
    await running.value
    await system.stop()
  }

  /// What is too late is answered, and sent to nobody.
  @Test func whatHasExpiredIsNotLeftToTheOther() async throws {
    let system = try await SettledGateway()
    system.publisher.standDown()
    system.gateway.setUse(.none)
    let service = system.service(WriteGuard())
    let running = Task { await service.run() }
    service.submit(
      InboundMessage(
        topic: SettledGateway.topic, payload: Array("off".utf8), receivedAt: .now - .seconds(61)))
    try await eventually("an answer") { try system.answers.count == 1 }
    #expect(try system.answers.first?.code == "expired")
    #expect(!system.broker.sent.contains { $0.topic == SettledGateway.topic })
    await service.stop()
    await running.value
    await system.stop()
  }

  /// Whoever may not use the gateway does not have its connection, whatever is under way.
  @Test func theConnectionIsGivenUpAtOnce() async throws {
    let replay = ReplayConnection([1: 1, 2: 2])
    let connection = GuardedConnection(replay)
    let first = try #require(RegisterRange(start: 1, count: 1))
    try await connection.transact { exchange in
      #expect(!exchange.isAwaited)
      connection.setUse(.none)
      // A reading ends here; a command goes on to where it can stop.
      #expect(exchange.isAwaited)
      let words = try await exchange.read(first)
      #expect(words == [1])
    }
    await #expect(throws: RegisterError.self) { try await connection.transact { try await $0.read(first) } }
    #expect(replay.memory.counts.requests == 1)
    connection.setUse(.kept)
    let words = try await connection.transact { try await $0.read(first) }
    #expect(words == [1])
    // It was closed in between.
    #expect(replay.memory.counts.connections == 2)
  }

  private func off(_ number: Int, _ count: Int = 0) -> InboundMessage {
    let padding = String(repeating: " ", count: count)
    return InboundMessage(
      topic: SettledGateway.topic, payload: Array("{\"value\":\"off\",\"id\":\"\(number)\"}\(padding)".utf8))
  }

  @Test func aCandidateKeepsTheNewestUpToABound() {
    var held = HeldReleases()
    for number in 1...HeldReleases.limit + 3 { held.add(off(number)) }
    #expect(held.takeAll().map(\.payload) == (4...HeldReleases.limit + 3).map { off($0).payload })
    #expect(held.takeAll().isEmpty)
    for number in 1...3 { held.add(off(number, HeldReleases.byteLimit / 2 - 200)) }
    #expect(held.takeAll().count == 2)
  }

  /// What another bridge has answered meanwhile is not carried out again.
  @Test func anAnswerOfAnotherSettlesWhatACandidateKeeps() {
    func answer(_ id: String?) -> InboundMessage {
      InboundMessage(
        topic: "\(SettledGateway.topic)/result", payload: Array((id.map { "{\"id\":\"\($0)\"}" } ?? "{}").utf8))
    }
    var held = HeldReleases()
    for number in 1...3 { held.add(off(number)) }
    held.settle(by: answer("2"))
    held.settle(by: answer("4"))
    held.settle(by: answer(nil))
    let ids = held.takeAll().map { String(decoding: $0.payload, as: UTF8.self) }
    #expect(ids == [#"{"value":"off","id":"1"}"#, #"{"value":"off","id":"3"}"#])
  }
}

import Foundation
import MessageIO
import RegisterIO
import TestSupport
import Testing

/// The tools that the other tests stand on.
@Suite(.timeLimit(.minutes(1))) struct TestSupportTests {
  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func captureHasEveryRegister() throws {
    let registers = try SharedData.capture()
    #expect(registers.count == 1278)
    #expect(registers[40_000] == 0x5375)
    #expect(registers[40_001] == 0x6E53)
  }

  @Test func linesStatusAndErrorsOfAProcessAreSeen() async throws {
    let runner = try ProcessRunner(
      URL(filePath: "/bin/sh"), ["-c", "echo one; echo $WORD >&2; echo two; printf three; exit 3"],
      environment: ["WORD": "oops"])
    #expect(try await runner.line { $0.hasPrefix("t") } == "two")
    #expect(try await runner.line { $0.hasPrefix("thr") } == "three")
    #expect(try await runner.errorLine { _ in true } == "oops")
    #expect(try await runner.exitStatus() == 3)
    await #expect(throws: ProcessRunner.Failure.self) {
      try await runner.line(within: .milliseconds(50)) { $0 == "four" }
    }
  }

  @Test func signalsEndAProcess() async throws {
    let runner = try ProcessRunner(
      URL(filePath: "/bin/sh"), ["-c", "trap 'exit 7' TERM; echo up; while :; do sleep 0.01; done"])
    try await runner.line { $0 == "up" }
    runner.signal(SIGTERM)
    #expect(try await runner.exitStatus() == 7)
  }

  @Test func processDiesWithItsRunner() async throws {
    var runner: ProcessRunner? = try ProcessRunner(URL(filePath: "/bin/sleep"), ["1000"])
    let identifier = try #require(runner?.processIdentifier)
    #expect(kill(identifier, 0) == 0)
    runner = nil
    try await eventually("the end of the process") { kill(identifier, 0) != 0 }
  }

  /// What ends a child when the test process is killed.
  @Test func processIsToldWhenItsParentDies() async throws {
    let runner = try ProcessRunner(URL(filePath: "/usr/bin/setpriv"), ["--dump"])
    #expect(try await runner.line { $0.contains("death signal") }.contains("KILL"))
  }

  @Test func builtProgramIsFound() throws {
    #expect(throws: Never.self) { try ProcessRunner.product("mate3") }
    #expect(throws: ProcessRunner.Failure.self) { try ProcessRunner.product("no-such-program") }
  }

  @Test func waitsEndAtTheirLimit() async throws {
    let start = ContinuousClock.now
    await #expect(throws: TimedOut.self) {
      try await within(.milliseconds(50), "nothing") {
        // Ignores its cancellation.
        await withCheckedContinuation { continuation in
          DispatchQueue.global().asyncAfter(deadline: .now() + 30) { continuation.resume() }
        }
      }
    }
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func scriptedBrokerKeepsWhatIsRetained() async throws {
    let broker = ScriptedBroker()
    #expect(broker.send(OutboundMessage(topic: "early", text: "")) == .notConnected)
    try await broker.start()
    #expect(broker.subscribe(["a/#"], qos: .atLeastOnce) == .sent)
    #expect(broker.send(OutboundMessage(topic: "state", text: "1", retain: true)) == .sent)
    #expect(broker.send(OutboundMessage(topic: "gone", text: "1", retain: true)) == .sent)
    #expect(broker.send(OutboundMessage(topic: "gone", text: "", retain: true)) == .sent)
    broker.deliver("a/set", "on", isRetained: true)
    broker.setFull(true)
    #expect(broker.send(OutboundMessage(topic: "state", text: "2", retain: true)) == .full)
    broker.setFull(false)
    #expect(broker.retainedTexts == ["state": "1"])
    await broker.stop(farewell: [OutboundMessage(topic: "state", text: "bye", retain: true)], within: .seconds(1))
    var events: [BrokerEvent] = []
    for await event in broker.events { events.append(event) }
    #expect(events.count == 4)
    #expect(events.first == .connected(BrokerSession(isVersion5: true)))
    #expect(broker.retainedTexts == ["state": "bye"])
  }

  @Test func replayDoesWhatItsScriptSays() async throws {
    let replay = ReplayConnection([1: 10, 2: 20])
    let range = try #require(RegisterRange(start: 1, count: 2))
    replay.memory.script([.pass, .change([1: 11]), .words([7, 8])])
    let words = try await replay.transact { exchange in
      var words: [[UInt16]] = []
      for _ in 0..<4 { words.append(try await exchange.read(range)) }
      return words
    }
    #expect(words == [[10, 20], [11, 20], [7, 8], [11, 20]])
    replay.memory.onRequest { request in
      if case .write = request { .exception(.illegalDataValue) } else { nil }
    }
    let error = try await #require(throws: RegisterError.self) {
      try await replay.transact { try await $0.write([1], at: 1) }
    }
    #expect(error.code == .exception(.illegalDataValue))
    #expect(replay.memory.counts.writes == 0)
    #expect(replay.memory.log.last == .write([1], at: 1))
  }
}

import Dispatch
import Foundation
import Mate3
import RegisterIO
import Registry
import StateStore
import Synchronization
import TestSupport
import Testing
import Topics

@testable import Bridge

extension GatewayService {
  /// As a scan would that saw another device there.
  fileprivate func distrust(_ device: DeviceKey) throws {
    let layout = try #require(image?.layout)
    pins.distrust(
      try #require(layout.block(device)),
      after: WriteOutcome(.unconfirmed, .identityChangedDuringWrite, "the test says so"))
  }

  fileprivate func invalidateLayout() { isLayoutValid = false }
}

/// A command that was found right and then has to wait.
@Suite(.timeLimit(.minutes(1))) struct WaitingCommandTests {
  enum Meanwhile: CaseIterable, Sendable {
    case nothing, distrusted, layoutChanged
  }

  /// For its turn on the connection: what was learnt meanwhile counts, not what was known when it was found right.
  @Test(arguments: Meanwhile.allCases) func isFoundRightOnceMoreBeforeItIsWritten(_ meanwhile: Meanwhile) async throws {
    let system = try await SettledGateway()
    let gateway = system.gateway
    let holding = Task.immediate {
      try await system.connection.transact { exchange in
        while !exchange.isAwaited { await Task.yield() }
        switch meanwhile {
        case .nothing: break
        case .distrusted: try await gateway.distrust(SettledGateway.device)
        case .layoutChanged: await gateway.invalidateLayout()
        }
      }
    }
    let outcome = try await system.command("on", WriteGuard())
    try await holding.value
    let expected: ResultCode =
      switch meanwhile {
      case .nothing: .ok
      case .distrusted: .untrusted
      case .layoutChanged: .gatewayOffline
      }
    #expect(outcome.code == expected.rawValue, "\(outcome.reason)")
    #expect(system.connection.memory.counts.writes == (meanwhile == .nothing ? 1 : 0))
    await system.stop()
  }

  /// A ledger on a disk that takes nothing until it is told to.
  private final class HangingLedger: WriteLedger {
    struct Lines: Sendable {
      var begun = 0
      var ended: [String] = []
    }

    private let semaphore = DispatchSemaphore(value: 0)
    let lines = Mutex(Lines())

    func begin(_ intent: WriteIntent) throws -> Int {
      wait()
      return lines.withLock {
        $0.begun += 1
        return $0.begun
      }
    }

    func end(_ end: WriteEnd) throws {
      wait()
      lines.withLock { $0.ended.append(end.status) }
    }

    func goOn() { semaphore.signal() }

    private func wait() {
      semaphore.wait()
      semaphore.signal()
    }
  }

  /// For the disk: nobody waits for it for long, nothing is written, and when the disk is there again nothing counts
  /// that was not sent.
  @Test func isRefusedWhenTheDiskHangsAndHoldsUpNobody() async throws {
    let system = try await SettledGateway(live: .milliseconds(200))
    let ledger = HangingLedger()
    // The one write of an hour that is allowed.
    let writes = WriteGuard(ledger: ledger, caps: WriteCaps(WriteCaps.Settings(fieldInterval: .seconds(3600))))
    let begin = ContinuousClock.now
    let outcome = try await system.command("on", writes, forSeconds: 600)
    #expect(outcome.status == "rejected")
    #expect(outcome.code == "state_unwritable")
    #expect(outcome.reason.contains("the disk has not taken the outcome yet"))
    // Two seconds for the ledger, and as many for the outcome.
    #expect(begin.duration(to: .now) < .seconds(8))
    #expect(system.connection.memory.counts.writes == 0)
    // The field is read and published as before, and so are all others.
    #expect(await system.gateway.held.elements.isEmpty)
    let requests = system.connection.memory.counts.requests
    try await eventually("more requests") { system.connection.memory.counts.requests > requests + 20 }

    ledger.goOn()
    try await eventually("the end of the intent") { ledger.lines.withLock { $0.ended } == ["rejected"] }
    try await eventually("the end of the timer") { writes.timers.isEmpty }
    let second = try await system.command("on", writes)
    #expect(second.code == "ok", "\(second.reason)")
    #expect(system.connection.memory.counts.writes == 1)
    await system.stop()
  }
}

@Suite struct CapsOfALedgerTests {
  /// After a restart a write counts that was sent, or may have been, and not one that the ledger says was not.
  @Test(
    arguments: [("rejected", ResultCode.ok), ("failed", .capInterval), (nil, .capInterval)] as [(String?, ResultCode)])
  func whatWasNotSentDoesNotCount(status: String?, expected: ResultCode) async throws {
    let system = try await SettledGateway()
    let folder = try TemporaryDirectory()
    do {
      let ledger = LedgerFile(try StateDirectory(folder.path, owner: "test"))
      let number = try ledger.begin(
        WriteIntent(
          number: 0, at: Date(), origin: .command, who: "test", id: nil,
          block: PinKey(block: "radian_inverter_configuration", port: 1), field: "aux_control", address: 0,
          before: [0], words: [1], evidence: [], isFree: false))
      if let status {
        try ledger.end(WriteEnd(number: number, at: Date(), status: status, code: "test", read: []))
      }
    }
    let directory = try StateDirectory(folder.path, owner: "test")
    let writes = WriteGuard.load(
      directory, ledger: LedgerFile(directory), caps: WriteCaps.Settings(fieldInterval: .seconds(3600)),
      registry: try Registry.embedded())
    #expect(try await system.command("on", writes).code == expected.rawValue)
    await system.stop()
  }
}

import Foundation
import Mate3
import Synchronization
import TestSupport
import Testing
import Threads

@testable import Bridge
@testable import History

@Suite struct HistoryServiceTests {
  /// A machine whose clock a test sets.
  private final class Clock: Sendable {
    let state = Mutex((now: Int64(1_000_000), isSet: true))

    var machine: MachineClock {
      MachineClock(now: { self.state.withLock { $0.now } }, isSet: { self.state.withLock { $0.isSet } })
    }
  }

  /// A disk that a test breaks.
  private final class Disk: HistoryStore {
    let state = Mutex((items: [HistoryItem](), problem: String?.none, isClosed: false, attempts: 0))

    func prepare() async throws { try fail() }

    func write(_ items: [HistoryItem], at now: Int64) async throws -> String? {
      try fail()
      state.withLock { $0.items += items }
      return nil
    }

    func close() async { state.withLock { $0.isClosed = true } }

    private func fail() throws {
      let problem = state.withLock { state in
        state.attempts += 1
        return state.problem
      }
      if let problem { throw HistoryProblem(problem) }
    }

    var messages: [String] {
      state.withLock { state in
        state.items.compactMap { item in if case .event(let event) = item.content { event.message } else { nil } }
      }
    }
  }

  private final class Alerts: Sendable {
    let list = Mutex<[String?]>([])
    var last: String? { list.withLock { $0.last ?? nil } }
  }

  private func event(_ text: String) -> BridgeEvent { BridgeEvent(.gatewayBack, text) }

  private func run(
    _ recorder: HistoryRecorder, _ disk: Disk, _ alerts: Alerts, _ body: () async throws -> Void
  ) async rethrows {
    let thread = ThreadExecutor(name: "history-test")
    let service = HistoryService(recorder: recorder, store: disk, on: thread, every: .seconds(1))
    let task = Task {
      await service.run(alert: { text in alerts.list.withLock { $0.append(text) } }, notice: { _ in })
    }
    try await body()
    task.cancel()
    await task.value
  }

  /// What the disk does not take waits, is said, and is there once when the disk is well again; the end writes the rest.
  @Test func aDiskThatFailsAndComesBack() async throws {
    let (clock, disk, alerts) = (Clock(), Disk(), Alerts())
    let recorder = HistoryRecorder(interval: .seconds(60), clock: clock.machine)
    disk.state.withLock { $0.problem = "no room" }
    try await run(recorder, disk, alerts) {
      try await eventually("the alert of the start") { alerts.last == "no room" }
      recorder.record(event("one"))
      try await eventually("a second attempt") { disk.state.withLock { $0.attempts } >= 2 }
      recorder.record(event("two"))
      disk.state.withLock { $0.problem = nil }
      try await eventually("what has waited") { disk.messages == ["one", "two"] }
      try await eventually("the alert's end") { alerts.last == nil }
      recorder.record(event("three"))
    }
    #expect(disk.messages == ["one", "two", "three"])
    #expect(alerts.list.withLock { $0 } == ["no room", nil])
    #expect(disk.state.withLock { $0.isClosed })
  }

  /// Nothing grows without bound, and the oldest goes.
  @Test func whatWaitsIsBounded() {
    var buffer = HistoryBuffer(limit: 10_000)
    for number in 0..<1000 {
      let record = EventRecord(event: "x", message: "\(number)", device: nil)
      buffer.add([HistoryItem(.event(record), time: 0, at: .now)])
    }
    #expect(buffer.items.count < 70)
    #expect(buffer.items.count + buffer.dropped == 1000)
    guard case .event(let last) = buffer.items.last?.content else { return #expect(Bool(false)) }
    #expect(last.message == "999")
    let all = buffer.drain()
    buffer.putBack(all)
    #expect(buffer.items.count == all.count)
  }

  /// A machine that begins in 1970: what is recorded then has its right time once the clock is set.
  @Test func rowsWaitUntilTheClockIsSet() async throws {
    let (clock, disk, alerts) = (Clock(), Disk(), Alerts())
    clock.state.withLock { $0 = (5_000, false) }
    let recorder = HistoryRecorder(interval: .seconds(60), clock: clock.machine)
    recorder.record(event("early"))
    #expect(recorder.drain(isLast: false).items.isEmpty)
    let now: Int64 = 1_782_907_200_000
    clock.state.withLock { $0 = (now, true) }
    try await run(recorder, disk, alerts) {
      try await eventually("the event") { disk.messages == ["early"] }
    }
    let time = try #require(disk.state.withLock { $0.items.first?.time })
    #expect(abs(time - now) < 5000)
  }

  /// A row of that time moves to the minute in which it really was.
  @Test func aRowMovesToItsTime() {
    let table = HistoryTable(name: "house", columns: [])
    let row = HistoryRow(table: table, time: 0, seconds: 60, port: 0, name: "house", readings: 1, values: [])
    let now = ContinuousClock.now
    var buffer = HistoryBuffer()
    buffer.add([HistoryItem(.row(row), time: 0, at: now - .seconds(90))])
    buffer.setTime(1_782_907_230_000, at: now)
    guard case .row(let moved) = buffer.items[0].content else { return #expect(Bool(false)) }
    // 12:00:30 less 90 seconds is 11:59:00.
    #expect(moved.time == 1_782_907_140)
  }
}

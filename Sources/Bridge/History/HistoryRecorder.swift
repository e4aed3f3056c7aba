import Foundation
package import History
package import Mate3
import Synchronization

/// Takes what is published, and has it ready for the disk. It takes a few millionths of a second and never waits: the
/// disk has a thread of its own.
package final class HistoryRecorder: Sendable {
  private struct State {
    var collector: HistoryCollector
    var waiting = HistoryBuffer()
    /// Whether what waits has been made while the machine's clock was not set.
    var isUnsure = true
  }

  private let clock: MachineClock
  private let state: Mutex<State>

  package init(interval: Duration, clock: MachineClock) {
    self.clock = clock
    state = Mutex(State(collector: HistoryCollector(interval: max(interval.components.seconds, 1))))
  }

  // MARK: What happens

  /// Takes what was read, and what follows from it.
  func record(_ cycle: Cycle) {
    let time = clock.now()
    state.withLock { state in
      var items = state.collector.advance(to: time / 1000)
      if let system = cycle.system {
        items += state.collector.install(system.layout, system.map, house: cycle.houseFields)
        state.collector.forget(cycle.groups ?? [])
      }
      state.collector.setFresh(cycle.isFresh)
      items += state.collector.apply(cycle.changes).map { HistoryItem(.setting($0), time: time, at: cycle.at) }
      state.collector.apply(cycle.house)
      if let groups = cycle.groups { state.collector.read(groups) }
      if !items.isEmpty { state.waiting.add(items) }
    }
  }

  func record(_ event: BridgeEvent) {
    let record = EventRecord(event: event.event.rawValue, message: event.message, device: event.device)
    add(HistoryItem(.event(record), time: clock.now(), at: .now))
  }

  /// Takes a line of the ledger, which has its own time.
  package func record(_ entry: LedgerEntry) {
    let (record, at): (CommandRecord, Date)
    switch entry {
    case .intent(let intent):
      at = intent.at
      let begun = CommandRecord.Begun(
        origin: intent.origin.rawValue, who: intent.who, id: intent.id, block: intent.block.block,
        port: intent.block.port, field: intent.field, asked: intent.asked, before: intent.before,
        written: intent.words)
      record = CommandRecord(number: intent.number, line: .begun(begun))
    case .end(let end):
      at = end.at
      record = CommandRecord(number: end.number, line: .ended(status: end.status, code: end.code, read: end.read))
    }
    add(HistoryItem(.command(record), time: Int64(at.timeIntervalSince1970 * 1000), at: nil))
  }

  private func add(_ item: HistoryItem) { state.withLock { $0.waiting.add([item]) } }

  // MARK: The disk

  /// What is to be written now, and the time; nothing while the machine's clock is not set.
  /// - Parameter isLast: whether the interval under way ends here.
  func drain(isLast: Bool) -> (items: [HistoryItem], now: Int64) {
    let now = clock.now()
    return state.withLock { state in
      let instant = ContinuousClock.now
      state.waiting.add(
        state.collector.advance(to: now / 1000, at: instant) + (isLast ? state.collector.finish() : []))
      if state.isUnsure {
        guard clock.isSet() else { return ([], now) }
        state.isUnsure = false
        state.waiting.setTime(now, at: instant)
      }
      return (state.waiting.drain(), now)
    }
  }

  /// Takes back what the disk did not take.
  func putBack(_ items: [HistoryItem]) { state.withLock { $0.waiting.putBack(items) } }

  /// By the machine's clock, in milliseconds since 1970.
  var now: Int64 { clock.now() }

  /// How many were given up because the disk did not take them for too long.
  var dropped: Int { state.withLock { $0.waiting.dropped } }
}

/// A ledger whose lines others have too, after they are on the disk.
package struct RecordedLedger: WriteLedger {
  private let ledger: any WriteLedger
  private let record: @Sendable (LedgerEntry) -> Void

  package init(_ ledger: any WriteLedger, record: @escaping @Sendable (LedgerEntry) -> Void) {
    self.ledger = ledger
    self.record = record
  }

  package func begin(_ intent: WriteIntent) throws -> Int {
    var intent = intent
    intent.number = try ledger.begin(intent)
    record(.intent(intent))
    return intent.number
  }

  package func end(_ end: WriteEnd) throws {
    try ledger.end(end)
    record(.end(end))
  }
}

package import Foundation
import RegisterIO
import Registry

/// Limits on how often is written, against flash wear and automations that run away. Counts what the ledger holds of
/// the last day, so that a restart forgets nothing.
package struct WriteCaps: Sendable {
  package struct Settings: Sendable, Hashable {
    /// Least time between two writes of one field.
    package var fieldInterval: Duration
    /// Most writes of one field in 24 h; operational fields have no such limit.
    package var fieldPerDay: Int
    /// Most writes of one device's setpoints in 24 h.
    package var devicePerDay: Int
    /// Most writes of setpoints through the gateway in 24 h.
    package var gatewayPerDay: Int

    package init(
      fieldInterval: Duration = .seconds(1), fieldPerDay: Int = 24, devicePerDay: Int = 60, gatewayPerDay: Int = 120
    ) {
      self.fieldInterval = fieldInterval
      self.fieldPerDay = fieldPerDay
      self.devicePerDay = devicePerDay
      self.gatewayPerDay = gatewayPerDay
    }
  }

  fileprivate struct Written: Equatable {
    let at: Date
    let block: PinKey
    let field: String
    /// Whether it is only to be written, by the command that is judged.
    let isPlanned: Bool
  }

  package static let day: TimeInterval = 86400
  private let settings: Settings
  /// Setpoints written in the last day: no more than the largest of the caps lets through.
  private var setpoints: [Written] = []
  /// When each field was written last, by block and field.
  private var latest: [String: Date] = [:]
  /// The words that stood before our last write, by block and field.
  private var previous: [String: [UInt16]] = [:]

  package init(_ settings: Settings) { self.settings = settings }

  /// How many writes are remembered.
  var count: Int { setpoints.count + latest.count }

  /// Takes a write, as it happens or from the ledger. One that is free counts for nothing.
  /// - Returns: what ``takeBack(_:)`` needs, should it turn out that nothing was sent.
  @discardableResult
  package mutating func note(_ intent: WriteIntent, isOperational: Bool) -> Note {
    note(intent, isOperational: isOperational, isPlanned: false)
  }

  @discardableResult
  private mutating func note(_ intent: WriteIntent, isOperational: Bool, isPlanned: Bool) -> Note {
    let name = "\(intent.block).\(intent.field)"
    let written = Written(at: intent.at, block: intent.block, field: intent.field, isPlanned: isPlanned)
    let note = Note(written: written, previous: previous[name], latest: latest[name])
    // A restoration gives no right to another one: two values that take turns would never be held back.
    previous[name] = previous[name] == intent.words ? nil : intent.before
    guard !intent.isFree else { return note }
    latest[name] = intent.at
    if !isOperational { setpoints.append(written) }
    return note
  }

  /// A write that was counted.
  package struct Note: Sendable {
    fileprivate let written: Written
    fileprivate let previous: [UInt16]?
    fileprivate let latest: Date?
    fileprivate var name: String { "\(written.block).\(written.field)" }
  }

  /// Forgets a write that was counted and then not sent.
  package mutating func takeBack(_ note: Note) {
    if let index = setpoints.lastIndex(of: note.written) { setpoints.remove(at: index) }
    if latest[note.name] == note.written.at { latest[note.name] = note.latest }
    previous[note.name] = note.previous
  }

  /// Whether `words` are what stood in the field before our last write.
  package func restores(_ words: [UInt16], _ block: PinKey, _ field: String) -> Bool {
    guard let before = previous["\(block).\(field)"], !before.isEmpty else { return false }
    return before == words
  }

  /// Why a write must wait, or nil.
  package mutating func refusal(_ block: PinKey, _ field: String, isOperational: Bool, at now: Date) -> CommandRefusal?
  {
    // What lies in the future was written before the clock was set back; it counts until its own day is over.
    setpoints.removeAll { now.timeIntervalSince($0.at) >= Self.day }
    if let last = latest["\(block).\(field)"] {
      let elapsed = now.timeIntervalSince(last)
      // A clock that was set back says nothing of the time that has passed.
      if elapsed >= 0, .seconds(elapsed) < settings.fieldInterval {
        return CommandRefusal(
          .capInterval,
          "\(block).\(field) was written just now; at most once every \(settings.fieldInterval) is allowed; see caps.field_interval"
        )
      }
    }
    guard !isOperational else { return nil }
    let device = setpoints.filter { $0.block == block }
    let counts = [
      ("\(block).\(field)", device.filter { $0.field == field }, settings.fieldPerDay),
      ("\(block)", device, settings.devicePerDay), ("the gateway", setpoints, settings.gatewayPerDay),
    ]
    for (what, all, most) in counts where all.count >= most {
      let count = all.count { !$0.isPlanned }
      let excess =
        count == all.count
        ? "which is the most allowed" : "and with this command it would be more than \(most), the most allowed"
      return CommandRefusal(.capDay, "\(what) was written \(count) times in 24 hours, \(excess); see caps")
    }
    return nil
  }

  /// Which of several writes must wait, and why, or nil: each is judged with those before it counted.
  package func refusal(
    of writes: [(request: WriteRequest, words: [UInt16])], at now: Date
  ) -> (index: Int, refusal: CommandRefusal)? {
    var caps = self
    for (index, write) in writes.enumerated() {
      let (request, key) = (write.request, PinKey(write.request.block))
      let isFree = request.isRelease || caps.restores(write.words, key, request.field.name)
      if !isFree,
        let refusal = caps.refusal(key, request.field.name, isOperational: request.isOperational, at: now)
      {
        return (index, refusal)
      }
      caps.note(
        WriteIntent(
          number: 0, at: now, origin: .command, who: "", id: nil, block: key, field: request.field.name,
          address: request.range.start, before: [], words: write.words, evidence: [], isFree: isFree),
        isOperational: request.isOperational, isPlanned: true)
    }
    return nil
  }
}

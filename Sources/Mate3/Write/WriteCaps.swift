public import Foundation

/// Limits on how often is written, against flash wear and automations that run away. Counts what the ledger holds of
/// the last day, so that a restart forgets nothing.
public struct WriteCaps: Sendable {
  public struct Settings: Sendable, Hashable {
    /// Least time between two writes of one field.
    public var fieldInterval: Duration
    /// Most writes of one field in 24 h; operational fields have no such limit.
    public var fieldPerDay: Int
    /// Most writes of one device's setpoints in 24 h.
    public var devicePerDay: Int
    /// Most writes of setpoints through the gateway in 24 h.
    public var gatewayPerDay: Int

    public init(
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
    let isOperational: Bool
  }

  public static let day: TimeInterval = 86400
  private let settings: Settings
  private var written: [Written] = []
  /// The words that stood before our last write, by block and field.
  private var previous: [String: [UInt16]] = [:]

  public init(_ settings: Settings) { self.settings = settings }

  /// Takes a write, as it happens or from the ledger.
  /// - Returns: what ``takeBack(_:)`` needs, should it turn out that nothing was sent.
  @discardableResult
  public mutating func note(_ intent: WriteIntent, isOperational: Bool) -> Note {
    // A restoration gives no right to another one: two values that take turns would never be held back.
    let name = "\(intent.block).\(intent.field)"
    let note = Note(
      written: Written(at: intent.at, block: intent.block, field: intent.field, isOperational: isOperational),
      name: name, previous: previous[name])
    previous[name] = previous[name] == intent.words ? nil : intent.before
    written.append(note.written)
    return note
  }

  /// A write that was counted.
  public struct Note: Sendable {
    fileprivate let written: Written
    fileprivate let name: String
    fileprivate let previous: [UInt16]?
  }

  /// Forgets a write that was counted and then not sent.
  public mutating func takeBack(_ note: Note) {
    guard let index = written.lastIndex(of: note.written) else { return }
    written.remove(at: index)
    previous[note.name] = note.previous
  }

  /// Whether `words` are what stood in the field before our last write.
  public func restores(_ words: [UInt16], _ block: PinKey, _ field: String) -> Bool {
    guard let before = previous["\(block).\(field)"], !before.isEmpty else { return false }
    return before == words
  }

  /// Why a write must wait, or nil.
  public mutating func refusal(_ block: PinKey, _ field: String, isOperational: Bool, at now: Date) -> CommandRefusal? {
    // What lies in the future was written before the clock was set back; it counts until its own day is over.
    written.removeAll { now.timeIntervalSince($0.at) >= Self.day }
    let own = written.filter { $0.block == block && $0.field == field }
    if let last = own.map(\.at).max() {
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
    let setpoints = written.filter { !$0.isOperational }
    let counts = [
      ("\(block).\(field)", own.count, settings.fieldPerDay),
      ("\(block)", setpoints.filter { $0.block == block }.count, settings.devicePerDay),
      ("the gateway", setpoints.count, settings.gatewayPerDay),
    ]
    for (what, count, most) in counts where count >= most {
      return CommandRefusal(
        .capDay, "\(what) was written \(count) times in 24 hours, which is the most allowed; see caps")
    }
    return nil
  }
}

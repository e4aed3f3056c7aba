/// The sum of several devices' daily counters, which never runs backwards within a day and never jumps.
///
/// Around midnight the devices set their counters to zero one by one. With the first of them a new day begins for the
/// sum: what the others still hold is of the day before, and only what they add from then on is counted. So every part
/// of the energy is counted in just one day. A counter that falls is believed only when it stays there for
/// ``settleTime``, because a device that starts may show zero first. One that falls though the day has begun already, by
/// the gateway's clock, has lost its memory: what it had counted stays in the day.
///
/// All numbers are thousandths of the sum's unit.
package struct DailyEnergy: Sendable, Hashable, Codable {
  /// How long a fallen counter must stay before it counts as reset.
  package static let settleTime: Duration = .seconds(120)

  /// The shortest time from one day's begin to the next one's, where the clock says that it is still the same day: it may
  /// stand still.
  static let shortestDay: Duration = .seconds(23 * 3600 + 1800)

  struct Part: Sendable, Hashable, Codable {
    /// The counter's last reading that was believed.
    var last: Int64
    /// What of it is not of this day; negative for what was counted between the sum's midnight and the counter's own.
    var base: Int64
  }

  private var parts: [String: Part] = [:]
  /// What devices that are no longer there have added to this day.
  private var departed: Int64 = 0
  /// The day by the gateway's clock, nil where none was ever read.
  private var day: Int?
  /// When this run has seen the day begin, or its first reading.
  private var begunAt: ContinuousClock.Instant?
  /// Counters that have fallen, and when that was first seen. Not kept over a restart: they are watched anew.
  private var fallen: [String: (since: ContinuousClock.Instant, reading: Int64)] = [:]

  /// - Parameter day: the day by the gateway's clock, nil where there is none.
  package init(day: Int? = nil) { self.day = day }

  enum CodingKeys: String, CodingKey {
    case parts, departed, day
  }

  package static func == (left: DailyEnergy, right: DailyEnergy) -> Bool {
    left.parts == right.parts && left.departed == right.departed && left.day == right.day
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(parts)
    hasher.combine(departed)
  }

  /// The day's energy so far.
  var total: Int64 {
    parts.values.reduce(departed) { $0.addingClamped($1.last.subtractingClamped($1.base)) }
  }

  /// Whether a counter has fallen and it is not decided yet what that means.
  var isUndecided: Bool { !fallen.isEmpty }

  /// Leaves out the counters of devices that are gone for good; what they have counted stays in the day.
  mutating func keep(_ names: Set<String>) {
    for (name, part) in parts where !names.contains(name) {
      departed = departed.addingClamped(part.last.subtractingClamped(part.base))
      parts[name] = nil
      fallen[name] = nil
    }
  }

  /// Takes a counter's reading.
  mutating func add(_ reading: Int64, of name: String, at now: ContinuousClock.Instant) {
    if begunAt == nil { begunAt = now }
    guard let part = parts[name] else {
      parts[name] = Part(last: reading, base: 0)
      return
    }
    guard reading < part.last else {
      parts[name]?.last = reading
      fallen[name] = nil
      return
    }
    fallen[name] = (fallen[name]?.since ?? now, reading)
  }

  /// Has a counter that has fallen watched for the whole time once more, because its device was not read meanwhile.
  mutating func waitAnew(for name: String, at now: ContinuousClock.Instant) { fallen[name]?.since = now }

  /// Takes the day by the gateway's clock while nothing is counted: it begins without a counter that falls.
  mutating func begin(day: Int?) {
    if let day, total == 0, fallen.isEmpty { self.day = day }
  }

  /// Believes the counters that fell and stayed there.
  /// - Parameters:
  ///   - fresh: the counters that are being read.
  ///   - day: the day by the gateway's clock, nil where there is none.
  /// - Returns: whether there were any.
  mutating func settle(_ fresh: Set<String>, at now: ContinuousClock.Instant, day: Int? = nil) -> Bool {
    let due = fallen.filter { fresh.contains($0.key) && $0.value.since.duration(to: now) >= Self.settleTime }.keys
      .sorted()
    let isSameDay = day != nil && day == self.day && begunAt.map { $0.duration(to: now) < Self.shortestDay } ?? true
    // A counter that still held energy of an earlier day is merely late for a midnight that has been.
    let begins = !isSameDay && due.contains { (parts[$0]?.base ?? 0) <= 0 }
    if begins {
      beginDay()
      self.day = day
      begunAt = now
    }
    for name in due {
      guard let reading = fallen.removeValue(forKey: name)?.reading, let part = parts[name] else { continue }
      // What it counted after the sum's midnight and before its own stays in this day.
      parts[name] = Part(last: reading, base: begins ? 0 : part.base.subtractingClamped(part.last))
    }
    return !due.isEmpty
  }

  /// Nothing that the counters hold now is of the new day.
  private mutating func beginDay() {
    departed = 0
    parts = parts.mapValues { Part(last: $0.last, base: $0.last) }
  }
}

extension Int64 {
  /// The sum, or the nearest number that there is.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  /// The difference, or the nearest number that there is.
  func subtractingClamped(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other > 0 ? .min : .max) : difference
  }
}

import FieldCodec
import Mate3
import Registry

/// The day by the gateway's clock, by which the devices begin theirs. It does not follow daylight saving, and it may be
/// wrong by hours: all that is asked of it is that one day follows the other.
struct GatewayDay: Sendable {
  /// Minutes by which a device may begin its day before the gateway does.
  static let early = 30

  /// A clock that ran so many times as fast as this machine's in each of so many readings in a row is a simulated one's:
  /// one that is set leaps only once.
  static let fast = (times: 8.0, readings: 5)

  private static let names = ["year", "month", "day", "hour", "minute", "second"]
  private static let limits: [ClosedRange<Int64>] = [2000...2199, 1...12, 1...31, 0...23, 0...59, 0...59]

  /// Slots of the parts in the read map; none for a system without such a clock.
  private let slots: [Int]
  private var parts: [Int64?]
  /// The day as a number, nil before the first reading that makes sense. A gateway that reboots shows odd values: then
  /// it is as it was.
  private(set) var number: Int?
  /// How far the devices' time is ahead, where the clock is a fast one.
  private var ahead: Duration = .zero
  /// Readings in a row in which the clock was fast.
  private var fastReadings = 0
  private var last: (seconds: Int, at: ContinuousClock.Instant)?

  init(_ layout: SystemLayout, _ map: ReadMap, after previous: GatewayDay?) {
    let block = layout.block(kind: .gateway)
    let slots = Self.names.compactMap { name in
      map.slots.first { $0.blockIndex == block?.index && $0.field.name == name }?.index
    }
    self.slots = slots.count == Self.names.count ? slots : []
    parts = Array(repeating: nil, count: Self.names.count)
    number = previous?.number
    ahead = previous?.ahead ?? .zero
  }

  /// The devices' time: this machine's, unless the gateway lives through a day in minutes.
  func deviceTime(at now: ContinuousClock.Instant) -> ContinuousClock.Instant { now + ahead }

  mutating func apply(_ changes: [FieldChange], at now: ContinuousClock.Instant) {
    guard let first = slots.min(), let last = slots.max() else { return }
    var isTouched = false
    for change in changes where change.slot >= first && change.slot <= last {
      guard let part = slots.firstIndex(of: change.slot) else { continue }
      isTouched = true
      if case .number(let number) = change.value {
        parts[part] = number.rounded(atExponent: 0)
      } else {
        parts[part] = nil
      }
    }
    guard isTouched else { return }
    let numbers = zip(parts, Self.limits).compactMap { part, limit in
      part.flatMap { limit.contains($0) ? Int($0) : nil }
    }
    guard numbers.count == parts.count else { return }
    let minutes = numbers[3] * 60 + numbers[4]
    let days = Self.days(numbers[0], numbers[1], numbers[2])
    number = days + (minutes + Self.early) / (24 * 60)
    compare((days * 24 * 60 + minutes) * 60 + numbers[5], at: now)
  }

  private mutating func compare(_ seconds: Int, at now: ContinuousClock.Instant) {
    defer { last = (seconds, now) }
    guard let last, last.at < now else { return }
    let (passed, elapsed) = (Duration.seconds(seconds - last.seconds), last.at.duration(to: now))
    fastReadings = passed >= elapsed * Self.fast.times ? fastReadings + 1 : 0
    if fastReadings >= Self.fast.readings { ahead += passed - elapsed }
  }

  /// Days of the Gregorian calendar since a day long ago.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years begin in March, so that the leap day is a year's last.
    let year = month < 3 ? year - 1 : year
    let month = month < 3 ? month + 9 : month - 3
    return year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day
  }
}

import FieldCodec
import Foundation
package import RegisterIO
package import Registry

/// A lifetime counter as evidence: while the device is the same it rises, and no faster than the device can work.
package struct CounterItem: Sendable {
  /// A counter as it was read last.
  struct Known: Sendable, Hashable {
    let value: Int64
    /// The most that it can be by now; nil where that can't be said.
    let most: Int64?

    func allows(_ now: Int64) -> Bool { now >= value && most.map { now <= $0 } ?? true }
  }

  package let device: DeviceKey
  package let field: FieldDefinition
  package let range: RegisterRange
  let known: Known
  /// What it was before it fell to about zero: where it goes on from there, that was one bad reading.
  let former: Known?
  /// The same counter of devices that look the same and are not there now. Those that are there are read too.
  let absent: [Known]

  /// Highest unscaled value seen.
  package var last: Int64 { known.value }

  /// A rise so small that it says nothing about whose counter it is.
  static let tolerance: Int64 = 2

  /// Whether the device can't show a number, also if its counter was reset.
  func excludes(_ now: Int64) -> Bool { !known.allows(now) && !isFormer(now) && !isReset(now) && now > Self.tolerance }

  /// What it says right at a write. Whether a fall was a reset or one bad reading, two scans decide.
  func judge(_ words: [UInt16]) -> EvidenceVerdict {
    guard let now = field.rawNumber(words), !field.isBlank(words) else {
      return .blank("\(field.name) of \(device) can't be read for the moment")
    }
    if isReset(now) {
      return .blank("\(field.name) of \(device) fell from \(known.value) to \(now), which is not confirmed yet")
    }
    return judge(now)
  }

  /// What it says to a scan.
  func judge(_ now: Int64) -> EvidenceVerdict {
    let change = "\(field.name) of \(device) was \(known.value) and is \(now) now"
    if now < known.value {
      if isFormer(now) || isReset(now) { return .fits }
      return .differs("\(change), though it never falls")
    }
    guard known.allows(now) || isFormer(now) else { return .differs("\(change), more than it can have risen by") }
    if fitsAnother(now) { return .differs("\(change), which fits another device of its kind better") }
    return .fits
  }

  /// Whether the counter goes on where it was before it seemed to be reset.
  func isFormer(_ now: Int64) -> Bool { former?.allows(now) ?? false }

  /// A fall to less than a fiftieth is a reset, not another device. From so little that this would be nothing it is none:
  /// a device that is nearly new may be exchanged with a new one. Nor where the counter goes on from that of another
  /// that looks the same and is away: it may have come here.
  func isReset(_ now: Int64) -> Bool {
    known.value >= 50 && now < known.value && now <= known.value / 50 && !isFormer(now)
      && !absent.contains { $0.allows(now) }
  }

  /// Of two that look the same one is away: a counter that goes on from the other's says that they changed places.
  private func fitsAnother(_ now: Int64) -> Bool {
    let distance = now - known.value
    return absent.contains { other in
      guard other.allows(now), now - other.value < distance else { return false }
      return distance > Self.tolerance || (now == other.value && CounterGrowth.of(field) == nil)
    }
  }
}

/// How fast a lifetime counter can rise at most, in register steps.
struct CounterGrowth: Sendable {
  let perHour: Double
  let perDay: Double

  /// The bounds follow from what the largest devices can do; where the register is scaled, by one step for a hundredth.
  /// Nil for highest values, which may rise by any amount at any time.
  static func of(_ field: FieldDefinition) -> CounterGrowth? { table[field.name] }

  static func isBounded(_ name: String) -> Bool { table[name] != nil }

  private static let table: [String: CounterGrowth] = [
    // A charge controller gives 100 A at 60 V at the most, and not all day.
    "lifetime_kwh_hours": CounterGrowth(perHour: 6, perDay: 60),
    "lifetime_kamp_hours": CounterGrowth(perHour: 10, perDay: 100),
    // Three shunts of 500 A.
    "lifetime_kah_removed": CounterGrowth(perHour: 2, perDay: 36),
    "total_days_at_100_percent": CounterGrowth(perHour: 100, perDay: 100),
  ]

  /// The most that a counter can have risen by.
  /// - Parameter elapsed: seconds since it was read last, by the wall clock; a clock that was set back counts as a day.
  func most(after elapsed: TimeInterval) -> Int64 {
    let elapsed = elapsed < 0 ? 86400 : elapsed
    let steps = min(perHour * elapsed / 3600, perDay * (elapsed / 86400).rounded(.up))
    return CounterItem.tolerance + Int64(min(steps, 1e12))
  }
}

import Foundation

/// Sun, temperature and the household's habits at a time: the same for the same time, so that days can be compared.
struct Weather: Sendable {
  /// Seconds since 1970 in local time.
  let time: Double

  private static let day = 86_400.0
  private var dayNumber: Double { (time / Self.day).rounded(.down) }
  /// Hours since midnight.
  private var hour: Double { (time - dayNumber * Self.day) / 3600 }

  /// Share of their rated power that solar arrays could give, 0…1: a day at 45° north with passing clouds.
  var sun: Double {
    let season = sin(2 * .pi * (dayNumber.truncatingRemainder(dividingBy: 365.25) - 80) / 365.25)
    let dayLength = 12.2 + 3.2 * season
    let progress = (hour - (12.5 - dayLength / 2)) / dayLength
    guard progress > 0, progress < 1 else { return 0 }
    let clear = pow(sin(.pi * progress), 1.3) * (0.82 + 0.12 * season)
    // Some days are cloudier than others, but none is dark.
    let cloudiness = 0.15 + 0.45 * Self.noise(dayNumber)
    return clear * (1 - cloudiness * smoothNoise(period: 900))
  }

  /// What the house would like to draw, in watts, for a household of ordinary size.
  var load: Double {
    var watts = 320 + 260 * smoothNoise(period: 240)
    if Self.noise((time / 1260).rounded(.down) * 3 + 1) < 0.4 { watts += 140 }
    watts += 650 * bump(center: 7.4, width: 0.9)
    watts += 1300 * bump(center: 12.4, width: 0.5)
    watts += 1000 * bump(center: 19.8, width: 1.9)
    return watts
  }

  /// Temperature of battery and surroundings in °C.
  var temperature: Double { 18 + 4 * cos(2 * .pi * (hour - 16) / 24) }

  private func bump(center: Double, width: Double) -> Double {
    let distance = (hour - center) / width
    return exp(-distance * distance)
  }

  /// Noise from 0 to 1 that goes from one value to the next within `period` seconds.
  private func smoothNoise(period: Double) -> Double {
    let position = time / period
    let index = position.rounded(.down)
    let share = position - index
    let weight = share * share * (3 - 2 * share)
    return Self.noise(index) * (1 - weight) + Self.noise(index + 1) * weight
  }

  /// A number from 0 to 1 that looks random and is the same for the same index.
  private static func noise(_ index: Double) -> Double {
    var bits = UInt64(bitPattern: Int64(min(max(index, -1e15), 1e15))) &+ 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    bits ^= bits >> 31
    return Double(bits >> 11) / Double(1 << 53)
  }
}

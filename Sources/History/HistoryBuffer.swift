/// What waits for the disk, bounded in bytes: the oldest goes first.
package struct HistoryBuffer: Sendable {
  /// About half a day of a system with six devices, at a minute.
  package static let limit = 2 << 20

  package private(set) var items: [HistoryItem] = []
  private var bytes = 0
  /// In milliseconds.
  private static let slack: Int64 = 2000
  private let limit: Int
  /// How many were given up.
  package private(set) var dropped = 0

  package init(limit: Int = Self.limit) { self.limit = limit }

  package mutating func add(_ more: [HistoryItem]) {
    items.append(contentsOf: more)
    bytes += more.reduce(0) { $0 + $1.bytes }
    trim()
  }

  /// Takes everything out.
  package mutating func drain() -> [HistoryItem] {
    defer {
      items = []
      bytes = 0
    }
    return items
  }

  /// Puts back what the disk did not take, before what came since.
  package mutating func putBack(_ older: [HistoryItem]) {
    items.insert(contentsOf: older, at: 0)
    bytes += older.reduce(0) { $0 + $1.bytes }
    trim()
  }

  /// Takes what was made while the machine's clock was not set to the time that it has now.
  package mutating func setTime(_ now: Int64, at instant: ContinuousClock.Instant) {
    var shift: Int64 = 0
    for index in items.indices {
      guard let at = items[index].at else { continue }
      let own = now - at.duration(to: instant).milliseconds - items[index].time
      // Times are known to a second or so: what was made with a clock that was right keeps them, and all else is moved by
      // the same, so that no row comes to lie on another one.
      if abs(own) < Self.slack { continue }
      if abs(own - shift) >= Self.slack { shift = own }
      items[index].shift(by: shift)
    }
  }

  private mutating func trim() {
    guard bytes > limit else { return }
    var count = 0
    // More than is needed, so that this is not done for every single one.
    while bytes > limit - limit / 16, count < items.count {
      bytes -= items[count].bytes
      count += 1
    }
    items.removeFirst(count)
    dropped += count
  }
}

extension Duration {
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}

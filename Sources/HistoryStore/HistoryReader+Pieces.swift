import History

extension HistoryReader.Piece {
  /// The bin of a row that begins then: the one in which most of it lies, or the one of its begin when it is longer.
  func place(of time: Int64, _ bin: (Int64) -> Range<Int64>) -> Range<Int64> {
    let own = bin(time)
    guard time + length > own.upperBound, own.upperBound - own.lowerBound >= length else { return own }
    return bin(time + length / 2)
  }
}

/// Which rows an answer is made of.
extension HistoryReader {
  /// No day is longer.
  private static let longestDay: Int64 = 90000

  /// Of every time the coarsest rows that are fine enough and lie in one bin; what is older than those, from the finest
  /// that are left. No time is in two of them.
  func pieces(
    _ kind: String, _ range: Range<Int64>, _ coarsest: HistoryLevel, _ bin: (Int64) -> Range<Int64>
  ) throws(DatabaseError) -> [Piece] {
    let levels = HistoryLevel.allCases
    var first: [HistoryLevel: Int64] = [:]
    for level in levels {
      guard
        try database.integer(
          "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [.text(level.table(kind))]) != nil
      else { continue }
      first[level] = try database.integer("SELECT min(id) >> 16 FROM \"\(level.table(kind))\"")
    }
    var pieces: [Piece] = []
    var open = [range]
    for level in levels.reversed() where first[level] != nil {
      let finer = levels.prefix { $0 != level }
      let isFineEnough = !finer.contains(coarsest)
      // From when on there are finer rows too.
      let kept = finer.compactMap { first[$0] }.min() ?? .max
      let until =
        try database.integer(
          "SELECT until FROM rollup_state WHERE kind = ? AND level = ?", [.text(kind), .text(level.rawValue)]) ?? .min
      let taken: [Piece]
      switch level {
      case .recorded: taken = open.map { Piece(level: level, range: $0, length: 0) }
      case .fiveMinutes, .hour:
        taken = open.flatMap { range in
          Self.pieces(level, in: range, until: until, kept: kept, isFineEnough: isFineEnough, bin)
        }
      case .day:
        taken = try dayPieces(kind, in: range, until: until, kept: kept, isFineEnough: isFineEnough, bin)
      }
      pieces += taken
      open = Self.rest(of: open, without: taken)
    }
    return pieces.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// Rows of a level whose times are multiples of its length.
  private static func pieces(
    _ level: HistoryLevel, in range: Range<Int64>, until: Int64, kept: Int64, isFineEnough: Bool,
    _ bin: (Int64) -> Range<Int64>
  ) -> [Piece] {
    let length: Int64 = level == .hour ? 3600 : 300
    let end = min(range.upperBound, until)
    var pieces: [Piece] = []
    var time = range.lowerBound
    var old = min(end, kept == .max ? kept : HistoryClock.begin(of: kept, length))
    // A row that lies mostly behind the range is part of what follows.
    old = min(old, HistoryClock.begin(of: old + length / 2, length))
    if old > time {
      pieces.append(Piece(level: level, range: time..<old, length: length))
      time = old
    }
    guard isFineEnough else { return pieces }
    var begin: Int64?
    func finish(_ end: Int64) {
      if let begin, end > begin { pieces.append(Piece(level: level, range: begin..<end, length: length)) }
      begin = nil
    }
    while time < end {
      let next = min(bin(time).upperBound, end)
      let (first, last) = (HistoryClock.begin(of: time + length - 1, length), HistoryClock.begin(of: next, length))
      if first < last {
        begin = begin ?? first
        if last < next { finish(last) }
      } else {
        finish(time)
      }
      time = next
    }
    finish(end)
    return pieces
  }

  /// Day rows, whose days are those of the zone that the bridge had then, which may be another one.
  private func dayPieces(
    _ kind: String, in range: Range<Int64>, until: Int64, kept: Int64, isFineEnough: Bool,
    _ bin: (Int64) -> Range<Int64>
  ) throws(DatabaseError) -> [Piece] {
    let reach = Self.longestDay
    var begins: [Int64] = []
    try database.rows(
      "SELECT DISTINCT time FROM \"\(HistoryLevel.day.table(kind))\" WHERE id >= ? AND id < ? ORDER BY id",
      [.id(max(range.lowerBound, reach) - reach), .id(min(range.upperBound, until))]
    ) { begins.append($0.integer(0)) }
    var pieces: [Piece] = []
    for (index, begin) in begins.enumerated() {
      let next = index + 1 < begins.count ? begins[index + 1] : .max
      let end = min(next, until, begin + reach)
      let own = bin(begin)
      let limit = min(own.upperBound, range.upperBound)
      var fits = isFineEnough && begin >= range.lowerBound
      // A day that nothing follows may be shorter than it could be: its hours tell, or the day that begins with it.
      if fits, limit < end { fits = kept < end ? try !hasHours(kind, limit..<end) : begin == own.lowerBound }
      if fits {
        pieces.append(Piece(level: .day, range: begin..<min(end, limit), length: 0))
      } else if kept >= end {
        let piece = Piece(level: .day, range: begin..<end, length: end - begin)
        let place = piece.place(of: begin, bin)
        let isWanted = begin >= range.lowerBound || place != own && range.contains(place.lowerBound)
        guard isWanted else { continue }
        pieces.append(piece)
        if isFineEnough { hasForeignDays = true }
      }
    }
    return pieces
  }

  /// Whether there are rows of hours of this time, the one under way at its begin too.
  private func hasHours(_ kind: String, _ range: Range<Int64>) throws(DatabaseError) -> Bool {
    let table = HistoryLevel.hour.table(kind)
    guard try database.integer("SELECT 1 FROM sqlite_master WHERE name = ?", [.text(table)]) != nil else {
      return false
    }
    return try database.integer(
      "SELECT 1 FROM \"\(table)\" WHERE id >= ? AND id < ? LIMIT 1",
      [.id(HistoryClock.begin(of: range.lowerBound, 3600)), .id(range.upperBound)])
      != nil
  }

  private static func rest(of ranges: [Range<Int64>], without pieces: [Piece]) -> [Range<Int64>] {
    var rest: [Range<Int64>] = []
    for range in ranges {
      var begin = range.lowerBound
      for piece in pieces where piece.range.overlaps(range) {
        if piece.range.lowerBound > begin { rest.append(begin..<piece.range.lowerBound) }
        begin = max(begin, piece.range.upperBound)
      }
      if begin < range.upperBound { rest.append(begin..<range.upperBound) }
    }
    return rest
  }
}

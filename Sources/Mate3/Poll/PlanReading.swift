package import RegisterIO

/// Reads the ranges of a plan; in smaller pieces where the gateway refuses them. What it refuses even so is left out.
package struct PlanReading: RegisterReading {
  /// The pieces of a range that was refused.
  private struct Pieces {
    let range: RegisterRange
    var rest: ArraySlice<RegisterRange>
    let size: Int
    let refusal: RegisterError
    var areAllRead = true
    /// Whether the range is asked for once more, after all its pieces were read: a gateway that starts may give by then
    /// what it did not give before, whatever the size.
    var isAskedAgain = false
  }

  private let whole: [RegisterRange]
  private var rest: ArraySlice<RegisterRange>
  /// Of what was refused, the smallest pieces last.
  private var pieces: [Pieces] = []

  /// The size that the gateway takes, as far as the pieces have shown it.
  package private(set) var size: ReadSize
  /// How many pieces may still be asked for.
  package private(set) var piecesLeft: Int
  package private(set) var hasRead = false
  /// What the gateway said last to what it refused.
  package private(set) var refusal: RegisterError?
  /// What was refused however small.
  package private(set) var refused: [RegisterRange] = []
  /// How many ranges were left out.
  package private(set) var refusedReads = 0
  private var brought: [(range: RegisterRange, words: [UInt16])] = []

  /// - Parameters:
  ///   - ranges: what to read, of at most the size's registers each.
  ///   - whole: fields of two registers that one request must hold whole; sorted by address.
  ///   - piecesLeft: how many pieces may be asked for where ranges are refused.
  package init(_ ranges: [RegisterRange], keepingWhole whole: [RegisterRange], size: ReadSize, piecesLeft: Int = .max) {
    rest = ranges[...]
    self.whole = whole
    self.size = size
    self.piecesLeft = piecesLeft
  }

  package mutating func next() -> RegisterRange? {
    while let last = pieces.last {
      if let piece = last.rest.first {
        if piecesLeft > 0 { return piece }
        if !last.isAskedAgain { refusedReads += 1 }
        pieces[pieces.count - 1].rest = []
        pieces[pieces.count - 1].areAllRead = false
      } else if !last.areAllRead {
        pieces.removeLast()
        if !pieces.isEmpty { pieces[pieces.count - 1].areAllRead = false }
      } else if last.refusal.meansAbsent, last.size < size.current {
        pieces[pieces.count - 1].isAskedAgain = true
        pieces[pieces.count - 1].rest = [last.range]
      } else {
        // For want of time, size was not the cause.
        pieces.removeLast()
      }
    }
    return rest.first
  }

  package mutating func receive(_ words: [UInt16], from range: RegisterRange) {
    // Given whole by now: size was not the cause.
    if pieces.last?.isAskedAgain ?? false { pieces[pieces.count - 1].areAllRead = false }
    removeFirst()
    brought.append((range, words))
    hasRead = true
  }

  package mutating func refused(_ range: RegisterRange, _ error: RegisterError) {
    if let last = pieces.last, last.isAskedAgain {
      pieces.removeLast()
      piecesLeft -= 1
      size.remember(last.size)
      rest = ReadPlan.requests(for: Array(rest), keepingWhole: whole, limit: size.current)[...]
      return
    }
    removeFirst()
    refusal = error
    guard let half = size.smaller(than: range.count) else {
      refused.append(range)
      refusedReads += 1
      if !pieces.isEmpty { pieces[pieces.count - 1].areAllRead = false }
      return
    }
    let smaller = range.count > size.current ? size.current : half
    let requests = ReadPlan.requests(for: [range], keepingWhole: whole, limit: smaller)
    pieces.append(Pieces(range: range, rest: requests[...], size: smaller, refusal: error))
  }

  private mutating func removeFirst() {
    if pieces.isEmpty {
      rest.removeFirst()
    } else {
      piecesLeft -= 1
      pieces[pieces.count - 1].rest.removeFirst()
    }
  }

  /// What was read since this was last asked for.
  package mutating func takeBrought() -> [(range: RegisterRange, words: [UInt16])] {
    defer { brought = [] }
    return brought
  }
}

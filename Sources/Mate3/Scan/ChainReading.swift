package import RegisterIO

/// A walk over the chain, with smaller requests where the gateway refuses some.
package struct ChainReading: RegisterReading {
  package private(set) var walk: ChainWalk
  private let size: ReadSize
  /// How many refused requests may still be followed by a smaller one.
  package private(set) var piecesLeft: Int
  /// What the gateway said last to what it does not give however small.
  package private(set) var refusal: RegisterError?

  package init(_ walk: ChainWalk, size: ReadSize, piecesLeft: Int = .max) {
    self.walk = walk
    self.size = size
    self.piecesLeft = piecesLeft
  }

  package mutating func next() throws -> RegisterRange? {
    guard case .read(let range) = try walk.next() else { return nil }
    return range
  }

  package mutating func receive(_ words: [UInt16], from range: RegisterRange) { walk.receive(words, from: range) }

  package mutating func refused(_ range: RegisterRange, _ error: RegisterError) throws {
    if walk.expectNothing() { return }
    if piecesLeft > 0, let smaller = size.smaller(than: range.count) {
      piecesLeft -= 1
      walk.lower(limit: smaller, afterRefused: range)
    } else {
      guard walk.giveUp() else { throw error }
      refusal = error
    }
  }
}

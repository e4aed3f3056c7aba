import RegisterIO
import TestSupport
import Testing

@testable import Mate3

@Suite struct PlanReadingTests {
  private static let absent = RegisterError(.exception(.illegalDataAddress), "no such register")
  private static let busy = RegisterError(.exception(.serverDeviceBusy), "busy")

  private static func range(_ start: Int, _ count: Int) throws -> RegisterRange {
    try #require(RegisterRange(start: start, count: count))
  }

  /// Whatever the gateway refuses, by size or by place: every register is read once or is in what was refused, in pieces
  /// no longer than the smallest, and no number of two registers is cut.
  @Test func everythingIsReadOrRefused() throws {
    for seed in UInt64(0)..<300 {
      var random = SplitMix64(seed: seed)
      let most = [4, 8, 30, 60, 125][Int.random(in: 0...4, using: &random)]
      let isAbsent = (0..<800).map { _ in Int.random(in: 0..<300, using: &random) == 0 }
      let whole = try stride(from: 40010, to: 40790, by: 37).map { try Self.range($0, 2) }
      let plan = ReadPlan.requests(for: [try Self.range(40000, 800)], keepingWhole: whole, limit: 100)
      var reading = PlanReading(plan, keepingWhole: whole, size: ReadSize(configured: 100))
      var read: [Int] = []
      var requests = 0
      while let range = reading.next() {
        requests += 1
        try #require(requests < 2000, "seed \(seed)")
        #expect(!whole.contains { $0.overlaps(range) && !range.contains($0) }, "seed \(seed)")
        if range.count <= most, !(range.start..<range.end).contains(where: { isAbsent[$0 - 40000] }) {
          reading.receive(Array(repeating: 1, count: range.count), from: range)
        } else {
          reading.refused(range, Self.absent)
        }
        for (range, _) in reading.takeBrought() { read += range.start..<range.end }
      }
      let refused = reading.refused.flatMap { $0.start..<$0.end }
      #expect((read + refused).sorted() == Array(40000..<40800), "seed \(seed)")
      #expect(reading.refused.allSatisfy { $0.count <= ReadSize.smallest }, "seed \(seed)")
      if most >= ReadSize.smallest {
        #expect(refused.allSatisfy { abs($0 - nearest(isAbsent, to: $0)) < ReadSize.smallest }, "seed \(seed)")
      }
    }
  }

  private func nearest(_ isAbsent: [Bool], to address: Int) -> Int {
    isAbsent.indices.filter { isAbsent[$0] }.map { 40000 + $0 }.min { abs($0 - address) < abs($1 - address) } ?? 0
  }

  @Test func aSizeOnceLearntIsUsedForTheRest() throws {
    let plan = try (0..<4).map { try Self.range(40000 + 100 * $0, 100) }
    var reading = PlanReading(plan, keepingWhole: [], size: ReadSize(configured: 100))
    var counts: [Int] = []
    while let range = reading.next() {
      counts.append(range.count)
      if range.count > 50 {
        reading.refused(range, Self.absent)
      } else {
        reading.receive(Array(repeating: 0, count: range.count), from: range)
      }
    }
    // Asked for once more as it was, before the size is believed.
    #expect(counts == [100, 50, 50, 100] + Array(repeating: 50, count: 6))
    #expect(reading.size.current == 50)
  }

  /// A gateway that starts refuses registers that it gives a moment later: the size of the pieces is not to blame, and
  /// smaller requests for the rest of the program's life would be the price.
  @Test func aSizeIsNotLearntFromWhatIsGivenAMomentLater() throws {
    let plan = try (0..<3).map { try Self.range(40000 + 100 * $0, 100) }
    var reading = PlanReading(plan, keepingWhole: [], size: ReadSize(configured: 100))
    var counts: [Int] = []
    while let range = reading.next() {
      counts.append(range.count)
      if counts.count == 1 {
        reading.refused(range, Self.absent)
      } else {
        reading.receive(Array(repeating: 0, count: range.count), from: range)
      }
    }
    #expect(counts == [100, 50, 50, 100, 100, 100])
    #expect(reading.size.current == 100 && reading.refused.isEmpty)
  }

  /// A weak gateway is not asked for any number of pieces, and one that has no time teaches no size.
  @Test func piecesAreBounded() throws {
    let plan = try (0..<4).map { try Self.range(40000 + 100 * $0, 100) }
    var reading = PlanReading(plan, keepingWhole: [], size: ReadSize(configured: 100), piecesLeft: 3)
    var requests = 0
    while let range = reading.next() {
      requests += 1
      reading.refused(range, Self.busy)
    }
    #expect(requests == 4 + 3 && !reading.hasRead && reading.piecesLeft == 0)
    #expect(reading.size.current == 100 && reading.refusal == Self.busy)
  }
}

import RegisterIO
import TestSupport
import Testing

@testable import Mate3

@Suite struct ReadPlanTests {
  static func range(_ start: Int, _ count: Int) throws -> RegisterRange {
    try #require(RegisterRange(start: start, count: count))
  }

  @Test func goesOverGapsWhereThatSavesARequest() throws {
    let plan = ReadPlan.requests(for: [try Self.range(0, 10), try Self.range(90, 10)], keepingWhole: [], limit: 100)
    #expect(plan == [try Self.range(0, 100)])
  }

  @Test func readsNothingAfterTheLastWantedRegister() throws {
    let plan = ReadPlan.requests(for: [try Self.range(0, 10), try Self.range(95, 10)], keepingWhole: [], limit: 100)
    #expect(plan == [try Self.range(0, 100), try Self.range(100, 5)])
  }

  @Test func cutsNoField() throws {
    let plan = ReadPlan.requests(
      for: [try Self.range(0, 150)], keepingWhole: [try Self.range(99, 2)], limit: 100)
    #expect(plan == [try Self.range(0, 99), try Self.range(99, 51)])
  }

  @Test func isEmptyWhenNothingIsWanted() {
    #expect(ReadPlan.requests(for: [], keepingWhole: [], limit: 100).isEmpty)
  }

  /// Against all ways to cover small maps: everything wanted is read, no request is too long or cuts a field, and no
  /// plan has fewer requests.
  @Test(arguments: 0..<300)
  func coversWithTheFewestRequests(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let size = 24
    let limit = Int.random(in: 2...9, using: &random)
    var whole: [RegisterRange] = []
    var position = 0
    while position < size - 1 {
      if Bool.random(using: &random) {
        whole.append(try Self.range(position, 2))
        position += 2
      } else {
        position += 1
      }
    }
    var wanted: [RegisterRange] = []
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      let start = Int.random(in: 0..<size, using: &random)
      wanted.append(try Self.range(start, Int.random(in: 1...(size - start), using: &random)))
    }
    // A wanted register brings the rest of its field along.
    for field in whole where wanted.contains(where: { $0.overlaps(field) }) { wanted.append(field) }

    let plan = ReadPlan.requests(for: wanted, keepingWhole: whole, limit: limit)
    let covered = Set(plan.flatMap { Array($0.start..<$0.end) })
    #expect(Set(wanted.flatMap { Array($0.start..<$0.end) }).isSubset(of: covered))
    #expect(plan.allSatisfy { $0.count <= limit })
    for field in whole where wanted.contains(where: { $0.overlaps(field) }) {
      #expect(plan.contains { $0.contains(field) }, "\(field) is cut by \(plan)")
    }
    #expect(plan.count == fewest(wanted, whole, limit, size))
  }

  /// Dynamic programming over the position from which on everything is still to be read.
  private func fewest(_ wanted: [RegisterRange], _ whole: [RegisterRange], _ limit: Int, _ size: Int) -> Int {
    let isWanted = (0..<size).map { address in wanted.contains { $0.start <= address && address < $0.end } }
    var best = Array(repeating: 0, count: size + 1)
    for position in stride(from: size - 1, through: 0, by: -1) {
      guard isWanted[position] else {
        best[position] = best[position + 1]
        continue
      }
      best[position] = .max
      for end in (position + 1)...min(position + limit, size) {
        // Cutting a field is allowed only where nothing of it is wanted after the cut.
        if whole.contains(where: { $0.start < end && end < $0.end && isWanted[end] }) { continue }
        let rest = best[end]
        if rest != .max { best[position] = min(best[position], rest + 1) }
      }
    }
    return best[0]
  }
}

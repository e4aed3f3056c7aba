import Mate3
import RegisterIO
import Registry
import Testing

@testable import Bridge

@Suite struct FreshnessTests {
  private let start = ContinuousClock.now
  private let settings = PollSettings(live: .seconds(1), settings: .seconds(2), fixed: .seconds(4))

  /// A charge controller and its configuration: groups of different intervals, whose limits fall anywhere.
  private func image() throws -> SystemImage {
    let registry = try Registry.embedded()
    var words: [UInt16] = [0x5375, 0x6E53]
    for id: UInt16 in [64111, 64112] {
      let definition = try #require(registry.block(id: id))
      let length = (definition.fields.map(\.endOffset).max() ?? 3) - 3
      var block = [id, UInt16(length)] + Array(repeating: UInt16(0), count: length)
      let port = try #require(definition.portField)
      block[port.offset - 1] = 3
      words += block
    }
    words += [0xFFFF, 0]
    var walk = ChainWalk(registry: registry, limit: 100)
    while case .read(let range) = try walk.next() {
      walk.take(
        (range.start..<range.end).map { words.indices.contains($0 - 40000) ? words[$0 - 40000] : 0 }, from: range)
    }
    return SystemImage(layout: walk.layout(registry: registry, names: DeviceNames()))
  }

  /// Whatever the cycles' rhythm was before the gateway fell silent: its devices are said to be offline three intervals
  /// after the last reading, and not a whole interval later.
  @Test func silenceIsSeenInTime() throws {
    let image = try image()
    let groups = Array(image.map.groups.indices)
    #expect(groups.count >= 2)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let freshness = Freshness(settings: settings)
      freshness.install(image, read: groups, at: start)
      var lastRead = start
      var (_, again) = freshness.look(at: start)
      var wasOnline = true
      for cycle in 1...Int.random(in: 1...12, using: &random) {
        let now = start + .seconds(cycle) + .microseconds(Int.random(in: -9000...9000, using: &random))
        while again <= now {
          let (verdict, next) = freshness.look(at: again)
          #expect(verdict == nil, "nothing is stale yet")
          again = next
        }
        freshness.note(groups, isLive: true, at: now)
        lastRead = now
      }
      let limit = lastRead + settings.live * Freshness.staleAfter
      while wasOnline, again < lastRead + .seconds(20) {
        let now = again
        let (verdict, next) = freshness.look(at: now)
        again = next
        guard let verdict else { continue }
        wasOnline = false
        #expect(verdict.states.values.contains(false))
        #expect(now > limit)
        #expect(now <= limit + Freshness.slack)
      }
      #expect(!wasOnline)
    }
  }
}

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
      walk.receive(
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
      var freshness = Freshness(image.layout, image.map, settings: settings, read: groups, at: start)
      var lastRead = start
      var again = freshness.nextLook(after: start)
      var wasOnline = true
      for cycle in 1...Int.random(in: 1...12, using: &random) {
        let now = start + .seconds(cycle) + .microseconds(Int.random(in: -9000...9000, using: &random))
        while again <= now {
          #expect(freshness.states(at: again).allSatisfy { $0 }, "nothing is stale yet")
          again = freshness.nextLook(after: again)
        }
        freshness.note(groups, isLive: true, at: now)
        lastRead = now
      }
      let limit = lastRead + settings.live * Freshness.staleAfter
      while wasOnline, again < lastRead + .seconds(20) {
        let now = again
        again = freshness.nextLook(after: now)
        guard freshness.states(at: now).contains(false) else { continue }
        wasOnline = false
        #expect(now > limit)
        #expect(now <= limit + Freshness.slack)
      }
      #expect(!wasOnline)
    }
  }

  /// A gateway may take longer for a full read than a reading may be old: as long as it answers, it is not silent.
  /// A command at a slow gateway takes longer than readings may be old: they are stale then, but the next command finds
  /// no silent gateway.
  @Test func theAnswersToACommandAreNoSilence() throws {
    let image = try image()
    var freshness = Freshness(
      image.layout, image.map, settings: settings, read: Array(image.map.groups.indices), at: start)
    let end = start + .seconds(6)
    #expect(!freshness.isAnswering(at: end))
    freshness.showedLife(at: end)
    #expect(freshness.isAnswering(at: end + settings.live) && freshness.states(at: end).contains(false))
    #expect(!freshness.isAnswering(at: end + settings.live * Freshness.staleAfter + .seconds(1)))
  }

  @Test func aSlowReadingIsNotSilence() throws {
    let image = try image()
    let groups = Array(image.map.groups.indices)
    var freshness = Freshness(image.layout, image.map, settings: settings, read: groups, at: start)
    let begin = start + .seconds(1)
    freshness.begin(at: begin)
    for request in 1...12 {
      let now = begin + .milliseconds(850 * request)
      freshness.answered(at: now)
      #expect(freshness.states(at: now + .milliseconds(800)).allSatisfy { $0 })
      #expect(freshness.isAnswering(at: now + .milliseconds(800)))
    }
    // The answers stop.
    let last = begin + .milliseconds(850 * 12)
    let limit = last + settings.live * Freshness.staleAfter
    #expect(freshness.isAnswering(at: limit))
    #expect(!freshness.isAnswering(at: limit + .milliseconds(1)))
    #expect(freshness.nextLook(after: last) <= limit + Freshness.slack)
    #expect(freshness.states(at: limit + .milliseconds(1)).allSatisfy { !$0 })
    // A reading that never ends makes nothing fresh.
    freshness.answered(at: begin + .seconds(61))
    #expect(!freshness.isAnswering(at: begin + .seconds(61)))
  }
}

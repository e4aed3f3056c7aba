import Testing

@testable import MQTTTransport

@Suite struct TrafficTests {
  private let start = ContinuousClock.now
  private let keepAlive: Duration = .seconds(10)
  private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

  /// A ping is due when either direction was quiet for a keep-alive; a second more, since the library counts in whole
  /// ones.
  @Test func theQuieterDirectionCounts() {
    var traffic = Traffic(at: start)
    #expect(traffic.nextCare(keepAlive: keepAlive) == at(11))
    traffic.noteWritten(at: at(4))
    #expect(traffic.nextCare(keepAlive: keepAlive) == at(11))
    traffic.noteRead(at: at(3))
    #expect(traffic.nextCare(keepAlive: keepAlive) == at(14))
  }

  /// Looking too early changes nothing; a ping that was due counts for both directions, so that a missing answer is
  /// looked for after another keep-alive.
  @Test func aPingBeginsAnew() {
    var traffic = Traffic(at: start)
    traffic.noteCare(keepAlive: keepAlive, at: at(10))
    #expect(traffic.nextCare(keepAlive: keepAlive) == at(11))
    traffic.noteCare(keepAlive: keepAlive, at: at(11))
    #expect(traffic.nextCare(keepAlive: keepAlive) == at(22))
    traffic.noteRead(at: at(12))
    #expect(traffic.nextCare(keepAlive: keepAlive) == at(22))
  }
}

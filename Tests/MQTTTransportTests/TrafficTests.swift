import Testing

@testable import MQTTTransport

@Suite struct TrafficTests {
  private let start = SuspendingClock.now
  private func at(_ seconds: Int) -> Traffic.Instant { start + .seconds(seconds) }

  /// A ping is due when either direction was quiet for a keep-alive; a second more, since the library counts in whole
  /// ones.
  @Test func theQuieterDirectionCounts() {
    var traffic = Traffic(keepAlive: .seconds(10), at: start)
    #expect(traffic.nextCare == at(11))
    traffic.noteWritten(at: at(4))
    #expect(traffic.nextCare == at(11))
    traffic.noteRead(at: at(3))
    #expect(traffic.nextCare == at(14))
  }

  /// Looking too early changes nothing; a ping that was due counts for both directions, so that a missing answer is
  /// looked for after another keep-alive.
  @Test func aPingBeginsAnew() {
    var traffic = Traffic(keepAlive: .seconds(10), at: start)
    traffic.noteCare(at: at(10))
    #expect(traffic.nextCare == at(11))
    traffic.noteCare(at: at(11))
    #expect(traffic.nextCare == at(22))
    traffic.noteRead(at: at(12))
    #expect(traffic.nextCare == at(22))
  }

  /// The library acknowledged what came at 5, which is not noted as written: it sends no ping at 11, but one at 15.
  @Test func whatTheLibraryWroteByItselfIsNotForgotten() {
    var traffic = Traffic(keepAlive: .seconds(10), at: start)
    traffic.noteRead(at: at(5))
    traffic.noteCare(at: at(11))
    #expect(traffic.nextCare == at(16))
  }
}

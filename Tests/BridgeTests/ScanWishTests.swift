import Testing

@testable import Bridge

@Suite struct ScanWishTests {
  private let start = ContinuousClock.now
  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test func aStormOfWishesIsOneScanNowAndOneLater() {
    let wish = ScanWish()
    #expect(wish.makeForUser(at: at(0)))
    wish.take(at: at(0.1))
    for tick in 1...400 { #expect(!wish.makeForUser(at: at(Double(tick) / 100))) }
    #expect(!wish.isMade(at: at(4.9)))
    #expect(wish.isMade(at: at(5)))
    wish.take(at: at(5))
    #expect(!wish.isMade(at: at(60)))
    #expect(!wish.makeForUser(at: at(6)), "five seconds from the scan that came later")
    #expect(wish.isMade(at: at(10)))
  }

  @Test func theBridgesOwnWishWaitsForNothing() {
    let wish = ScanWish()
    #expect(wish.makeForUser(at: at(0)))
    wish.take(at: at(0))
    wish.make()
    #expect(wish.isMade(at: at(0.1)))
  }
}

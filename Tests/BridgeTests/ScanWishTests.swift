import Testing

@testable import Bridge

@Suite struct ScanWishTests {
  private let start = ContinuousClock.now
  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test func aStormOfWishesIsOneScanNowAndOneLater() {
    let wish = ScanWish()
    #expect(wish.makeForUser(at: at(0)))
    wish.fulfil(at: at(0.1))
    for tick in 1...150 { #expect(!wish.makeForUser(at: at(Double(tick) / 100))) }
    #expect(!wish.isMade(at: at(1.9)))
    #expect(wish.isMade(at: at(2)))
    wish.fulfil(at: at(2))
    #expect(!wish.isMade(at: at(60)))
    #expect(!wish.makeForUser(at: at(3)), "two seconds from the scan that came later")
    #expect(wish.isMade(at: at(4)))
  }

  @Test func theBridgesOwnWishWaitsForNothing() {
    let wish = ScanWish()
    #expect(wish.makeForUser(at: at(0)))
    wish.fulfil(at: at(0))
    wish.make()
    #expect(wish.isMade(at: at(0.1)))
  }
}

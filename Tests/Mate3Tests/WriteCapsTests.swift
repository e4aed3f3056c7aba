import Foundation
import Testing

@testable import Mate3

@Suite struct WriteCapsTests {
  private let start = Date(timeIntervalSinceReferenceDate: 0)
  private let block = PinKey(block: "charge_controller_configuration", port: 3)

  private func intent(_ seconds: Double, _ words: [UInt16] = [1], isFree: Bool = false) -> WriteIntent {
    WriteIntent(
      number: 0, at: start + seconds, origin: .command, who: "test", id: nil, block: block, field: "absorb_volts",
      address: 0, before: [0], words: words, evidence: [], isFree: isFree)
  }

  /// Releases, restorations and reverts are never held back, and hold back nothing.
  @Test func whatIsFreeCountsForNothing() {
    var caps = WriteCaps(WriteCaps.Settings(fieldInterval: .zero, fieldPerDay: 2))
    for second in 0..<50 { caps.note(intent(Double(second), isFree: true), isOperational: false) }
    #expect(caps.refusal(block, "absorb_volts", isOperational: false, at: start + 60) == nil)
    caps.note(intent(60), isOperational: false)
    #expect(caps.refusal(block, "absorb_volts", isOperational: false, at: start + 61) == nil)
    caps.note(intent(61), isOperational: false)
    #expect(caps.refusal(block, "absorb_volts", isOperational: false, at: start + 62)?.code == .capDay)
    #expect(caps.refusal(block, "absorb_volts", isOperational: false, at: start + 86_462) == nil)
  }

  @Test func theIntervalIsKeptByTheLastWriteThatCounts() {
    var caps = WriteCaps(WriteCaps.Settings(fieldInterval: .seconds(10)))
    let note = caps.note(intent(0), isOperational: true)
    caps.note(intent(5, isFree: true), isOperational: true)
    #expect(caps.refusal(block, "absorb_volts", isOperational: true, at: start + 9)?.code == .capInterval)
    #expect(caps.refusal(block, "absorb_volts", isOperational: true, at: start + 10) == nil)
    // What was not sent after all leaves nothing behind.
    caps.takeBack(note)
    #expect(caps.refusal(block, "absorb_volts", isOperational: true, at: start + 1) == nil)
  }

  /// A relay that is switched every second for a day takes no more memory than one that is switched once.
  @Test func nothingGrowsWithTheWritesOfADay() {
    var caps = WriteCaps(WriteCaps.Settings())
    for second in 0..<86_400 { caps.note(intent(Double(second)), isOperational: true) }
    #expect(caps.count == 1)
  }
}

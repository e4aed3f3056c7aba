import Foundation
import Mate3
import TestSupport
import Testing

@testable import Mate3

/// Random commands, swaps, reboots, faults, restarts and waits, judged by an oracle that knows only the wire and which
/// piece of hardware is where. `MATE3_SEQUENCES` and `MATE3_SEED` set how many and which.
@Suite struct SafetyOracleTests {
  static let sequences = ProcessInfo.processInfo.environment["MATE3_SEQUENCES"].flatMap(Int.init) ?? 600
  static let seed =
    ProcessInfo.processInfo.environment["MATE3_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64(UInt32.max))

  @Test func noSequenceBreaksAPromise() throws {
    print("safety oracle: \(Self.sequences) sequences, MATE3_SEED=\(Self.seed)")
    var totals = OracleTotals()
    var violations = 0
    var images: [[Int]: SystemImage] = [:]
    for number in 0..<Self.sequences {
      let seed = Self.seed &+ UInt64(number)
      var run = OracleRun(seed: seed, images: images)
      try run.play()
      images = run.bridge.images
      totals.add(run.oracle.totals)
      if let violation = run.oracle.violation {
        var again = OracleRun(seed: seed, images: images, tells: true)
        try again.play()
        Issue.record("MATE3_SEQUENCES=1 MATE3_SEED=\(seed): \(violation)\n\(again.story.joined(separator: "\n"))")
        violations += 1
        if violations == 3 { break }
      }
    }
    print("safety oracle: \(totals)")
  }
}

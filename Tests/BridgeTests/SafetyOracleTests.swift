import Foundation
import Mate3
import TestSupport
import Testing

@testable import Mate3

/// Random commands, swaps, reboots, faults, restarts and waits, judged by an oracle that knows only the wire and which
/// piece of hardware is where. `MATE3_SEQUENCES` and `MATE3_SEED` set how many and which; without them the same ones are
/// played each time, and `make soak` plays others.
@Suite struct SafetyOracleTests {
  static let sequences = ProcessInfo.processInfo.environment["MATE3_SEQUENCES"].flatMap(Int.init) ?? 300
  static let seed =
    ProcessInfo.processInfo.environment["MATE3_SEED"].flatMap(UInt64.init)
    ?? (sequences > 300 ? UInt64.random(in: 0...UInt64(UInt32.max)) : 4000)

  @Test func noSequenceBreaksAPromise() async throws {
    print("safety oracle: \(Self.sequences) sequences, MATE3_SEED=\(Self.seed)")
    var totals = OracleTotals()
    var violations = 0
    let workers = Self.sequences > 300 ? ProcessInfo.processInfo.activeProcessorCount : 1
    try await withThrowingTaskGroup(of: (OracleTotals, [String]).self) { group in
      for worker in 0..<workers {
        group.addTask { try Self.play(stride(from: worker, to: Self.sequences, by: workers)) }
      }
      for try await (part, stories) in group {
        totals.add(part)
        violations += stories.count
        for story in stories { Issue.record("\(story)") }
      }
    }
    print("safety oracle: \(totals)")
    // A run in which nothing happens proves nothing.
    guard Self.sequences >= 500, violations == 0 else { return }
    let isLong = Self.sequences >= 10000
    #expect(totals.undetectable > 0 && totals.changedDuringWrite > 0)
    #expect(totals.endsChecked > Self.sequences / 20 && totals.ends > Self.sequences / 20)
    #expect(totals.calmCommands > Self.sequences)
    for outcome in [
      "accepted ok", "unchanged already_so", "failed not_taken", "failed device_refused", "unconfirmed scale_changed",
      "unconfirmed identity_changed_during_write", "rejected identity_mismatch", "rejected untrusted",
      "rejected id_used",
      "rejected expired", "rejected dry_run", "rejected gateway_offline", "rejected state_unwritable",
      "rejected cap_day", "rejected invalid_value", "rejected no_system_voltage",
    ] {
      #expect(totals.outcomes[outcome, default: 0] > 0 || !isLong, "no \(outcome)")
    }
    for event in [
      "exchanged", "replaced", "unplugged", "moved", "appended", "rebooted", "gateway replaced", "killed", "restarted",
      "disk broken", "keypad", "misread", "trusted", "forgotten", "clock stepped", "replaced and trusted",
    ] {
      #expect(totals.events[event, default: 0] > 0 || !isLong, "no \(event)")
    }
  }

  /// - Returns: what happened, and the stories of the first sequences that broke a promise.
  private static func play(_ numbers: StrideTo<Int>) throws -> (OracleTotals, [String]) {
    var totals = OracleTotals()
    var stories: [String] = []
    var images: [[Int]: SystemImage] = [:]
    for number in numbers where stories.count < 5 {
      let seed = Self.seed &+ UInt64(number)
      var run = OracleRun(seed: seed, images: images)
      try run.play()
      images = run.bridge.images
      run.oracle.totals.sequences = 1
      totals.add(run.oracle.totals)
      guard let violation = run.oracle.violation else { continue }
      var again = OracleRun(seed: seed, images: images, tells: true)
      try again.play()
      stories.append("MATE3_SEQUENCES=1 MATE3_SEED=\(seed): \(violation)\n\(again.story.joined(separator: "\n"))")
    }
    return (totals, stories)
  }
}

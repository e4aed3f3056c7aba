import TestSupport
import Testing

@testable import Bridge

@Suite struct RetainedTopicsTests {
  /// Whatever is set, sent and sent again, the broker ends up with the last payload of every topic.
  @Test func theBrokerEndsUpWithTheLastPayloadOfEveryTopic() {
    for seed in UInt64(0)..<60 {
      var random = SplitMix64(seed: seed)
      var topics = RetainedTopics()
      var (expected, broker): ([String: String], [String: String]) = ([:], [:])
      for _ in 0..<300 {
        let topic = "mate3/\(Int.random(in: 0...5, using: &random))/x"
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
          broker = [:]
          topics.unmarkAll()
          topics.markAll()
        case 1, 2, 3:
          let count = Int.random(in: 0...topics.pending, using: &random)
          for entry in topics.next(count) { broker[entry.topic] = entry.payload }
          topics.took(count)
        default:
          let payload = ["", "é", "e\u{301}", "1"][Int.random(in: 0...3, using: &random)]
          expected[topic] = payload
          topics.set(topics.index(of: topic, rank: .state, device: nil), payload)
        }
        #expect(Set(topics.next(topics.pending).map(\.topic)).count == topics.pending, "seed \(seed)")
      }
      for entry in topics.next(topics.pending) { broker[entry.topic] = entry.payload }
      #expect(broker.mapValues { Array($0.utf8) } == expected.mapValues { Array($0.utf8) }, "seed \(seed)")
    }
  }

  @Test func aNewConnectionGetsEverythingInTheOrderOfRank() {
    var topics = RetainedTopics()
    for (topic, rank) in [("state", RetainedTopics.Rank.bridgeState), ("volts", .state), ("config", .discovery)] {
      topics.set(topics.index(of: topic, rank: rank, device: nil), "1")
    }
    _ = topics.index(of: "never", rank: .state, device: nil)
    #expect(topics.next(9).map(\.topic) == ["state", "volts", "config"])
    topics.markAll()
    #expect(topics.next(9).map(\.topic) == ["config", "volts", "state"])
  }
}

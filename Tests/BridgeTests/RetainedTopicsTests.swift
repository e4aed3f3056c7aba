import Mate3
import MessageIO
import Registry
import TestSupport
import Testing

@testable import Bridge

@Suite struct RetainedTopicsTests {
  /// However topics become known, by text or as a field's, each has one place and goes out under its own name.
  @Test func aTopicHasOnePlaceAndItsOwnName() throws {
    let registry = try Registry.embedded()
    let blocks = registry.blocks.filter { ["charge_controller", "charge_controller_configuration"].contains($0.name) }
    try #require(blocks.count == 2)
    for seed in UInt64(0)..<60 {
      var random = SplitMix64(seed: seed)
      var topics = RetainedTopics()
      var places: [String: Int] = [:]
      for step in 0..<300 {
        let block = blocks[Int.random(in: 0...1, using: &random)]
        let path = "mate3/\(Int.random(in: 0...2, using: &random))/"
        let field = block.fields[Int.random(in: 0..<block.fields.count, using: &random)]
        let others = ["availability", "commands", field.name]
        let place: Int
        let topic: String
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
          topics.setFields(block.fields, in: path)
          continue
        case 1, 2:
          topic = path + others[Int.random(in: 0...2, using: &random)]
          #expect(topics.contains(topic) == (places[topic] != nil), "seed \(seed): \(topic)")
          place = topics.index(of: topic, rank: .state, device: nil)
        default:
          topic = path + field.name
          place = topics.index(of: field, in: path, rank: .state, device: nil)
        }
        #expect(place == places[topic, default: places.count], "seed \(seed), step \(step): \(topic)")
        places[topic] = place
        topics.set(place, topic)
      }
      topics.markAll()
      #expect(topics.pending == places.count)
      var buffer = MessageBuffer()
      for position in 0..<topics.pending {
        topics.write(position, into: &buffer)
        buffer.withMessage { topic, payload in
          #expect(Array(topic.dropLast()) == Array(payload), "seed \(seed)")
        }
      }
    }
  }
}

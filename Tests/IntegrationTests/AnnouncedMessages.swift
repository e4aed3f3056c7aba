import Foundation
import TestSupport

/// What the bridge has announced on the broker.
struct AnnouncedMessages {
  struct Message: Decodable {
    struct Component: Decodable {
      var platform: String
      var uniqueID: String?
      var stateTopic: String?
      var enabledByDefault: Bool?

      private enum CodingKeys: String, CodingKey {
        case platform
        case uniqueID = "unique_id"
        case stateTopic = "state_topic"
        case enabledByDefault = "enabled_by_default"
      }
    }

    var components: [String: Component]

    /// The entities, without those that are to be removed.
    var present: [Component] {
      components.values.filter { $0.uniqueID != nil && $0.platform != "device_automation" }
    }
  }

  let messages: [String: Message]

  init(_ watcher: TopicWatcher, prefix: String = "homeassistant") throws {
    var messages: [String: Message] = [:]
    for (topic, text) in watcher.texts where topic.hasPrefix("\(prefix)/device/") && !text.isEmpty {
      messages[topic] = try JSONDecoder().decode(Message.self, from: Data(text.utf8))
    }
    self.messages = messages
  }

  var components: [Message.Component] { messages.values.flatMap(\.present) }
  /// Those that Home Assistant enables without being asked.
  var enabledCount: Int { components.count { $0.enabledByDefault ?? true } }
  var ids: Set<String> { Set(components.compactMap(\.uniqueID)) }
}

import Foundation
package import Mate3
package import Topics

/// A discovery message that an earlier run of this program left at the broker.
package struct LeftDocument: Sendable {
  package let topic: String
  package let payload: [UInt8]
  /// The gateway's MAC in its topic.
  package let mac: String
  /// The first device whose availability it names.
  package let owner: DeviceKey?
  /// Whether it shows topics below this bridge's base.
  package let isOfThisBase: Bool
  /// What it announced.
  package let components: [String: Component.Platform]

  private struct Content: Decodable {
    struct Origin: Decodable { let name: String }
    struct Availability: Decodable { let topic: String }
    struct Component: Decodable {
      let platform: String
      /// Missing where the component was only to be removed.
      let id: String?

      private enum CodingKeys: String, CodingKey {
        case platform
        case id = "unique_id"
      }
    }

    let origin: Origin
    let availability: [Availability]
    let components: [String: Component]
  }

  /// Nil for what is not ours: other programs' messages are never touched.
  package init?(topic: String, payload: [UInt8], prefix: String, scheme: TopicScheme) {
    guard Self.mayBeOurs(topic, prefix: prefix),
      let content = try? JSONDecoder().decode(Content.self, from: Data(payload)),
      content.origin.name == DiscoveryDocument.origin
    else { return nil }
    self.topic = topic
    self.payload = payload
    mac = String(topic.dropFirst(Self.start(prefix).count).prefix(12))
    isOfThisBase = content.availability.contains { $0.topic == scheme.bridgeState }
    owner =
      content.availability.lazy.compactMap { entry -> DeviceKey? in
        guard case .state(let device, "availability") = scheme.parse(entry.topic) else { return nil }
        return device
      }.first
    components = content.components.filter { $0.value.id != nil }
      .compactMapValues { Component.Platform(rawValue: $0.platform) }
  }

  /// Whether a topic has the form of this program's discovery topics.
  package static func mayBeOurs(_ topic: String, prefix: String) -> Bool {
    guard topic.hasPrefix(start(prefix)), topic.hasSuffix("/config") else { return false }
    let rest = topic.dropFirst(start(prefix).count)
    return rest.prefix(12).count == 12 && rest.prefix(12).allSatisfy(\.isHexDigit)
      && (rest.dropFirst(12).first == "_" || rest.dropFirst(12) == "/config")
  }

  private static func start(_ prefix: String) -> String { "\(prefix)/device/mate3_" }
}

import DequeModule
import MessageIO
import Topics

/// Messages that make the system safer and came to a candidate: a bridge that hands over may not have heard them any more.
/// Those that another bridge has answered are not kept.
struct HeldReleases {
  static let limit = 64
  static let byteLimit = 1 << 20

  private var messages: Deque<InboundMessage> = []
  private var bytes = 0

  /// Keeps a message, in place of the oldest where there are too many: that one the other bridge has most likely heard.
  mutating func add(_ message: InboundMessage) {
    messages.append(message)
    bytes += Self.size(of: message)
    while messages.count > Self.limit || bytes > Self.byteLimit { bytes -= Self.size(of: messages.removeFirst()) }
  }

  /// Takes an answer of another bridge.
  mutating func settle(by answer: InboundMessage) {
    guard !messages.isEmpty, !answer.isRetained else { return }
    let id = CommandPayload.id(of: answer.payload)
    let index = messages.firstIndex {
      $0.topic + "/result" == answer.topic && CommandPayload.id(of: $0.payload) == id
    }
    if let index { bytes -= Self.size(of: messages.remove(at: index)) }
  }

  /// Hands over what was kept, and keeps nothing of it.
  mutating func takeAll() -> [InboundMessage] {
    defer { self = HeldReleases() }
    return Array(messages)
  }

  private static func size(of message: InboundMessage) -> Int {
    message.topic.utf8.count + message.payload.count + (message.responseTopic?.utf8.count ?? 0)
      + (message.correlationData?.count ?? 0)
  }
}

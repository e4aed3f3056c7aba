import HomeAssistant
import MessageIO
import Topics

/// Collects what an earlier run left retained at the broker, once, on the first connection.
struct RetainedSurvey {
  /// More messages than any system has topics; what lies beyond is left alone.
  static let limit = 20_000
  /// Most bytes that they may take.
  static let byteLimit = 16 << 20

  let scheme: TopicScheme
  let instance: String
  /// Home Assistant's discovery prefix.
  let prefix: String?
  private var found = PackedMessages()
  private(set) var isDone = false

  init(scheme: TopicScheme, instance: String, prefix: String? = nil) {
    self.prefix = prefix
    self.scheme = scheme
    self.instance = instance
  }

  /// Begins anew: on another connection the broker hands over everything once more.
  mutating func begin() { found = PackedMessages() }

  /// Ends the survey without its echo.
  mutating func end() { isDone = true }

  /// Hands over what was found, of each topic the last message, and keeps nothing of it.
  mutating func takeFound() -> PackedMessages {
    defer { found = PackedMessages() }
    let last = Dictionary(found.enumerated().map { ($1.topic, $0) }, uniquingKeysWith: { $1 })
    guard last.count < found.count else { return found }
    var merged = PackedMessages()
    for (place, message) in found.enumerated() where last[message.topic] == place { merged.append(message) }
    return merged
  }

  /// Takes a message.
  /// - Returns: true when it was the echo that ends the survey.
  mutating func take(_ message: InboundMessage) -> Bool {
    guard !isDone else { return false }
    if message.topic == scheme.echo(instance) {
      isDone = true
      return true
    }
    let size = message.topic.utf8.count + message.payload.count
    guard message.isRetained, found.count < Self.limit, found.byteCount + size <= Self.byteLimit else { return false }
    switch scheme.parse(message.topic) {
    case .state, .object:
      // Whether there was a value is all that is asked later.
      found.append(
        InboundMessage(
          topic: message.topic, payload: Array(message.payload.prefix(1)), isRetained: true,
          receivedAt: message.receivedAt))
    default:
      if let prefix, LeftDocument.mayBeOurs(message.topic, prefix: prefix) { found.append(message) }
    }
    return false
  }
}

import HomeAssistant
import MessageIO
import Topics

/// Collects what an earlier run left retained at the broker, once, on the first connection.
struct RetainedSurvey {
  /// More topics than any system has; what lies beyond is left alone.
  static let limit = 20_000

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

  /// Ends the survey without its echo.
  mutating func end() { isDone = true }

  /// Hands over what was found and keeps nothing of it.
  mutating func takeFound() -> PackedMessages {
    defer { found = PackedMessages() }
    return found
  }

  /// Takes a message.
  /// - Returns: true when it was the echo that ends the survey.
  mutating func take(_ message: InboundMessage) -> Bool {
    guard !isDone else { return false }
    if message.topic == scheme.echo(instance) {
      isDone = true
      return true
    }
    if message.isRetained, found.count < Self.limit, isWanted(message.topic) {
      found.append(message)
    }
    return false
  }

  private func isWanted(_ topic: String) -> Bool {
    switch scheme.parse(topic) {
    case .state, .object: return true
    default: break
    }
    return prefix.map { LeftDocument.mayBeOurs(topic, prefix: $0) } ?? false
  }
}

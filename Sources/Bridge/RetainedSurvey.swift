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
  /// The last message of each topic.
  private var found: [String: InboundMessage] = [:]
  private var foundBytes = 0
  private(set) var isDone = false

  init(scheme: TopicScheme, instance: String, prefix: String? = nil) {
    self.prefix = prefix
    self.scheme = scheme
    self.instance = instance
  }

  /// Hands over what was found, of each topic the last message, and keeps nothing of it.
  mutating func takeFound() -> [InboundMessage] {
    defer { (found, foundBytes) = ([:], 0) }
    return found.values.sorted { $0.topic < $1.topic }
  }

  /// Takes a message.
  /// - Returns: true when it was the echo that ends the survey.
  mutating func receive(_ message: InboundMessage) -> Bool {
    guard !isDone else { return false }
    if message.topic == scheme.echo(instance) {
      isDone = true
      return true
    }
    guard message.isRetained else { return false }
    switch scheme.parse(message.topic) {
    case .state, .object:
      // Whether there was a value is all that is asked later.
      keep(InboundMessage(topic: message.topic, payload: Array(message.payload.prefix(1)), isRetained: true))
    default:
      if let prefix, LeftDocument.mayBeOurs(message.topic, prefix: prefix) { keep(message) }
    }
    return false
  }

  private mutating func keep(_ message: InboundMessage) {
    let earlier = found[message.topic].map(Self.size(of:)) ?? 0
    let bytes = foundBytes - earlier + Self.size(of: message)
    guard bytes <= Self.byteLimit, earlier > 0 || found.count < Self.limit else { return }
    found[message.topic] = message
    foundBytes = bytes
  }

  private static func size(of message: InboundMessage) -> Int { message.topic.utf8.count + message.payload.count }
}

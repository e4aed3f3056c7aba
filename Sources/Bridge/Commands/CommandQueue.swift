import DequeModule
import Mate3
import MessageIO
import Registry
import Synchronization
import Topics

/// Commands that wait their turn: bounded, and with those first that make the system safer.
final class CommandQueue: Sendable {
  private struct State {
    var releases: Deque<InboundMessage> = []
    var others: Deque<InboundMessage> = []
    var isOpen = true
  }

  private let state = Mutex(State())
  private let limit: Int
  private let registry: Registry
  private let scheme: TopicScheme
  private let signal: AsyncStream<Void>
  private let signaller: AsyncStream<Void>.Continuation

  /// - Parameter limit: most commands of either kind that wait.
  init(limit: Int, registry: Registry, scheme: TopicScheme) {
    self.limit = limit
    self.registry = registry
    self.scheme = scheme
    (signal, signaller) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Adds a message, or says why it is not taken.
  /// - Returns: the refusal, and older messages that a release has replaced: carried out after it they would undo it.
  func add(_ message: InboundMessage) -> (refusal: CommandRefusal?, replaced: [InboundMessage]) {
    let isRelease = isRelease(message)
    let result = state.withLock { state -> (CommandRefusal?, [InboundMessage]) in
      guard state.isOpen else {
        return (CommandRefusal(.shuttingDown, "the bridge is shutting down; nothing was written"), [])
      }
      guard (isRelease ? state.releases.count : state.others.count) < limit else {
        return (CommandRefusal(.queueFull, "\(limit) commands are waiting already; nothing was written"), [])
      }
      guard isRelease else {
        state.others.append(message)
        return (nil, [])
      }
      state.releases.append(message)
      let replaced = Array(state.others.filter { $0.topic == message.topic })
      state.others.removeAll { $0.topic == message.topic }
      return (nil, replaced)
    }
    signaller.yield()
    return result
  }

  /// The next message, releases first; nil once the queue is closed and empty.
  func next() async -> InboundMessage? {
    var waiting = signal.makeAsyncIterator()
    while true {
      let (message, isOpen) = state.withLock { state in
        (state.releases.popFirst() ?? state.others.popFirst(), state.isOpen)
      }
      if let message { return message }
      guard isOpen, await waiting.next() != nil else {
        return state.withLock { $0.releases.popFirst() ?? $0.others.popFirst() }
      }
    }
  }

  func close() {
    state.withLock { $0.isOpen = false }
    signaller.finish()
  }

  /// Whether the message asks for a value that a field of that name marks as a release. Whether it is for the right
  /// device is seen later; going first gives it no right.
  private func isRelease(_ message: InboundMessage) -> Bool {
    guard case .command(_, let name) = scheme.parse(message.topic), let payload = try? CommandPayload(message.payload)
    else { return false }
    return registry.blocks.contains { block in
      guard let field = block.field(name), let rule = field.command, let enumeration = field.enumeration else {
        return false
      }
      let value = enumeration.entry(labelled: payload.text)?.value ?? Int(payload.text)
      return value.map(rule.release.contains) ?? false
    }
  }
}

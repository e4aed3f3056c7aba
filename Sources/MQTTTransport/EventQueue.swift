internal import DequeModule
internal import MessageIO
internal import Synchronization

/// Events between the network thread and their one consumer. Only inbound messages are bounded.
final class EventQueue: Sendable {
  fileprivate struct State {
    var messages = PackedMessages()
    /// Whatever is no plain message, with the number of messages before it.
    var others = Deque<(place: Int, event: BrokerEvent)>()
    var pushedMessages = 0
    var takenMessages = 0
    var messagesWithProperties = 0
    var bytes = 0
    var dropped = 0
    var isFinished = false
    var waiter: CheckedContinuation<BrokerEvent?, Never>?
  }

  private let state = Mutex(State())
  private let messageLimit: Int
  private let byteLimit: Int

  init(messageLimit: Int, byteLimit: Int) {
    self.messageLimit = messageLimit
    self.byteLimit = byteLimit
  }

  var dropped: Int { state.withLock { $0.dropped } }

  func push(_ event: BrokerEvent) {
    let waiter = state.withLock { state -> CheckedContinuation<BrokerEvent?, Never>? in
      guard !state.isFinished else { return nil }
      if let waiter = state.waiter {
        state.waiter = nil
        return waiter
      }
      guard case .message(let message) = event else {
        state.others.append((state.pushedMessages, event))
        return nil
      }
      guard state.waitingMessages < messageLimit, state.bytes + message.byteCount <= byteLimit else {
        state.dropped += 1
        return nil
      }
      state.bytes += message.byteCount
      if PackedMessages.holds(message) {
        state.messages.append(message)
        state.pushedMessages += 1
      } else {
        state.others.append((state.pushedMessages, event))
        state.messagesWithProperties += 1
      }
      return nil
    }
    waiter?.resume(returning: event)
  }

  /// Lets the consumer take what is queued, and then ends the stream.
  func finish() {
    let waiter = state.withLock { state in
      state.isFinished = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: nil)
  }

  func next() async -> BrokerEvent? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let ready = state.withLock { $0.take(orWait: continuation) }
        if let ready { continuation.resume(returning: ready) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(returning: nil)
    }
  }
}

extension EventQueue.State {
  fileprivate var waitingMessages: Int { messages.count + messagesWithProperties }

  private mutating func popFirst() -> BrokerEvent? {
    if let first = others.first, first.place <= takenMessages {
      others.removeFirst()
      if case .message(let message) = first.event {
        messagesWithProperties -= 1
        bytes -= message.byteCount
      }
      if others.isEmpty { others = [] }
      return first.event
    }
    guard let message = messages.popFirst() else { return nil }
    takenMessages += 1
    bytes -= message.byteCount
    return .message(message)
  }

  /// - Returns: the answer, or nil when `continuation` was kept to be resumed later.
  fileprivate mutating func take(orWait continuation: CheckedContinuation<BrokerEvent?, Never>) -> BrokerEvent?? {
    if let event = popFirst() { return .some(event) }
    // A second consumer would wait for ever in the first one's place: it gets an end instead.
    if isFinished || waiter != nil || Task.isCancelled { return .some(nil) }
    waiter = continuation
    return nil
  }
}

extension InboundMessage {
  fileprivate var byteCount: Int { topic.utf8.count + payload.count }
}

internal import DequeModule
internal import MessageIO
internal import Synchronization

/// Events between the network thread and their one consumer. Only inbound messages are bounded.
final class EventQueue: Sendable {
  fileprivate struct State {
    var events = Deque<BrokerEvent>()
    /// Most that waited since the queue's memory was last given back.
    var mostWaiting = 0
    var messages = 0
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
      if case .message(let message) = event {
        guard state.messages < messageLimit, state.bytes + message.payload.count <= byteLimit else {
          state.dropped += 1
          return nil
        }
        state.messages += 1
        state.bytes += message.payload.count
      }
      state.events.append(event)
      state.mostWaiting = max(state.mostWaiting, state.events.count)
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
  /// - Returns: the answer, or nil when `continuation` was kept to be resumed later.
  fileprivate mutating func take(orWait continuation: CheckedContinuation<BrokerEvent?, Never>) -> BrokerEvent?? {
    if let event = events.popFirst() {
      if case .message(let message) = event {
        messages -= 1
        bytes -= message.payload.count
      }
      // All that an earlier run has left comes in one go, once.
      if events.isEmpty, mostWaiting > 32 {
        events = []
        mostWaiting = 0
      }
      return .some(event)
    }
    // A second consumer would wait for ever in the first one's place: it gets an end instead.
    if isFinished || waiter != nil || Task.isCancelled { return .some(nil) }
    waiter = continuation
    return nil
  }
}

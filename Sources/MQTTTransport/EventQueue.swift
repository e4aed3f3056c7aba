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
    /// Commands among the messages.
    var commands = 0
    var commandBytes = 0
    var dropped = 0
    /// Dropped and not yet told; the event that will tell it is among the others.
    var untold = 0
    var isFinished = false
    var waiter: CheckedContinuation<BrokerEvent?, Never>?
  }

  private let state = Mutex(State())
  private let options: MosquittoOptions
  private let commands: InboundCommands

  init(_ options: MosquittoOptions, _ commands: InboundCommands = .none) {
    self.options = options
    self.commands = commands
  }

  var dropped: Int { state.withLock { $0.dropped } }

  /// Counts a message that was not taken.
  func drop() {
    let waiter = state.withLock { state -> CheckedContinuation<BrokerEvent?, Never>? in
      state.drop()
      defer { state.waiter = nil }
      return state.waiter
    }
    if let waiter { waiter.resume(returning: state.withLock { $0.popFirst(commands) }) }
  }

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
      let isCommand = commands.isCommand(message.topic)
      guard hasRoom(for: message, isCommand, state) else {
        state.drop()
        return nil
      }
      state.bytes += message.byteCount
      if isCommand {
        state.commands += 1
        state.commandBytes += message.byteCount
      }
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

  /// A flood of commands leaves room for the rest, and for those that must get through.
  private func hasRoom(for message: InboundMessage, _ isCommand: Bool, _ state: State) -> Bool {
    let size = message.byteCount
    guard isCommand else {
      return state.waitingMessages - state.commands < options.inboundLimit
        && state.bytes - state.commandBytes + size <= options.inboundByteLimit
    }
    func hasRoom(_ times: Int) -> Bool {
      state.commands < options.commandLimit * times && state.commandBytes + size <= options.commandByteLimit * times
    }
    return hasRoom(1) || (hasRoom(2) && commands.isRelease(message))
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
        let ready = state.withLock { $0.take(commands, orWait: continuation) }
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

  /// However many are dropped before the consumer hears of it, it hears once.
  fileprivate mutating func drop() {
    dropped += 1
    untold += 1
    if untold == 1 { others.append((pushedMessages, .dropped(0))) }
  }

  fileprivate mutating func popFirst(_ commands: InboundCommands) -> BrokerEvent? {
    let event = popFirst()
    if case .message(let message) = event {
      bytes -= message.byteCount
      if commands.isCommand(message.topic) {
        self.commands -= 1
        commandBytes -= message.byteCount
      }
    } else if case .dropped = event {
      defer { untold = 0 }
      return .dropped(untold)
    }
    return event
  }

  private mutating func popFirst() -> BrokerEvent? {
    if let first = others.first, first.place <= takenMessages {
      others.removeFirst()
      if case .message = first.event { messagesWithProperties -= 1 }
      if others.isEmpty { others = [] }
      return first.event
    }
    guard let message = messages.popFirst() else { return nil }
    takenMessages += 1
    return .message(message)
  }

  /// - Returns: the answer, or nil when `continuation` was kept to be resumed later.
  fileprivate mutating func take(
    _ commands: InboundCommands, orWait continuation: CheckedContinuation<BrokerEvent?, Never>
  ) -> BrokerEvent?? {
    if let event = popFirst(commands) { return .some(event) }
    // A second consumer would wait for ever in the first one's place: it gets an end instead.
    if isFinished || waiter != nil || Task.isCancelled { return .some(nil) }
    waiter = continuation
    return nil
  }
}

extension InboundMessage {
  /// With what it takes to keep it.
  fileprivate var byteCount: Int {
    topic.utf8.count + payload.count + (responseTopic?.utf8.count ?? 0) + (correlationData?.count ?? 0) + 64
  }
}

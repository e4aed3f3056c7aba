internal import DequeModule
internal import MessageIO
internal import Synchronization

/// Events between the network thread and their one consumer. Only inbound messages are bounded.
final class EventQueue: Sendable {
  fileprivate struct State {
    var events: Deque<BrokerEvent> = []
    /// Messages among the events.
    var messages = 0
    /// What must get through goes before everything else.
    var releases: Deque<InboundMessage> = []
    var releaseBytes = 0
    var bytes = 0
    /// Commands among the messages.
    var commands = 0
    var commandBytes = 0
    var dropped = 0
    /// Dropped and not yet told; the event that will tell it is among the events.
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
        state.events.append(event)
        return nil
      }
      let size = message.byteCount
      let isCommand = commands.isCommand(message.topic)
      if isCommand, state.messages > 0, state.hasRoomForRelease(size), commands.isRelease(message) {
        state.releases.append(message)
        state.releaseBytes += size
        return nil
      }
      guard hasRoom(for: size, isCommand, state) else {
        state.drop()
        return nil
      }
      state.bytes += size
      if isCommand {
        state.commands += 1
        state.commandBytes += size
      }
      state.events.append(event)
      state.messages += 1
      return nil
    }
    waiter?.resume(returning: event)
  }

  /// A flood of commands leaves room for what else arrives.
  private func hasRoom(for size: Int, _ isCommand: Bool, _ state: State) -> Bool {
    isCommand
      ? state.commands < options.commandLimit && state.commandBytes + size <= options.commandByteLimit
      : state.messages - state.commands < options.inboundLimit
        && state.bytes - state.commandBytes + size <= options.inboundByteLimit
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
        let ready = state.withLock { $0.next(commands, orWait: continuation) }
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
  private static let releaseLimit = 256
  private static let releaseByteLimit = 1 << 20

  /// What finds none is one command among others.
  fileprivate func hasRoomForRelease(_ size: Int) -> Bool {
    releases.count < Self.releaseLimit && releaseBytes + size <= Self.releaseByteLimit
  }

  /// However many are dropped before the consumer hears of it, it hears once.
  fileprivate mutating func drop() {
    dropped += 1
    untold += 1
    if untold == 1 { events.append(.dropped(0)) }
  }

  fileprivate mutating func popFirst(_ commands: InboundCommands) -> BrokerEvent? {
    if let release = releases.popFirst() {
      releaseBytes -= release.byteCount
      return .message(release)
    }
    switch events.popFirst() {
    case .message(let message):
      messages -= 1
      bytes -= message.byteCount
      guard commands.isCommand(message.topic) else { return .message(message) }
      self.commands -= 1
      commandBytes -= message.byteCount
      return .message(message)
    case .dropped:
      defer { untold = 0 }
      return .dropped(untold)
    case let event: return event
    }
  }

  /// - Returns: the answer, or nil when `continuation` was kept to be resumed later.
  fileprivate mutating func next(
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

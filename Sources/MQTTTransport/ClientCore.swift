internal import CMosquitto
internal import MessageIO
internal import Synchronization
internal import Threads

/// What the client and its network thread share.
final class ClientCore: Sendable {
  enum Phase {
    case idle
    /// The network thread has the handle to itself: it connects, or waits to do so.
    case connecting
    /// Messages are taken. The handle is used under the lock only.
    case connected
    case stopping(Stop)
    case ended
  }

  /// How far the end has come.
  struct Stop {
    /// Until when written and acknowledged messages are waited for.
    var farewellUntil: ContinuousClock.Instant
    /// Until when the connection may take to end.
    var endBy: ContinuousClock.Instant
    var isConnected: Bool
    var hasDisconnected = false
  }

  struct State {
    var phase = Phase.idle
    var handle: ClientHandle?
    var isVersion5: Bool
    /// Four times in it the library gets to look whether a ping is due: the broker waits for one and a half. Every second,
    /// as in the library's own loop, it costs 70 µs, a sixth of a cycle in which nothing has changed.
    var keepAlive: Duration
    /// Whether the network thread waits for the socket to take more.
    var pollsForWriting = false

    /// What the network did not take at once is the network thread's to write.
    /// - Returns: whether that has to be woken for it.
    mutating func noteUnwritten(_ handle: ClientHandle) -> Bool {
      guard !pollsForWriting, mosquitto_want_write(handle.pointer) else { return false }
      pollsForWriting = true
      return true
    }
  }

  let options: MosquittoOptions
  let events: EventQueue
  let box: CallbackBox
  let wakePipe: WakePipe
  let state: Mutex<State>
  private let ended = Gate()

  init(_ options: MosquittoOptions, _ commands: InboundCommands) throws(BrokerError) {
    self.options = options
    events = EventQueue(options, commands)
    box = CallbackBox(events: events, options)
    do {
      wakePipe = try WakePipe()
    } catch {
      throw BrokerError(.system, "no pipe for the broker connection: \(systemMessage(error.code))")
    }
    state = Mutex(State(isVersion5: options.version == .preferring5, keepAlive: options.keepAlive))
  }

  /// Checks the options; the caller then runs the network loop.
  func prepare() throws(BrokerError) {
    guard (5...65535).contains(options.keepAlive.components.seconds) else {
      throw BrokerError(.invalidOptions, "the keep-alive has to be 5 to 65535 s")
    }
    // What can't work at all is said to who starts it. The network thread makes its own, for each attempt.
    _ = try ClientHandle(options, box, isVersion5: options.version == .preferring5)
    let isNew = state.withLock { state in
      guard case .idle = state.phase else { return false }
      state.phase = .connecting
      return true
    }
    guard isNew else { throw BrokerError(.alreadyStarted, "the broker connection can be started only once") }
  }

  /// Messages from here on are gathered into full segments.
  private static let batchMinimum = 4

  func send(_ messages: ArraySlice<OutboundMessage>) -> (taken: Int, outcome: SendOutcome) {
    withConnection((0, .notConnected)) { handle, state in send(messages, on: handle, isVersion5: state.isVersion5) }
  }

  /// - Parameter isLimited: false for a farewell, which is not refused for what waits in front of it.
  private func send(
    _ messages: ArraySlice<OutboundMessage>, isLimited: Bool = true, on handle: ClientHandle, isVersion5: Bool
  ) -> (taken: Int, outcome: SendOutcome) {
    var taken = 0
    return handle.gathering(messages.count >= Self.batchMinimum) {
      for message in messages {
        let isAcknowledged = message.qos != .atMostOnce
        let size = message.topic.utf8.count + message.payload.count
        guard box.begin(size, isAcknowledged: isAcknowledged, isLimited: isLimited) else { return (taken, .full) }
        switch handle.publish(message, isVersion5: isVersion5, counting: box) {
        case .sent: taken += 1
        case let refusal:
          if !isAcknowledged { box.didNotWrite() }
          return (taken, refusal)
        }
      }
      return (taken, .sent)
    }
  }

  func withConnection<Result: Sendable>(
    _ otherwise: Result, _ body: (ClientHandle, inout State) -> Result
  ) -> Result {
    let (result, mustWake) = state.withLock { state -> (Result, Bool) in
      guard case .connected = state.phase, let handle = state.handle else { return (otherwise, false) }
      let result = body(handle, &state)
      return (result, state.noteUnwritten(handle))
    }
    if mustWake { wakePipe.wake() }
    return result
  }

  /// Asks the network thread to end, without waiting for it.
  func requestStop(farewell: [OutboundMessage] = [], within limit: Duration) {
    let now = ContinuousClock.now
    var stop = Stop(farewellUntil: now + limit * 0.7, endBy: now + limit * 0.9, isConnected: false)
    let isRunning = state.withLock { state in
      switch state.phase {
      case .idle:
        state.phase = .ended
        return false
      case .connected:
        // Under the same lock: nothing goes out behind the farewell.
        if let handle = state.handle {
          _ = send(farewell[...], isLimited: false, on: handle, isVersion5: state.isVersion5)
          _ = state.noteUnwritten(handle)
        }
        stop.isConnected = true
        state.phase = .stopping(stop)
      case .connecting: state.phase = .stopping(stop)
      case .stopping, .ended: break
      }
      return true
    }
    if isRunning { wakePipe.wake() } else { finish() }
  }

  func waitForEnd(atMost limit: Duration) async {
    await ended.wait(atMost: limit)
    events.finish()
  }

  /// The network thread's last act.
  func finish() {
    state.withLock { state in
      state.phase = .ended
      state.handle = nil
    }
    events.finish()
    ended.open()
  }
}

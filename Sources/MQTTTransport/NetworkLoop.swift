internal import CMosquitto
internal import Glibc
internal import MessageIO
internal import Synchronization
internal import Threads

/// The network thread of a client: connects, reads, writes what a `send` could not, and connects again.
///
/// It is driven here rather than by `mosquitto_loop_start`, so that it can be left at any moment:
/// `mosquitto_loop_stop` waits for the library's own thread, which may hang in a connect for minutes.
struct NetworkLoop {
  let core: ClientCore
  private var options: MosquittoOptions { core.options }
  private var retries: Retries

  init(_ core: ClientCore) {
    self.core = core
    retries = Retries(core.options)
  }

  mutating func run() {
    while let isVersion5 = core.state.withLock({ $0.isStopping ? nil : $0.isVersion5 }) {
      let ending = attempt(isVersion5)
      core.box.connectionEnded()
      if core.state.withLock({ $0.isStopping }) { break }
      if ending.retry == .withVersion311 {
        core.state.withLock { $0.isVersion5 = false }
        continue
      }
      let decision = retries.decide(after: ending)
      // A broker that stays away is reported once, not every two seconds.
      if decision.isNews {
        if decision.isFault { core.events.push(.fault(decision.reason)) }
        core.events.push(.disconnected(reason: decision.reason, willRetry: decision.delay != nil))
      }
      guard let delay = decision.delay else { break }
      pause(delay)
    }
    core.finish()
  }

  /// One connection, from reading the files that it needs to its end.
  private mutating func attempt(_ isVersion5: Bool) -> Ending {
    do throws(BrokerError) {
      let handle = try ClientHandle(options, core.box, isVersion5: isVersion5)
      core.state.withLock { $0.handle = handle }
      defer { core.state.withLock { $0.handle = nil } }
      return session(handle)
    } catch {
      return .unusable(error)
    }
  }

  /// Connects and serves the connection until it ends.
  private mutating func session(_ handle: ClientHandle) -> Ending {
    _ = core.box.takeFacts()
    CallbackBox.setLogging(true, on: handle.pointer)
    // Resolving the name may take long: not under the lock, which a `send` would wait for.
    let code = mosquitto_connect_async(
      handle.pointer, options.host, Int32(options.port), Int32(options.keepAlive.components.seconds))
    let systemError = errno
    guard code == MOSQ_ERR_SUCCESS.rawValue else {
      return Ending.connectFailed(code, systemError, core.box.takeFacts().log, options)
    }
    let deadline = ContinuousClock.now + options.connectTimeout
    var ready: Int16 = 0
    while true {
      let step = core.state.withLock { state -> Step in
        let step = state.step(handle, ready: ready, core: core, deadline: deadline)
        // In the same breath: a message handed over now would be kept by the library for the next connection.
        if case .ended = step, !state.isStopping { state.phase = .connecting }
        if case .connected = step { handle.resend(to: core.box, isVersion5: state.isVersion5) }
        return step
      }
      switch step {
      case .ended(let ending):
        return ending
      case .connected(let session):
        retries.connected()
        core.events.push(.connected(session))
        ready = 0
      case .wait(let socket, let events, let time):
        ready = wait(socket, events, time)
      }
    }
  }

  private func wait(_ socket: Int32, _ events: Int32, _ time: Duration) -> Int16 {
    var entries = (
      pollfd(fd: socket, events: Int16(events), revents: 0),
      pollfd(fd: core.wakePipe.readEnd, events: Int16(POLLIN), revents: 0)
    )
    let milliseconds = Int32(clamping: Int64(max(.zero, time) / .milliseconds(1)) + 1)
    let result = withUnsafeMutableBytes(of: &entries) {
      poll($0.assumingMemoryBound(to: pollfd.self).baseAddress, 2, milliseconds)
    }
    guard result > 0 else { return 0 }
    if entries.1.revents != 0 { core.wakePipe.drain() }
    return entries.0.revents
  }

  /// Waits before the next attempt; a stop ends it.
  private func pause(_ delay: Duration) {
    let deadline = ContinuousClock.now + delay
    while !core.state.withLock({ $0.isStopping }), ContinuousClock.now < deadline {
      // poll ignores an entry with a negative descriptor.
      _ = wait(-1, 0, deadline - .now)
    }
  }
}

/// What the network thread does next.
enum Step: Sendable {
  case wait(socket: Int32, events: Int32, time: Duration)
  case connected(BrokerSession)
  case ended(Ending)
}

extension ClientCore.State {
  var isStopping: Bool {
    if case .stopping = phase { true } else { false }
  }

  private var isConnected: Bool {
    switch phase {
    case .connected: true
    case .stopping(let stop): stop.isConnected
    case .idle, .connecting, .ended: false
    }
  }

  /// Lets the library read and write what is ready, and draws the conclusions.
  fileprivate mutating func step(
    _ handle: ClientHandle, ready: Int16, core: ClientCore, deadline: ContinuousClock.Instant
  ) -> Step {
    let client = handle.pointer
    let hasTLS = core.options.tls != nil
    var code = MOSQ_ERR_SUCCESS.rawValue
    if Int32(ready) & (POLLIN | POLLHUP | POLLERR) != 0 || (hasTLS && !isConnected) {
      // While TLS shakes hands, this is the call that carries it on, in both directions.
      code = mosquitto_loop_read(client, 1)
    }
    // libmosquitto takes a refused connection for a TLS handshake that is under way, and has taken its error.
    if hasTLS, !isConnected, Int32(ready) & (POLLHUP | POLLERR) != 0 {
      return .ended(.refusedOrPlain(core.options))
    }
    if code == MOSQ_ERR_SUCCESS.rawValue, mosquitto_want_write(client) { code = mosquitto_loop_write(client, 1) }
    if code == MOSQ_ERR_SUCCESS.rawValue, isConnected { code = mosquitto_loop_misc(client) }
    let facts = core.box.takeFacts()
    if let answer = facts.answer, answer != 0 {
      return .ended(.refused(answer, isVersion5: isVersion5, core.options))
    }
    if let end = facts.end { return .ended(lost(end.code, end.systemError, facts.log, core.options)) }
    if code != MOSQ_ERR_SUCCESS.rawValue || mosquitto_socket(client) < 0 {
      return .ended(lost(code, errno, facts.log, core.options))
    }
    if facts.answer == 0, case .connecting = phase {
      CallbackBox.setLogging(false, on: client)
      phase = .connected
      keepAlive = facts.keepAlive ?? core.options.keepAlive
      return .connected(BrokerSession(isVersion5: isVersion5))
    }
    return next(client, hasTLS: hasTLS, core: core, deadline: deadline)
  }

  /// Before the first answer, what listens there may be no broker at all.
  private func lost(_ code: Int32, _ systemError: Int32, _ log: [String], _ options: MosquittoOptions) -> Ending {
    let ending = Ending.lost(code, systemError, log, options)
    guard case .connecting = phase else { return ending }
    if ending.isClosedSilently { return .closedUnanswered(options) }
    let isNoMQTT = [MOSQ_ERR_PROTOCOL.rawValue, MOSQ_ERR_MALFORMED_PACKET.rawValue].contains(code)
    return isNoMQTT || code == MOSQ_ERR_ERRNO.rawValue && systemError == 0 ? .noBroker(options) : ending
  }

  private mutating func next(
    _ client: OpaquePointer, hasTLS: Bool, core: ClientCore, deadline: ContinuousClock.Instant
  ) -> Step {
    var latest = deadline
    switch phase {
    case .stopping(var stop):
      guard stop.isConnected else { return .ended(.stopped) }
      if !stop.hasDisconnected, core.box.outstanding == 0 || ContinuousClock.now >= stop.farewellUntil {
        stop.hasDisconnected = true
        phase = .stopping(stop)
        mosquitto_disconnect(client)
        if mosquitto_socket(client) < 0 { return .ended(.stopped) }
      }
      if ContinuousClock.now >= stop.endBy { return .ended(.stopped) }
      latest = stop.hasDisconnected ? stop.endBy : stop.farewellUntil
    case .connected:
      latest = .now + keepAlive / 4
    case .idle, .connecting, .ended:
      guard ContinuousClock.now < deadline else { return .ended(.unanswered(core.options)) }
      // libmosquitto does not tell which direction a TLS handshake waits for; being ready to write would spin.
      if hasTLS { latest = min(deadline, .now + .milliseconds(50)) }
    }
    pollsForWriting = mosquitto_want_write(client) && !(hasTLS && !isConnected)
    let events = POLLIN | (pollsForWriting ? POLLOUT : 0)
    return .wait(socket: mosquitto_socket(client), events: events, time: latest - .now)
  }
}

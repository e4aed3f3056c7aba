import DequeModule
import Mate3
import Synchronization

/// Commands that wait their turn: bounded in number and bytes, and with those first that make the system safer.
final class CommandQueue: Sendable {
  private struct State {
    var releases: Deque<Command> = []
    var others: Deque<Command> = []
    var bytes = 0
    var isOpen = true

    mutating func popFirst() -> Command? {
      let first = releases.popFirst() ?? others.popFirst()
      if let first { bytes -= first.byteCount }
      return first
    }
  }

  private let state = Mutex(State())
  private let limit: Int
  private let byteLimit: Int
  private let signal: AsyncStream<Void>
  private let signaller: AsyncStream<Void>.Continuation

  /// - Parameters:
  ///   - limit: most commands of either kind that wait.
  ///   - byteLimit: most bytes that the others may have when one is added; releases may have as many again.
  init(limit: Int, byteLimit: Int = 1 << 20) {
    self.limit = limit
    self.byteLimit = byteLimit
    (signal, signaller) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Adds a command, or says why it is not taken.
  func add(_ command: Command) -> CommandRefusal? {
    let refusal = state.withLock { state -> CommandRefusal? in
      guard state.isOpen else {
        return CommandRefusal(.shuttingDown, "the bridge is shutting down; nothing was written")
      }
      let bytes = state.bytes + command.byteCount
      guard (command.isRelease ? state.releases.count : state.others.count) < limit,
        bytes <= (command.isRelease ? 2 : 1) * byteLimit
      else { return CommandRefusal(.queueFull, "too many commands are waiting already; nothing was written") }
      if command.isRelease { state.releases.append(command) } else { state.others.append(command) }
      state.bytes = bytes
      return nil
    }
    if refusal == nil { signaller.yield() }
    return refusal
  }

  var hasReleases: Bool { state.withLock { !$0.releases.isEmpty } }

  /// Takes out what has waited too long.
  func removeExpired() -> [Command] {
    state.withLock { state in
      let expired = Array(state.others.filter { $0.expired() != nil })
      guard !expired.isEmpty else { return [] }
      state.others.removeAll { $0.expired() != nil }
      state.bytes -= expired.reduce(0) { $0 + $1.byteCount }
      return expired
    }
  }

  /// The next command, releases first; nil once the queue is closed and empty.
  func next() async -> Command? {
    var waiting = signal.makeAsyncIterator()
    while true {
      let (command, isOpen) = state.withLock { ($0.popFirst(), $0.isOpen) }
      if let command { return command }
      guard isOpen, await waiting.next() != nil else { return state.withLock { $0.popFirst() } }
    }
  }

  func close() {
    state.withLock { $0.isOpen = false }
    signaller.finish()
  }
}

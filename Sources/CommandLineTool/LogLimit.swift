import Dispatch
import Foundation
import Synchronization

/// Keeps messages that others can cause, such as refused commands, from filling the log: of one kind so many a minute,
/// and then how many more there were.
final class LogLimit: Sendable {
  /// Most messages of a kind in a minute.
  static let most = 60

  /// What makes messages one kind: where they are made, and how they begin.
  struct Kind: Hashable {
    let owner: String
    let file: String
    let line: UInt
    let beginning: String

    init(owner: String, file: String, line: UInt, message: String) {
      self.owner = owner
      self.file = file
      self.line = line
      beginning = String(message.prefix(24))
    }
  }

  private struct State {
    var minute: Int?
    var shown: [Kind: Int] = [:]
    var leftOut: [String: Int] = [:]
  }

  private let state = Mutex(State())
  private let clock: @Sendable () -> Int

  /// - Parameter clock: minutes since any point in time.
  init(clock: @escaping @Sendable () -> Int = { Int(DispatchTime.now().uptimeNanoseconds / 60_000_000_000) }) {
    self.clock = clock
  }

  /// - Returns: whether the message is shown, and whether it is the first that is not in this minute; then
  ///   ``takeLeftOut()`` is to be asked when the minute is over.
  func admit(_ kind: Kind) -> (isShown: Bool, isFirst: Bool) {
    state.withLock { state in
      let minute = clock()
      if state.minute != minute {
        state.minute = minute
        state.shown = [:]
      }
      // Messages that all begin differently are one kind in the end.
      let isKnown = state.shown[kind] != nil || state.shown.count < 1000
      let kind = isKnown ? kind : Kind(owner: "", file: "", line: 0, message: "other messages")
      state.shown[kind, default: 0] += 1
      guard state.shown[kind, default: 0] > Self.most else { return (true, false) }
      let isFirst = state.leftOut.isEmpty
      state.leftOut[kind.beginning, default: 0] += 1
      return (false, isFirst)
    }
  }

  /// What was left out since this was asked last.
  func takeLeftOut() -> [(beginning: String, count: Int)] {
    state.withLock { state in
      defer { state.leftOut = [:] }
      return state.leftOut.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
  }
}

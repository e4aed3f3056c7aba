import Dispatch
import Foundation
import Synchronization
import Threads

/// Lines for a descriptor that nobody may be reading, on a disk that may be full: a thread of its own writes them, and
/// whoever adds one never waits. What finds no room, or can't be written, is counted, and told when it flows again.
final class LineWriter: Sendable {
  private struct State {
    var waiting: [UInt8] = []
    /// Lines that found no room or could not be written, and are not told yet.
    var lost = 0
    /// Whether the last line that was written is cut off.
    var isCut = false
    var isWriting = false
    var flushes: [DispatchSemaphore] = []
  }

  private let descriptor: Int32
  private let limit: Int
  private let told: @Sendable (Int) -> String?
  private let failed: @Sendable (Int32) -> Void
  private let state = Mutex(State())
  private let hasWork = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - limit: bytes that may wait, beside as many that are being written.
  ///   - told: the line that says how many are missing, or nil for none; called with a lock held.
  ///   - failed: hears from the writer's thread of every failure, with the system's error number.
  init(
    _ descriptor: Int32, limit: Int, told: @escaping @Sendable (Int) -> String?,
    failed: @escaping @Sendable (Int32) -> Void = { _ in }
  ) {
    self.descriptor = descriptor
    self.limit = limit
    self.told = told
    self.failed = failed
    startThread("log") { [self] in
      while true {
        hasWork.wait()
        while let bytes = drain() { write(bytes) }
      }
    }
  }

  /// Adds text that ends with a line's end.
  func add(_ text: String) {
    let mustWake = state.withLock { state in
      guard state.waiting.count + text.utf8.count <= limit else {
        state.lost += 1
        return false
      }
      state.waiting += text.utf8
      defer { state.isWriting = true }
      return !state.isWriting
    }
    if mustWake { hasWork.signal() }
  }

  /// Waits until everything is written.
  /// - Returns: false when that took longer than `limit`.
  @discardableResult
  func flush(within limit: DispatchTimeInterval) -> Bool {
    let isDone = DispatchSemaphore(value: 0)
    let isIdle = state.withLock { state in
      if state.isWriting { state.flushes.append(isDone) }
      return !state.isWriting
    }
    return isIdle || isDone.wait(timeout: .now() + limit) == .success
  }

  private func drain() -> [UInt8]? {
    let (bytes, flushes) = state.withLock { state -> ([UInt8]?, [DispatchSemaphore]) in
      guard !state.waiting.isEmpty else {
        state.isWriting = false
        defer { state.flushes = [] }
        return (nil, state.flushes)
      }
      var bytes = state.waiting
      // After what was lost, in front of what flows again.
      if state.lost > 0, let line = told(state.lost) {
        bytes = Array("\(state.isCut ? "\n" : "")\(line)\n".utf8) + bytes
      }
      state.lost = 0
      state.waiting = []
      return (bytes, [])
    }
    for flush in flushes { flush.signal() }
    return bytes
  }

  private func write(_ bytes: [UInt8]) {
    let failure = writeAll(bytes, to: descriptor)
    let written = failure?.written ?? bytes.count
    let lines = bytes[written...].count { $0 == UInt8(ascii: "\n") }
    state.withLock { state in
      state.lost += lines
      if written > 0 { state.isCut = bytes[written - 1] != UInt8(ascii: "\n") }
    }
    if let failure { failed(failure.code) }
  }
}

/// Writes all bytes to a descriptor, and waits as long as it takes them.
/// - Returns: how far it came before the system refused, and its error number; nil when all was written.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> (written: Int, code: Int32)? {
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written) }
    let code = errno
    if count >= 0 {
      written += count
    } else if code == EAGAIN {
      // Another program may have made a shared terminal one that does not wait.
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      _ = poll(&entry, 1, -1)
    } else if code != EINTR {
      return (written, code)
    }
  }
  return nil
}

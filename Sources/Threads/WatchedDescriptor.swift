/// A descriptor whose readiness one task at a time waits for, on a thread that watches many.
package final class WatchedDescriptor: Sendable {
  package enum Direction: Sendable {
    case reading, writing
  }

  /// The thread has to live as long as somebody waits on it.
  private let executor: ThreadExecutor
  private let ticket: ThreadCore.Ticket
  private let descriptor: Int32

  /// Begins to watch a descriptor, which has to stay open until ``end()``.
  ///
  /// Nil when the thread watches no descriptors, or the system has no room for another.
  package init?(_ descriptor: Int32, on executor: ThreadExecutor) {
    self.executor = executor
    self.descriptor = descriptor
    guard let ticket = executor.core.watch(descriptor) else { return nil }
    self.ticket = ticket
  }

  /// Suspends until the descriptor has become ready since the last wait, or has ended.
  ///
  /// It may have become so before, and for what has been read meanwhile: try what you waited for, and wait again.
  /// - Returns: false when the deadline passed first.
  package func wait(for direction: Direction, until deadline: ContinuousClock.Instant) async -> Bool {
    if let isReady = executor.core.waitIdly(ticket, for: direction, until: deadline) { return isReady }
    return await withCheckedContinuation { executor.core.wait(ticket, for: direction, until: deadline, $0) }
  }

  /// Stops watching, so that the descriptor may be closed. Not while somebody waits.
  package func end() { executor.core.unwatch(ticket, descriptor) }
}

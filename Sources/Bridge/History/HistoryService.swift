package import History
package import Logging
package import Threads

/// Has the history written, on a thread that nothing else waits for. What goes wrong there costs history, and is said.
package struct HistoryService: Sendable {
  let recorder: HistoryRecorder
  private let store: any HistoryStore
  private let thread: ThreadExecutor
  /// In milliseconds.
  private let interval: Int64
  private let logger: Logger

  /// - Parameter interval: how often is written.
  package init(
    recorder: HistoryRecorder, store: any HistoryStore, on thread: ThreadExecutor, every interval: Duration,
    logger: Logger
  ) {
    self.recorder = recorder
    self.store = store
    self.thread = thread
    self.interval = max(interval.components.seconds, 1) * 1000
    self.logger = logger
  }

  /// Writes until the task is cancelled, and then what is left.
  /// - Parameters:
  ///   - alert: takes what is wrong now, nil when nothing is any more.
  ///   - notice: takes what an owner should hear once.
  func run(alert: @Sendable (String?) async -> Void, notice: @Sendable (String) -> Void) async {
    do {
      try await store.prepare()
    } catch {
      await alert("\(error)")
    }
    while !Task.isCancelled {
      await thread.sleep(until: .now + .milliseconds(interval - recorder.now % interval + 20))
      if Task.isCancelled { break }
      await write(isLast: false, alert, notice)
    }
    await write(isLast: true, { _ in }, notice)
    await store.close()
  }

  private func write(
    isLast: Bool, _ alert: @Sendable (String?) async -> Void, _ notice: @Sendable (String) -> Void
  ) async {
    let (items, now) = recorder.take(isLast: isLast)
    guard !items.isEmpty else { return }
    do {
      if let message = try await store.write(items, at: now) { notice(message) }
      await alert(nil)
    } catch {
      recorder.putBack(items)
      let dropped = recorder.dropped
      await alert(dropped > 0 ? "\(error); \(dropped) rows and more are lost" : "\(error)")
    }
    logger.trace("history", metadata: ["items": "\(items.count)"])
  }
}

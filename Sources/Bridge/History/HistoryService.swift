package import History
package import Threads

/// Has the history written, on a thread that nothing else waits for. What goes wrong there costs history, and is said.
package struct HistoryService: Sendable {
  /// What came of an attempt to write.
  private struct Outcome {
    let problem: String?
  }

  let recorder: HistoryRecorder
  let thread: ThreadExecutor
  private let store: any HistoryStore
  /// In milliseconds.
  private let interval: Int64

  /// - Parameter interval: how often is written.
  package init(
    recorder: HistoryRecorder, store: any HistoryStore, on thread: ThreadExecutor, every interval: Duration
  ) {
    self.recorder = recorder
    self.store = store
    self.thread = thread
    self.interval = max(interval.components.seconds, 1) * 1000
  }

  /// Writes until the task is cancelled, and then what is left.
  /// - Parameters:
  ///   - alert: takes what is wrong now, nil when nothing is any more.
  ///   - notice: takes what an owner should hear once.
  func run(alert: @Sendable (String?) async -> Void, notice: @Sendable (String) -> Void) async {
    var problem: String?
    do {
      try await store.prepare()
    } catch {
      problem = "\(error)"
      await alert(problem)
    }
    while !Task.isCancelled {
      await thread.sleep(until: .now + .milliseconds(interval - recorder.now % interval + 20))
      if Task.isCancelled { break }
      guard let outcome = await write(isLast: false, notice), outcome.problem != problem else { continue }
      problem = outcome.problem
      await alert(problem)
    }
    _ = await write(isLast: true, notice)
    await store.close()
  }

  /// - Returns: what is wrong now, if anything is; nil when there was nothing to write.
  private func write(isLast: Bool, _ notice: @Sendable (String) -> Void) async -> Outcome? {
    let (items, now) = recorder.drain(isLast: isLast)
    guard !items.isEmpty else { return nil }
    do {
      if let message = try await store.write(items, at: now) { notice(message) }
      return Outcome(problem: nil)
    } catch {
      recorder.putBack(items)
      return Outcome(problem: recorder.dropped > 0 ? "\(error); the oldest rows are lost" : "\(error)")
    }
  }
}

internal import Dispatch
internal import Glibc

/// Starts a thread that may block for as long as it likes; it ends with `body`.
///
/// Dispatch runs no more than 255 blocked queues in a process, and Swift's own tasks must never block.
/// - Parameter name: what tools such as `top` call it, in at most 15 bytes.
package func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
  let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
  var thread = pthread_t()
  let code = withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { buffer -> Int32 in
    guard let attributes = buffer.baseAddress else { return EAGAIN }
    pthread_attr_init(attributes)
    defer { pthread_attr_destroy(attributes) }
    pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    // Address space only: memory is taken as the stack grows into it.
    pthread_attr_setstacksize(attributes, 512 << 10)
    return pthread_create(&thread, attributes, { $0.flatMap { ThreadStart.run($0) } }, start.toOpaque())
  }
  guard code != 0 else { return }
  start.release()
  // The system gives no more threads. Dispatch may have one to spare, or waits until it has.
  DispatchQueue(label: name).async(execute: body)
}

private final class ThreadStart: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }

  static func run(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    // Signals are for the threads that expect them: a broken pipe is an error number here, no end of the program.
    withUnsafeTemporaryAllocation(of: sigset_t.self, capacity: 1) { buffer in
      guard let all = buffer.baseAddress else { return }
      sigfillset(all)
      pthread_sigmask(SIG_BLOCK, all, nil)
    }
    start.takeName()
    start.body()
    return nil
  }
}

extension ThreadStart {
  /// Names the running thread. Through the file, because Glibc's own function is not among those that Swift sees.
  fileprivate func takeName() {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    // A help for people alone; without it the thread has the name of the one that started it.
    _ = write(file, name, min(name.utf8.count, 15))
  }
}

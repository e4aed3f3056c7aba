#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Starts a thread that may block for as long as it likes; it ends with `body`.
///
/// Dispatch runs no more than 255 blocked queues in a process, and Swift's own tasks must never block.
/// - Parameter name: what tools such as `top` call it, in at most 15 bytes.
package func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
  #if canImport(Darwin)
    runOnDispatch(body)
  #else
    let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
    var thread = pthread_t()
    let code = withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { buffer -> Int32 in
      guard let attributes = buffer.baseAddress else { return EAGAIN }
      pthread_attr_init(attributes)
      defer { pthread_attr_destroy(attributes) }
      pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
      // Address space only: memory is taken as the stack grows into it.
      pthread_attr_setstacksize(attributes, Int(threadStackSize))
      return pthread_create(&thread, attributes, { $0.flatMap { ThreadStart.run($0) } }, start.toOpaque())
    }
    guard code != 0 else { return }
    start.release()
    // The system gives no more threads. Dispatch may have one to spare, or waits until it has.
    runOnDispatch(body)
  #endif
}

private let threadStackSize: UInt = 512 << 10

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
    giveBackStack()
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

/// Gives back the memory of the stack below the caller. The C library keeps the stacks of threads that have ended for
/// those that come, and of each so much as a thread needs at least, which is 16 KiB on some processors and 128 on others.
private func giveBackStack() {
  #if !canImport(Darwin)
    let page = UInt(max(4096, sysconf(Int32(_SC_PAGESIZE))))
    withUnsafeTemporaryAllocation(byteCount: 16, alignment: 16) { here in
      // The C library keeps what it knows of a thread at the upper end of the thread's stack: only what is surely part
      // of the stack is given back, clear of what this call itself needs.
      let top = currentThread()
      let size: UInt = 256 << 10
      guard let here = here.baseAddress.map({ UInt(bitPattern: $0) }), here < top, top - here < 64 << 10,
        top - here + 3 * page + size < threadStackSize,
        let start = UnsafeMutableRawPointer(bitPattern: here / page * page - 2 * page - size)
      else { return }
      _ = madvise(start, Int(size), MADV_DONTNEED)
    }
  #endif
}

/// A number that tells threads apart; never 0.
package func currentThread() -> UInt {
  #if canImport(Darwin)
    UInt(bitPattern: pthread_self())
  #else
    UInt(pthread_self())
  #endif
}

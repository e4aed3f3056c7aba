internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#else
  internal import CEpoll
  internal import Glibc
#endif

/// Waits for any of many descriptors, or for a wake-up from another thread: by epoll, or kqueue on Apple's systems.
///
/// Edges are told, not levels: a descriptor that became ready is reported once, until it becomes so again. Times are
/// nanoseconds since any moment, as long as it is always the same.
final class Poller: Sendable {
  struct Event {
    /// What the descriptor was added with.
    let token: Int
    let isReadable: Bool
    let isWritable: Bool
    /// Nothing more comes, or can be sent.
    let hasEnded: Bool
  }

  private static let wakeToken = 0
  private static let eventsAtOnce = 64
  private let queue: Int32
  #if !canImport(Darwin)
    private let bell: Int32
    /// Set once for many waits: a limit given to each of them would cost more than all the rest of it.
    private let alarm: Int32
    private static let alarmToken = -1
    /// When the alarm rings, `min` when it is not set; only the waiting thread asks.
    private let ringsAt = Atomic<Int64>(.min)
  #endif

  /// Nil when the system has no descriptor to spare.
  init?() {
    #if canImport(Darwin)
      queue = kqueue()
    #else
      queue = epoll_create1(Int32(EPOLL_CLOEXEC))
      bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
      alarm = timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
    #endif
    guard prepare() else { return nil }
  }

  deinit {
    close(queue)
    #if !canImport(Darwin)
      close(bell)
      close(alarm)
    #endif
  }
}

#if canImport(Darwin)
  extension Poller {
    private func prepare() -> Bool {
      fcntl(queue, F_SETFD, FD_CLOEXEC) == 0 && change(0, EVFILT_USER, EV_ADD | EV_CLEAR, 0, Self.wakeToken)
    }

    /// - Parameter token: above 0.
    func add(_ descriptor: Int32, token: Int) -> Bool {
      change(descriptor, EVFILT_READ, EV_ADD | EV_CLEAR, 0, token)
        && change(descriptor, EVFILT_WRITE, EV_ADD | EV_CLEAR, 0, token)
    }

    func remove(_ descriptor: Int32) {
      _ = change(descriptor, EVFILT_READ, EV_DELETE, 0, 0)
      _ = change(descriptor, EVFILT_WRITE, EV_DELETE, 0, 0)
    }

    func wake() { _ = change(0, EVFILT_USER, 0, UInt32(NOTE_TRIGGER), Self.wakeToken) }

    /// Waits, and calls `body` for each descriptor that became ready.
    /// - Parameters:
    ///   - now: the time in nanoseconds.
    ///   - deadline: when to give up; `Int64.max` for never. The wait may end before.
    func wait(at now: Int64, until deadline: Int64, _ body: (Event) -> Void) {
      let nanoseconds = Int(max(0, deadline - now))
      var limit = timespec(tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
      withUnsafeTemporaryAllocation(of: Darwin.kevent.self, capacity: Self.eventsAtOnce) { events in
        let count =
          deadline == .max
          ? kevent(queue, nil, 0, events.baseAddress, Int32(events.count), nil)
          : kevent(queue, nil, 0, events.baseAddress, Int32(events.count), &limit)
        for event in events.prefix(max(0, Int(count))) {
          let token = Int(bitPattern: event.udata)
          guard token != Self.wakeToken else { continue }
          body(
            Event(
              token: token, isReadable: event.filter == Int16(EVFILT_READ),
              isWritable: event.filter == Int16(EVFILT_WRITE), hasEnded: event.flags & UInt16(EV_EOF) != 0))
        }
      }
    }

    private func change(_ descriptor: Int32, _ filter: Int32, _ flags: Int32, _ note: UInt32, _ token: Int) -> Bool {
      var change = kevent(
        ident: UInt(descriptor), filter: Int16(filter), flags: UInt16(flags), fflags: note, data: 0,
        udata: UnsafeMutableRawPointer(bitPattern: token))
      return kevent(queue, &change, 1, nil, 0, nil) == 0
    }
  }
#else
  extension Poller {
    /// Has the alarm end a wait no later than at `deadline`; one that rings before is as good.
    /// - Returns: false when it can't.
    private func ring(by deadline: Int64, _ now: Int64) -> Bool {
      let set = ringsAt.load(ordering: .relaxed)
      guard deadline < .max, set == .min || set > deadline else { return true }
      let left = deadline - now
      var time = itimerspec()
      time.it_value.tv_sec = Int(left / 1_000_000_000)
      time.it_value.tv_nsec = Int(left % 1_000_000_000)
      guard timerfd_settime(alarm, 0, &time, nil) == 0 else { return false }
      ringsAt.store(deadline, ordering: .relaxed)
      return true
    }

    /// Nobody reads the bell or the alarm: each ring is an edge of its own.
    private func prepare() -> Bool { add(bell, token: Self.wakeToken) && add(alarm, token: Self.alarmToken) }

    /// - Parameter token: above 0.
    func add(_ descriptor: Int32, token: Int) -> Bool {
      var event = epoll_event()
      event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
      event.data.u64 = UInt64(bitPattern: Int64(token))
      return epoll_ctl(queue, EPOLL_CTL_ADD, descriptor, &event) == 0
    }

    func remove(_ descriptor: Int32) { _ = epoll_ctl(queue, EPOLL_CTL_DEL, descriptor, nil) }

    func wake() {
      var one: UInt64 = 1
      _ = write(bell, &one, MemoryLayout<UInt64>.size)
    }

    /// Waits, and calls `body` for each descriptor that became ready.
    /// - Parameters:
    ///   - now: the time in nanoseconds.
    ///   - deadline: when to give up; `Int64.max` for never. The wait may end before.
    func wait(at now: Int64, until deadline: Int64, _ body: (Event) -> Void) {
      // Without an alarm, which there is no reason for, it looks again and again.
      let limit: Int32 = deadline <= now ? 0 : ring(by: deadline, now) ? -1 : 1
      withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsAtOnce) { events in
        let count = epoll_wait(queue, events.baseAddress, Int32(events.count), limit)
        for event in events.prefix(max(0, Int(count))) {
          let token = Int(truncatingIfNeeded: event.data.u64)
          if token == Self.alarmToken { ringsAt.store(.min, ordering: .relaxed) }
          guard token > 0 else { continue }
          let end = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
          body(
            Event(
              token: token, isReadable: event.events & EPOLLIN.rawValue != 0,
              isWritable: event.events & EPOLLOUT.rawValue != 0, hasEnded: event.events & end != 0))
        }
      }
    }
  }
#endif

import Glibc
import TestSupport
import Testing
import Threads

@Suite(.timeLimit(.minutes(1))) struct WatchedDescriptorTests {
  /// Two connected sockets; the first is watched.
  private final class Pair: Sendable {
    let watched: Int32
    let other: Int32
    let watch: WatchedDescriptor

    init() throws {
      var ends: [Int32] = [-1, -1]
      try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
      (watched, other) = (ends[0], ends[1])
      for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
      watch = try #require(WatchedDescriptor(watched, on: ThreadExecutor(name: "test")))
    }

    deinit {
      watch.end()
      close(watched)
      close(other)
    }

    func write(_ count: Int, to end: Int32) -> Int {
      [UInt8](repeating: 1, count: count).withUnsafeBytes { Glibc.write(end, $0.baseAddress, count) }
    }

    func read(_ count: Int, from end: Int32) -> Int {
      var bytes = [UInt8](repeating: 0, count: count)
      return Glibc.read(end, &bytes, count)
    }
  }

  private static var soon: ContinuousClock.Instant { .now + .seconds(30) }

  @Test func dataThatIsThereOrComesEndsTheWait() async throws {
    let pair = try Pair()
    #expect(pair.write(3, to: pair.other) == 3)
    #expect(await pair.watch.wait(for: .reading, until: Self.soon))
    #expect(pair.read(3, from: pair.watched) == 3)
    async let isReady = pair.watch.wait(for: .reading, until: Self.soon)
    #expect(pair.write(1, to: pair.other) == 1)
    #expect(await isReady)
  }

  /// An edge is told once: what nobody has read does not make every later wait end.
  @Test func deadlineEndsTheWait() async throws {
    let pair = try Pair()
    #expect(pair.write(3, to: pair.other) == 3)
    #expect(await pair.watch.wait(for: .reading, until: Self.soon))
    let deadline = ContinuousClock.now + .milliseconds(50)
    #expect(await pair.watch.wait(for: .reading, until: deadline) == false)
    #expect(ContinuousClock.now >= deadline)
    // A wait that has passed leaves nothing behind.
    #expect(pair.write(1, to: pair.other) == 1)
    #expect(await pair.watch.wait(for: .reading, until: Self.soon))
  }

  @Test func theOtherEndEndsTheWait() async throws {
    let pair = try Pair()
    async let isReady = pair.watch.wait(for: .reading, until: Self.soon)
    shutdown(pair.other, Int32(SHUT_RDWR))
    #expect(await isReady)
    #expect(pair.read(1, from: pair.watched) == 0)
  }

  /// Both may be told at once, and the end must not be forgotten over the data.
  @Test func theEndIsStillKnownAfterTheDataBeforeIt() async throws {
    let pair = try Pair()
    #expect(pair.write(3, to: pair.other) == 3)
    shutdown(pair.other, Int32(SHUT_RDWR))
    #expect(await pair.watch.wait(for: .reading, until: Self.soon))
    #expect(pair.read(9, from: pair.watched) == 3)
    #expect(await pair.watch.wait(for: .reading, until: Self.soon))
    #expect(pair.read(9, from: pair.watched) == 0)
  }

  @Test func roomForMoreEndsTheWait() async throws {
    let pair = try Pair()
    #expect(await pair.watch.wait(for: .writing, until: Self.soon))
    while pair.write(65_536, to: pair.watched) > 0 {}
    #expect(await pair.watch.wait(for: .writing, until: .now + .milliseconds(20)) == false)
    async let isReady = pair.watch.wait(for: .writing, until: Self.soon)
    while pair.read(65_536, from: pair.other) > 0 {}
    #expect(await isReady)
  }

  /// Many descriptors on one thread, whichever becomes ready first; one that never does holds up no other.
  @Test func manyAreWatchedAtOnce() async throws {
    let executor = ThreadExecutor(name: "test")
    var pairs: [(watched: Int32, other: Int32, watch: WatchedDescriptor)] = []
    for _ in 0..<150 {
      var ends: [Int32] = [-1, -1]
      try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
      pairs.append((ends[0], ends[1], try #require(WatchedDescriptor(ends[0], on: executor))))
    }
    defer {
      for pair in pairs {
        pair.watch.end()
        close(pair.watched)
        close(pair.other)
      }
    }
    let waits = pairs.map { pair in
      Task { await pair.watch.wait(for: .reading, until: Self.soon) }
    }
    for pair in pairs.dropFirst().reversed() { #expect(Glibc.write(pair.other, "x", 1) == 1) }
    for wait in waits.dropFirst() { #expect(await wait.value) }
    #expect(Glibc.write(pairs[0].other, "x", 1) == 1)
    #expect(await waits[0].value)
  }

  @Test func aThreadWithoutAPollerWatchesNothing() {
    #expect(WatchedDescriptor(0, on: ThreadExecutor(name: "test", watchesDescriptors: false)) == nil)
  }
}

internal import Synchronization
internal import Threads

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Lets another thread end what the connection is waiting for.
///
/// The descriptor is adopted, cut and closed under one lock, so that a cut never hits a descriptor number that the
/// system has meanwhile given to something else.
final class SocketCutter: Sendable {
  private struct State {
    var isCut = false
    var descriptor: Int32 = -1
    var lookup: Sleeper?
  }

  private let state = Mutex(State())

  var isCut: Bool { state.withLock { $0.isCut } }

  /// Takes charge of an open socket.
  /// - Returns: false when the connection was cut before; the socket is then the caller's to close.
  func adopt(_ descriptor: Int32) -> Bool {
    state.withLock {
      guard !$0.isCut else { return false }
      $0.descriptor = descriptor
      return true
    }
  }

  /// Closes the adopted socket.
  func release() {
    state.withLock {
      if $0.descriptor >= 0 { close($0.descriptor) }
      $0.descriptor = -1
    }
  }

  /// Has a cut end the wait for a name too.
  func wakes(_ lookup: Sleeper?) {
    state.withLock { $0.lookup = lookup }
  }

  func cut() {
    state.withLock {
      $0.isCut = true
      $0.lookup?.wake()
      if $0.descriptor >= 0 { _ = shutdown($0.descriptor, Int32(SHUT_RDWR)) }
    }
  }
}

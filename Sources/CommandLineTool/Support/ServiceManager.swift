import Dispatch
import Foundation
import Glibc
import Synchronization
import Threads

/// The manager that has started the program and wants to hear how it is: systemd, where it has `Type=notify`.
///
/// The words and the socket are those of sd_notify(3) and sd_watchdog_enabled(3). Whether they arrive nobody can know;
/// what can't be sent is told once, and nothing else depends on it.
final class ServiceManager: Sendable {
  /// How often it wants a sign of life; nil when it does not watch.
  let watchdog: Duration?

  private let address: String
  private let hasFailed = Mutex(false)

  /// - Returns: nil when nobody wants to hear.
  init?(_ environment: [String: String] = ProcessInfo.processInfo.environment, processID: Int32 = getpid()) {
    guard let address = environment["NOTIFY_SOCKET"], address.hasPrefix("/") || address.hasPrefix("@"),
      address.utf8.count < 108
    else { return nil }
    self.address = address
    let isMeant = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
    watchdog =
      isMeant
      ? environment["WATCHDOG_USEC"].flatMap(Int64.init).flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
  }

  /// The bridges run; what `status` says stands in `systemctl status`.
  func ready(_ status: String) { tell("READY=1\nSTATUS=\(status)") }

  /// The configuration is read again, and ``ready(_:)`` follows. The time is that of CLOCK_MONOTONIC.
  func reloading() {
    tell("RELOADING=1\nMONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1000)")
  }

  /// Tells that the program lives, three times as often as it must, as long as it does. Runs until the task is cancelled.
  /// - Parameters:
  ///   - isAlive: whether all that may not stand still goes on.
  ///   - dead: hears why a sign of life was left out.
  func keepAlive(_ isAlive: @escaping @Sendable () async -> Bool, dead: @Sendable (String) -> Void) async {
    guard let watchdog else { return }
    while !Task.isCancelled {
      do {
        if try await withTimeout(watchdog / 3, isAlive) { tell("WATCHDOG=1") }
      } catch {
        if !Task.isCancelled {
          dead("a part of the program has not answered for \(watchdog / 3); the service manager is told nothing")
        }
      }
      await pause(for: watchdog / 3)
    }
  }

  private func tell(_ words: String) {
    guard !send(words) else { return }
    let isFirst = hasFailed.withLock { hasFailed in
      defer { hasFailed = true }
      return !hasFailed
    }
    if isFirst { StandardError.write("mate3: the service manager can't be told at \(address): \(lastError)") }
  }

  private var lastError: String { String(cString: strerror(errno)) }

  private func send(_ words: String) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var place = sockaddr_un()
    place.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(address.utf8)
    withUnsafeMutableBytes(of: &place.sun_path) { path in
      path.copyBytes(from: bytes)
      // An abstract address begins with a zero in place of the @.
      if bytes.first == UInt8(ascii: "@") { path[0] = 0 }
    }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let words = Array(words.utf8)
    return withUnsafePointer(to: place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        sendto(descriptor, words, words.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address, size)
          == words.count
      }
    }
  }
}

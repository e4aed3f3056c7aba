internal import Glibc
internal import Synchronization
internal import Threads

/// A socket address as the resolver gave it.
struct SocketAddress: Sendable {
  let family: Int32
  let bytes: [UInt8]
}

enum NameLookup {
  enum Failure: Error {
    case unknown(reason: String)
    case timedOut
  }

  static let stream = Int32(SOCK_STREAM.rawValue)

  /// Resolves `host` without waiting beyond `deadline`, or beyond a cut or the task's cancellation.
  ///
  /// `getaddrinfo` can't be interrupted, so it runs on a thread that is left behind when it takes too long.
  static func addresses(
    of host: String, port: UInt16, until deadline: ContinuousClock.Instant, cutter: SocketCutter
  ) async throws(Failure) -> [SocketAddress] {
    if case .success(let addresses) = resolve(host, port, flags: AI_NUMERICHOST) { return addresses }
    let answer = Answer()
    startThread("name lookup") {
      let result = resolve(host, port, flags: 0)
      answer.result.withLock { $0 = result }
      cutter.waiter.wake()
    }
    // A cancelled task does not sleep.
    while !cutter.isCut, !Task.isCancelled, ContinuousClock.now < deadline {
      if let result = answer.result.withLock({ $0 }) { return try result.get() }
      await cutter.waiter.sleep(until: deadline)
    }
    throw .timedOut
  }

  private final class Answer: Sendable {
    let result = Mutex<Result<[SocketAddress], Failure>?>(nil)
  }

  private static func resolve(
    _ host: String, _ port: UInt16, flags: Int32
  ) -> Result<[SocketAddress], Failure> {
    var hints = addrinfo()
    hints.ai_flags = flags | AI_NUMERICSERV
    hints.ai_socktype = stream
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else {
      return .failure(.unknown(reason: gai_strerror(code).map { String(cString: $0) } ?? "error \(code)"))
    }
    defer { freeaddrinfo(list) }
    let addresses = sequence(first: list) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap { entry in
      entry.flatMap { entry in
        entry.pointee.ai_addr.map { address in
          SocketAddress(
            family: entry.pointee.ai_family,
            bytes: Array(UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))))
        }
      }
    }
    return .success(addresses)
  }
}

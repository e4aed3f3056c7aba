internal import Glibc
internal import Synchronization
internal import Threads

/// Addresses of host names. libpq would wait for the name server for as long as that takes.
enum HostLookup {
  /// - Parameter waiter: wakes when there is an answer, and when the task is cancelled.
  static func addresses(
    of host: String, until deadline: ContinuousClock.Instant, _ waiter: Waiter
  ) async throws -> [String] {
    if let numeric = try? resolve(host, AI_NUMERICHOST).get() { return numeric }
    let answer = Answer()
    // It can't be interrupted, so that it has a thread that is left behind when it takes too long.
    startThread("name lookup") {
      let result = resolve(host, 0)
      answer.result.withLock { $0 = result }
      waiter.wake()
    }
    while true {
      try Task.checkCancellation()
      if let result = answer.result.withLock(\.self) { return try result.get() }
      guard ContinuousClock.now < deadline else {
        throw PostgresProblem("the name ‘\(host)’ could not be looked up in time")
      }
      await waiter.sleep(until: deadline)
    }
  }

  private final class Answer: Sendable {
    let result = Mutex<Result<[String], PostgresProblem>?>(nil)
  }

  private static func resolve(_ host: String, _ flags: Int32) -> Result<[String], PostgresProblem> {
    var hints = addrinfo()
    hints.ai_flags = flags
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else {
      let reason = gai_strerror(code).map { String(cString: $0) } ?? "error \(code)"
      return .failure(PostgresProblem("the name ‘\(host)’ can't be looked up (\(reason))"))
    }
    defer { freeaddrinfo(list) }
    var texts: [String] = []
    var entry = list
    while let info = entry?.pointee {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      if getnameinfo(info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let address = String(decoding: bytes, as: UTF8.self)
        if !texts.contains(address) { texts.append(address) }
      }
      entry = info.ai_next
    }
    return .success(texts)
  }
}

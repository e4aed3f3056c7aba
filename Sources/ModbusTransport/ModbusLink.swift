internal import Dispatch
internal import RegisterIO

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// One Modbus TCP connection: a request and its answer at a time, in two system calls where all goes well. Used on the
/// connection's thread only; the last owner, whoever that is, closes it.
final class ModbusLink {
  private let options: ModbusOptions
  private let cutter: SocketCutter
  private var descriptor: Int32 = -1
  private var lastTransaction: UInt16 = 0
  /// More came with the last answer than belongs to it.
  private var hasLeftovers = false
  /// One byte longer than any answer, so that what does not belong to it shows.
  private var buffer = [UInt8](repeating: 0, count: ModbusFrame.longest + 1)

  init(_ options: ModbusOptions, cutter: SocketCutter) throws(RegisterError) {
    guard options.unit <= 247 || options.unit == 255, options.responseTimeout >= .milliseconds(1) else {
      throw RegisterError(
        .connectFailed,
        """
        unit \(options.unit) or response time-out \(options.responseTimeout.spelledOut) is not allowed: units go from \
        0 to 247, and 255, and the time-out is at least 1 ms
        """)
    }
    self.options = options
    self.cutter = cutter
  }

  deinit { close() }

  private var isOpen: Bool { descriptor >= 0 }

  /// Connects unless there is a connection that looks usable.
  func open() throws(RegisterError) {
    if cutter.isCut {
      close()
      throw .shutDown(options)
    }
    // Nothing has been asked yet in this transaction, so a connection that the gateway has meanwhile given up can
    // simply be made anew.
    if isOpen, brokenness() != nil { close() }
    guard !isOpen else { return }
    descriptor = try Dialer(options: options, cutter: cutter).dial()
    waitInCalls()
  }

  /// Lets `recv` and `send` wait themselves, as long as an answer may take: one system call less a request.
  private func waitInCalls() {
    let milliseconds = Int(options.responseTimeout.inMilliseconds)
    var limit = timeval()
    limit.tv_sec = milliseconds / 1000
    limit.tv_usec = .init(milliseconds % 1000 * 1000)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      guard setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size)) == 0 else {
        return
      }
    }
    _ = fcntl(descriptor, F_SETFL, 0)
  }

  func close() {
    cutter.release {
      #if canImport(Darwin)
        if descriptor >= 0 { Darwin.close(descriptor) }
      #else
        if descriptor >= 0 { Glibc.close(descriptor) }
      #endif
    }
    descriptor = -1
    hasLeftovers = false
  }

  func read(_ range: RegisterRange) throws(RegisterError) -> [UInt16] {
    let action = Action.read(range)
    if hasLeftovers { throw failure(.leftovers, action) }
    let body = try exchange(
      .read(range, transaction: nextTransaction(), unit: options.unit), count: range.count, action)
    return [UInt16](unsafeUninitializedCapacity: range.count) { words, count in
      for index in 0..<range.count {
        let high = body.lowerBound + 1 + index * 2
        words.initializeElement(at: index, to: UInt16(buffer[high]) << 8 | UInt16(buffer[high + 1]))
      }
      count = range.count
    }
  }

  func write(_ words: [UInt16], to range: RegisterRange) throws(RegisterError) {
    let action = Action.write(range)
    // The next bytes to arrive must be the answer to this write and nothing else.
    if let broken = brokenness() { throw failure(broken, action) }
    _ = try exchange(
      .write(words, to: range, transaction: nextTransaction(), unit: options.unit), count: range.count, action)
  }

  private func nextTransaction() -> UInt16 {
    lastTransaction &+= 1
    return lastTransaction
  }

  /// What a sentence says was going on. Made into text only when something fails.
  private enum Action: CustomStringConvertible {
    case read(RegisterRange)
    case write(RegisterRange)

    var description: String {
      switch self {
      case .read(let range): "reading \(range)"
      case .write(let range): "writing \(range)"
      }
    }
  }

  private enum Broken: Error {
    case timedOut
    case lost(Int32)
    case leftovers
    case mismatch(String)
  }

  // MARK: The wire

  private func exchange(
    _ request: ModbusFrame, count: Int, _ action: Action
  ) throws(RegisterError) -> Range<Int> {
    let answer: ModbusFrame.Answer
    do throws(Broken) {
      if cutter.isCut { throw .lost(ECANCELED) }
      let deadline = DispatchTime.now() + .milliseconds(Int(options.responseTimeout.inMilliseconds))
      try send(request.bytes, by: deadline)
      let size = try receive(by: deadline)
      answer = try check(request, size: size, count: count)
    } catch {
      throw failure(error, action)
    }
    switch answer {
    case .body(let range): return range
    case .exception(let exception):
      throw RegisterError(.exception(exception), "\(options.place) answered \(action) with \(exception)")
    }
  }

  private func check(_ request: ModbusFrame, size: Int, count: Int) throws(Broken) -> ModbusFrame.Answer {
    do throws(ModbusFrame.Mismatch) {
      return try withBuffer(size) { bytes throws(ModbusFrame.Mismatch) in try request.check(bytes, count: count) }
    } catch {
      throw .mismatch(error.reason)
    }
  }

  private func withBuffer<Result, Failure: Error>(
    _ size: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try buffer.withUnsafeBufferPointer { whole throws(Failure) in
      try body(UnsafeBufferPointer(rebasing: whole[..<size]))
    }
  }

  private func send(_ bytes: [UInt8], by deadline: DispatchTime) throws(Broken) {
    var sent = 0
    while sent < bytes.count {
      let (result, code) = bytes.withUnsafeBytes { buffer -> (Int, Int32) in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[sent...])
        #if canImport(Darwin)
          let result = Darwin.send(descriptor, rest.baseAddress, rest.count, 0)
        #else
          let result = Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        #endif
        return (result, errno)
      }
      if result >= 0 {
        sent += result
      } else if code == EAGAIN || code == EWOULDBLOCK {
        try wait(for: POLLOUT, by: deadline)
      } else if code != EINTR {
        throw .lost(code)
      }
    }
  }

  /// Reads an answer into the buffer.
  /// - Returns: its size.
  private func receive(by deadline: DispatchTime) throws(Broken) -> Int {
    var received = 0
    while true {
      // The first byte may take as long as the whole; what follows, only what is left of that.
      if received > 0 { try wait(for: POLLIN, by: deadline) }
      let (result, code) = buffer.withUnsafeMutableBytes { buffer -> (Int, Int32) in
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[received...])
        let result = recv(descriptor, rest.baseAddress, rest.count, 0)
        return (result, errno)
      }
      if result == 0 { throw .lost(ECONNRESET) }
      if result < 0 {
        guard code == EAGAIN || code == EWOULDBLOCK || code == EINTR else { throw .lost(code) }
        try wait(for: POLLIN, by: deadline)
        continue
      }
      received += result
      let size: Int?
      do throws(ModbusFrame.Mismatch) {
        size = try withBuffer(received) { bytes throws(ModbusFrame.Mismatch) in try ModbusFrame.size(of: bytes) }
      } catch {
        throw .mismatch(error.reason)
      }
      if let size, received >= size {
        hasLeftovers = received > size
        return size
      }
    }
  }

  private func wait(for event: Int32, by deadline: DispatchTime) throws(Broken) {
    while true {
      let left = Int64(deadline.uptimeNanoseconds) - Int64(DispatchTime.now().uptimeNanoseconds)
      guard left > 0 else { throw .timedOut }
      var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
      let ready = poll(&entry, 1, Int32(clamping: (left + 999_999) / 1_000_000))
      let code = errno
      // What is wrong with the socket, the call that follows tells.
      if ready > 0 { return }
      if ready < 0, code != EINTR { throw .lost(code) }
    }
  }

  /// What is wrong with the idle connection: nil for nothing.
  private func brokenness() -> Broken? {
    if hasLeftovers { return .leftovers }
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    let code = errno
    if count > 0 { return .leftovers }
    if count == 0 { return .lost(ECONNRESET) }
    return code == EAGAIN || code == EWOULDBLOCK ? nil : .lost(code)
  }

  /// Turns a failure of the wire into an error, and closes the connection.
  private func failure(_ broken: Broken, _ action: Action) -> RegisterError {
    close()
    if cutter.isCut { return .shutDown(options) }
    let place = options.place
    switch broken {
    case .timedOut:
      let limit = options.responseTimeout.spelledOut
      return RegisterError(.timedOut, "\(place) did not answer \(action) within \(limit): does the gateway hang?")
    case .lost(let code):
      return RegisterError(
        .connectionLost, "the connection to \(place) broke while \(action): \(systemMessage(code))")
    case .leftovers:
      return RegisterError(
        .badReply, "what \(place) sent is not the answer to \(action): it came before the request")
    case .mismatch(let reason):
      return RegisterError(.badReply, "what \(place) sent is not the answer to \(action): \(reason)")
    }
  }
}

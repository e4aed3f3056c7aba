internal import Glibc
internal import RegisterIO
internal import Threads

/// One Modbus TCP connection: a request and its answer at a time, in two system calls where all goes well. Used by the
/// connection's actor only; the last owner, whoever that is, closes it.
final class ModbusLink {
  private let options: ModbusOptions
  private let cutter: SocketCutter
  private var socket: Int32?
  private var lastTransaction: UInt16 = 0
  /// More came with the last answer than belongs to it.
  private var hasLeftovers = false
  /// Whether this connection has brought an answer.
  private var hasAnswered = false
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

  /// Connects unless there is a connection that looks usable.
  func open() async throws(RegisterError) {
    if cutter.isCut {
      close()
      throw .shutDown(options)
    }
    // Nothing has been asked yet in this transaction, so a connection that the gateway has meanwhile given up can
    // simply be made anew.
    if let socket, brokenness(of: socket) != nil { close() }
    guard socket == nil else { return }
    socket = try await Dialer(options: options, cutter: cutter).dial()
  }

  func close() {
    if let socket { Glibc.close(socket) }
    socket = nil
    hasLeftovers = false
    hasAnswered = false
  }

  func read(_ range: RegisterRange) async throws(RegisterError) -> [UInt16] {
    let action = Action.read(range)
    if hasLeftovers { throw failure(.leftovers, action) }
    let body = try await exchange(
      .read(range, transaction: nextTransaction(), unit: options.unit), count: range.count, action)
    return [UInt16](unsafeUninitializedCapacity: range.count) { words, count in
      buffer.withUnsafeBytes { bytes in
        for index in 0..<range.count {
          let word = bytes.loadUnaligned(fromByteOffset: body.lowerBound + 1 + index * 2, as: UInt16.self)
          words.initializeElement(at: index, to: UInt16(bigEndian: word))
        }
      }
      count = range.count
    }
  }

  func write(_ words: [UInt16], to range: RegisterRange) async throws(RegisterError) {
    let action = Action.write(range)
    // The next bytes to arrive must be the answer to this write and nothing else.
    if let socket, let broken = brokenness(of: socket) { throw failure(broken, action) }
    _ = try await exchange(
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
  ) async throws(RegisterError) -> Range<Int> {
    let answer: ModbusFrame.Answer
    do throws(Broken) {
      guard let socket, !cutter.isCut else { throw .lost(ECANCELED) }
      let deadline = ContinuousClock.now + options.responseTimeout
      try await send(request.bytes, on: socket, by: deadline)
      let size = try await receive(from: socket, by: deadline)
      answer = try check(request, size: size, count: count)
    } catch {
      throw failure(error, action)
    }
    hasAnswered = true
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

  private func send(
    _ bytes: [UInt8], on socket: Int32, by deadline: ContinuousClock.Instant
  ) async throws(Broken) {
    var sent = 0
    while sent < bytes.count {
      let (result, code) = bytes.withUnsafeBytes { buffer -> (Int, Int32) in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[sent...])
        let result = Glibc.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        return (result, errno)
      }
      if result >= 0 {
        sent += result
      } else if code == EAGAIN || code == EWOULDBLOCK {
        try await wait(for: .writing, of: socket, until: deadline)
      } else if code != EINTR {
        throw .lost(code)
      }
    }
  }

  /// Suspends until the socket may be ready.
  private func wait(
    for direction: Waiter.Direction, of socket: Int32, until deadline: ContinuousClock.Instant
  ) async throws(Broken) {
    guard .now < deadline else { throw .timedOut }
    await cutter.waiter.wait(for: direction, of: socket, until: deadline)
    if cutter.isCut { throw .lost(ECANCELED) }
  }

  /// Reads an answer into the buffer.
  /// - Returns: its size.
  private func receive(
    from socket: Int32, by deadline: ContinuousClock.Instant
  ) async throws(Broken) -> Int {
    var received = 0
    while true {
      // There can't be an answer yet: looking for one first would be a system call in vain.
      try await wait(for: .reading, of: socket, until: deadline)
      let (result, code) = buffer.withUnsafeMutableBytes { buffer -> (Int, Int32) in
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[received...])
        let result = recv(socket, rest.baseAddress, rest.count, 0)
        return (result, errno)
      }
      if result == 0 { throw .lost(ECONNRESET) }
      if result < 0 {
        guard code == EAGAIN || code == EWOULDBLOCK || code == EINTR else { throw .lost(code) }
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

  /// What is wrong with the idle connection: nil for nothing.
  private func brokenness(of socket: Int32) -> Broken? {
    if hasLeftovers { return .leftovers }
    var byte: UInt8 = 0
    let count = recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    let code = errno
    if count > 0 { return .leftovers }
    if count == 0 { return .lost(ECONNRESET) }
    return code == EAGAIN || code == EWOULDBLOCK ? nil : .lost(code)
  }

  /// Turns a failure of the wire into an error, and closes the connection.
  private func failure(_ broken: Broken, _ action: Action) -> RegisterError {
    let isUnanswered = !hasAnswered
    close()
    if cutter.isCut { return .shutDown(options) }
    let place = options.place
    switch broken {
    case .timedOut:
      let limit = options.responseTimeout.spelledOut
      return RegisterError(.timedOut, "\(place) did not answer \(action) within \(limit): does the gateway hang?")
    // So does a gateway that another client has, and what is no gateway.
    case .lost(ECONNRESET) where isUnanswered, .lost(EPIPE) where isUnanswered:
      return RegisterError(
        .connectionLost,
        """
        \(place) closed the connection before it answered \(action): is another client connected? The gateway serves one \
        at a time; or is it another port? Modbus is on 502 unless the gateway's menu says otherwise
        """)
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

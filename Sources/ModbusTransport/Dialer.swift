internal import Glibc
internal import RegisterIO
internal import Threads

/// Opens a TCP connection within a bound.
///
/// It can be cut from outside at any moment, and tells what went wrong.
struct Dialer {
  let options: ModbusOptions
  let cutter: SocketCutter

  /// - Returns: the descriptor of the socket.
  func dial() async throws(RegisterError) -> Int32 {
    let deadline = ContinuousClock.now + options.connectTimeout
    let addresses: [SocketAddress]
    do {
      addresses = try await NameLookup.addresses(
        of: options.host, port: options.port, until: deadline, cutter: cutter)
    } catch {
      throw isEnded ? closed : lookupFailed(error)
    }
    var failure = ETIMEDOUT
    for (index, address) in addresses.enumerated() {
      // A host of several addresses: each gets its share of what time is left.
      let share = ContinuousClock.now.duration(to: deadline) / (addresses.count - index)
      switch try await connect(to: address, until: .now + max(.milliseconds(1), share)) {
      case .success(let socket): return socket
      case .failure(let error): failure = error.code
      }
    }
    throw connectFailed(failure)
  }

  private func connect(
    to address: SocketAddress, until deadline: ContinuousClock.Instant
  ) async throws(RegisterError) -> Result<Int32, SystemError> {
    let descriptor = socket(address.family, NameLookup.stream, 0)
    let socketError = errno
    guard descriptor >= 0 else { return .failure(SystemError(socketError)) }
    var code = prepare(descriptor) ?? begin(descriptor, address)
    if code == EINPROGRESS { code = await finish(descriptor, until: deadline) }
    if code == 0, !isEnded { return .success(descriptor) }
    close(descriptor)
    if isEnded { throw closed }
    return .failure(SystemError(code))
  }

  private func prepare(_ descriptor: Int32) -> Int32? {
    guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { return errno }
    var on: Int32 = 1
    // Worth a few milliseconds a request; without it the connection works just as well.
    _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    return nil
  }

  /// - Returns: 0, or the error number.
  private func begin(_ descriptor: Int32, _ address: SocketAddress) -> Int32 {
    address.bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return EINVAL }
      let result = Glibc.connect(descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
      return result == 0 ? 0 : errno
    }
  }

  /// - Returns: 0, or the error number.
  private func finish(_ descriptor: Int32, until deadline: ContinuousClock.Instant) async -> Int32 {
    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while poll(&entry, 1, 0) == 0 {
      guard !isEnded, .now < deadline else { return ETIMEDOUT }
      await withTaskCancellationHandler {
        await cutter.waiter.wait(for: .writing, of: descriptor, until: deadline)
      } onCancel: {
        cutter.waiter.wake()
      }
    }
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { return errno }
    return code
  }
}

extension Dialer {
  private var isEnded: Bool { cutter.isCut || Task.isCancelled }

  private var closed: RegisterError { .shutDown(options) }

  private func lookupFailed(_ failure: NameLookup.Failure) -> RegisterError {
    switch failure {
    case .timedOut:
      RegisterError(
        .connectFailed,
        """
        the name \(options.host) was not resolved within \(options.connectTimeout.spelledOut): check the name server, \
        or give the gateway's address instead
        """)
    case .unknown(let reason):
      RegisterError(
        .connectFailed,
        "the name \(options.host) is not known (\(reason)): check its spelling, or give the gateway's address instead")
    }
  }

  private func connectFailed(_ code: Int32) -> RegisterError {
    let sentence =
      switch code {
      case ECONNREFUSED:
        """
        \(options.place) refused the connection: is another client connected? The gateway serves one at a time; \
        otherwise switch Modbus on in its network menu
        """
      case ETIMEDOUT:
        """
        \(options.place) did not answer within \(options.connectTimeout.spelledOut): check the address and the cable, \
        and whether the gateway hangs
        """
      case EHOSTUNREACH, ENETUNREACH:
        "there is no route to \(options.place): check the address and this machine's network"
      default:
        "can't connect to \(options.place): \(systemMessage(code))"
      }
    return RegisterError(.connectFailed, sentence)
  }
}

extension RegisterError {
  static func shutDown(_ options: ModbusOptions) -> RegisterError {
    RegisterError(.closed, "the connection to \(options.place) has been shut down")
  }
}

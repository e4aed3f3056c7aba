import Dispatch
import FlyingSocks
import Foundation
import Synchronization

/// Accepts the connections of a simulated gateway and carries messages to and from it.
///
/// Each connection has a thread of its own and blocks in its socket. So a gateway answers within a millisecond also
/// when tests in the same process hold up the few threads of Swift's concurrency, and it ends at once when it is told.
final class GatewayListener: Sendable {
  /// The port that was bound.
  let port: UInt16

  private struct State {
    var isStopped = false
    var connections: [Int: GatewayConnection] = [:]
    var lastConnection = 0
  }

  private let socket: Socket
  private let state = Mutex(State())
  /// Everything that runs.
  private let threads = DispatchGroup()

  /// Binds an address.
  /// - Throws: ``SimulatorError``.
  init(bind host: String, port wanted: UInt16) throws(SimulatorError) {
    do {
      socket =
        host.contains(":")
        ? try Self.listen(try sockaddr_in6.inet6(ip6: host, port: wanted))
        : try Self.listen(try sockaddr_in.inet(ip4: host, port: wanted))
      switch try socket.sockname() {
      case .ip4(_, let port), .ip6(_, let port): self.port = port
      case .unix: throw SocketError.unsupportedAddress
      }
    } catch {
      throw SimulatorError(
        "\(host) port \(wanted) can't be listened on (\(error.localizedDescription)); choose another address or port")
    }
  }

  private static func listen(_ address: some SocketAddress) throws -> Socket {
    let socket = try Socket(domain: Int32(type(of: address).family))
    do {
      try socket.setValue(true, for: .localAddressReuse)
      try socket.bind(to: address)
      try socket.listen()
    } catch {
      try? socket.close()
      throw error
    }
    return socket
  }

  /// Begins to serve.
  func run(_ gateway: SimulatedGateway) {
    start { [self] in accept(gateway) }
  }

  private func start(_ body: @escaping @Sendable () -> Void) {
    threads.enter()
    let thread = Thread { [threads] in
      body()
      threads.leave()
    }
    thread.name = "mate3 simulator"
    thread.stackSize = 1 << 20
    thread.start()
  }

  private func accept(_ gateway: SimulatedGateway) {
    while !state.withLock({ $0.isStopped }) {
      guard let file = try? socket.accept().file else {
        // Out of descriptors, or a client that was gone before it was accepted: there is room again shortly.
        if !state.withLock({ $0.isStopped }) { Thread.sleep(forTimeInterval: 0.02) }
        continue
      }
      let connection = GatewayConnection(Socket(file: file))
      guard gateway.connectionOpened() else {
        connection.close()
        continue
      }
      guard let id = keep(connection) else {
        connection.close()
        gateway.connectionClosed()
        break
      }
      start { [self] in
        connection.converse(gateway)
        state.withLock { $0.connections[id] = nil }
        connection.close()
        gateway.connectionClosed()
      }
    }
    try? socket.close()
  }

  /// - Returns: What to call the connection, nil when it came too late.
  private func keep(_ connection: GatewayConnection) -> Int? {
    state.withLock { state in
      guard !state.isStopped else { return nil }
      state.lastConnection += 1
      state.connections[state.lastConnection] = connection
      return state.lastConnection
    }
  }

  /// Ends every connection that is open now.
  func cutConnections() {
    let connections = state.withLock { Array($0.connections.values) }
    for connection in connections { connection.cut() }
  }

  /// Gives up the port and ends every connection. Returns when no thread runs any more.
  func stop() async {
    let wasStopped = state.withLock { state in
      defer { state.isStopped = true }
      return state.isStopped
    }
    if !wasStopped { socket.wake() }
    cutConnections()
    await withCheckedContinuation { continuation in
      threads.notify(queue: .global()) { continuation.resume() }
    }
  }
}

extension Socket {
  /// Has whatever blocks in the socket return.
  func wake() {
    _ = shutdown(file.rawValue, Int32(SHUT_RDWR))
  }
}

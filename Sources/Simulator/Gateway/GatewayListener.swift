import FlyingSocks
import Foundation

/// Accepts the connections of a simulated gateway and carries messages to and from it.
struct GatewayListener: Sendable {
  /// The port that was bound.
  let port: UInt16
  private let socket: AsyncSocket
  private let pool: any AsyncSocketPool

  /// Binds an address.
  /// - Throws: ``SimulatorError``.
  init(bind host: String, port wanted: UInt16) async throws(SimulatorError) {
    do {
      let pool = try await ServerSockets.shared.start()
      let socket: Socket
      if host.contains(":") {
        let address = try sockaddr_in6.inet6(ip6: host, port: wanted)
        socket = try Socket(domain: Int32(type(of: address).family))
        try socket.setValue(true, for: .localAddressReuse)
        try socket.bind(to: address)
      } else {
        let address = try sockaddr_in.inet(ip4: host, port: wanted)
        socket = try Socket(domain: Int32(type(of: address).family))
        try socket.setValue(true, for: .localAddressReuse)
        try socket.bind(to: address)
      }
      try socket.listen()
      switch try socket.sockname() {
      case .ip4(_, let port), .ip6(_, let port): self.port = port
      case .unix: throw SimulatorError("\(host) is not an Internet address")
      }
      self.pool = pool
      self.socket = try AsyncSocket(socket: socket, pool: pool)
    } catch let error as SimulatorError {
      throw error
    } catch {
      throw SimulatorError(
        "\(host) port \(wanted) can't be listened on (\(error.localizedDescription)); choose another address or port")
    }
  }

  /// Serves until the task is cancelled, then closes everything.
  func run(_ gateway: SimulatedGateway) async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        do {
          let connection = try await socket.accept()
          group.addTask { await serve(connection, gateway) }
        } catch is CancellationError {
          break
        } catch {
          // Out of descriptors, or a client that was gone before it was accepted: there is room again shortly.
          try? await Task.sleep(for: .milliseconds(20))
        }
      }
      group.cancelAll()
    }
    await close(socket)
  }

  private func serve(_ connection: AsyncSocket, _ gateway: SimulatedGateway) async {
    if let id = gateway.connectionOpened() {
      // Whatever ends the conversation, the client's leaving, cancellation or a bad frame: the connection is closed.
      let conversation = Task(executorPreference: ServerExecutor.shared) { try? await converse(connection, gateway) }
      gateway.watch(id, conversation)
      await withTaskCancellationHandler {
        await conversation.value
      } onCancel: {
        conversation.cancel()
      }
      gateway.connectionClosed(id)
    }
    await close(connection)
  }

  private func converse(_ connection: AsyncSocket, _ gateway: SimulatedGateway) async throws {
    var reader = ModbusFrameReader()
    while true {
      reader.append(try await connection.read(atMost: 1024))
      while let frame = try reader.next() {
        let reply = gateway.answer(frame)
        if reply.delay > .zero { try await Task.sleep(for: reply.delay) }
        if !reply.bytes.isEmpty { try await connection.write(Data(reply.bytes)) }
        if reply.closes { return }
      }
    }
  }

  private func close(_ socket: AsyncSocket) async {
    // The pool forgets a descriptor just after it resumes who waits for it; a descriptor closed before that, and
    // handed out again, would never be watched. So the pool is passed through first.
    if let pool = pool as? any Actor { await pass(through: pool) }
    try? socket.close()
  }

  private func pass(through actor: isolated any Actor) async {}
}

import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Accepts the connections of a simulated gateway, and carries messages to and from it on a thread of its own. So a
/// gateway answers within a millisecond also when tests in the same process hold up the threads of Swift's concurrency.
final class GatewayListener: Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let bound = Mutex<UInt16>(0)
  private let connections = Mutex<[ObjectIdentifier: any Channel]>([:])

  /// The port that was bound.
  var port: UInt16 { bound.withLock { $0 } }

  private struct Refused: Error {}

  /// Binds an address and begins to serve. The gateway is held until ``stop()``.
  /// - Throws: ``SimulatorError``.
  func run(_ gateway: SimulatedGateway, bind host: String, port wanted: UInt16) async throws(SimulatorError) {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard gateway.connectionOpened() else { throw Refused() }
          self.connections.withLock { $0[ObjectIdentifier(channel)] = channel }
          channel.closeFuture.whenComplete { _ in
            self.connections.withLock { $0[ObjectIdentifier(channel)] = nil }
            gateway.connectionClosed()
          }
          try channel.pipeline.syncOperations.addHandler(GatewayConnection(gateway))
        }
      }
    do {
      let address = try SocketAddress(ipAddress: host, port: Int(wanted))
      let server = try await bootstrap.bind(to: address).get()
      bound.withLock { $0 = UInt16(server.localAddress?.port ?? 0) }
    } catch {
      await stop()
      // Its own words name the call.
      let why = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
      throw SimulatorError("\(host) port \(wanted) can't be listened on (\(why)); choose another address or port")
    }
  }

  /// Ends every connection that is open now.
  func cutConnections() {
    for channel in connections.withLock({ Array($0.values) }) { channel.close(promise: nil) }
  }

  /// Gives up the port and ends every connection. Returns when the thread has ended.
  func stop() async {
    // There is nothing that could fail but a second call, and that has nothing to do.
    try? await group.shutdownGracefully()
  }
}

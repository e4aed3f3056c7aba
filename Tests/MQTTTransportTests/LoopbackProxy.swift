import Dispatch
import Synchronization
import TestSupport

/// Passes bytes on in both directions, until it is closed.
final class LoopbackProxy: Sendable {
  private let server: ScriptedServer
  private let counter = Counter()

  private final class Counter: Sendable {
    let count = Mutex(0)
  }

  init(to port: UInt16) throws {
    server = try ScriptedServer { [counter] peer in
      counter.count.withLock { $0 += 1 }
      guard let other = try? ScriptedPeer(connectingTo: port) else { return }
      DispatchQueue(label: "proxy").async {
        while let bytes = other.readSome() { peer.write(bytes) }
        peer.cut()
      }
      while let bytes = peer.readSome() { other.write(bytes) }
      other.cut()
    }
  }

  var port: UInt16 { server.port }
  /// How many connections there were.
  var connections: Int { counter.count.withLock { $0 } }
  func close() { server.close() }
}

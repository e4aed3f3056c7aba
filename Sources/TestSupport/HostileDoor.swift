internal import Dispatch
internal import Synchronization

/// A loopback port in front of a broker, which passes bytes on, or keeps what a client says and shuts the door.
package final class HostileDoor: Sendable {
  private struct State {
    var isHostile = false
    var heard: [[UInt8]] = []
    var open: [ScriptedPeer] = []
  }

  private final class Shared: Sendable {
    let state = Mutex(State())
  }

  private let server: ScriptedServer
  private let shared = Shared()

  package init(to port: UInt16) throws {
    server = try ScriptedServer { [shared] peer in
      guard !shared.state.withLock({ $0.isHostile }) else {
        // An attacker who wants a password waits for it.
        let heard = peer.readSome() ?? []
        shared.state.withLock { $0.heard.append(heard) }
        return
      }
      guard let other = try? ScriptedPeer(connectingTo: port) else { return }
      shared.state.withLock { $0.open.append(peer) }
      DispatchQueue(label: "door").async {
        while let bytes = other.readSome() { peer.write(bytes) }
        peer.cut()
      }
      while let bytes = peer.readSome() { other.write(bytes) }
      other.cut()
    }
  }

  package var port: UInt16 { server.port }
  /// The first bytes of every connection since the door became hostile.
  package var heard: [[UInt8]] { shared.state.withLock { $0.heard } }

  /// Cuts all connections, and listens from now on in the broker's place.
  package func becomeHostile() {
    let open = shared.state.withLock { state in
      state.isHostile = true
      state.heard = []
      defer { state.open = [] }
      return state.open
    }
    for peer in open { peer.cut() }
  }

  /// Passes on again.
  package func becomeHonest() { shared.state.withLock { $0.isHostile = false } }
}

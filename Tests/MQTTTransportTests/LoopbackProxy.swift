import Foundation
import TestSupport

/// Passes bytes on in both directions, until it is closed.
final class LoopbackProxy: Sendable {
  private let server: ScriptedServer

  init(to port: UInt16) throws {
    server = try ScriptedServer { peer in
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
  func close() { server.close() }
}

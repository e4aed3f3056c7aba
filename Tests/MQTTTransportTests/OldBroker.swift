import Synchronization
import TestSupport

/// As much of a broker as it takes to refuse MQTT 5 the way brokers do that never heard of it.
final class OldBroker: Sendable {
  private let server: ScriptedServer
  private let seen: VersionLog

  private final class VersionLog: Sendable {
    let versions = Mutex<[UInt8]>([])
  }

  init() throws {
    let seen = VersionLog()
    self.seen = seen
    server = try ScriptedServer { peer in
      // CONNECT (MQTT 3.1.1, section 3.1): the protocol level follows the name "MQTT".
      guard let start = peer.read(9), let rest = peer.read(Int(start[1]) - 7) else { return }
      let version = start[8]
      seen.versions.withLock { $0.append(version) }
      precondition(rest.count < 128)
      peer.write([0x20, 2, 0, version == 4 ? 0 : 1])
      while version == 4, peer.read(1) != nil {}
    }
  }

  var port: UInt16 { server.port }
  var versions: [UInt8] { seen.versions.withLock { $0 } }
}

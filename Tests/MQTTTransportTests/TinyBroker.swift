import Synchronization
import TestSupport

/// As much of a broker as it takes to answer a CONNECT with bytes of the test's choice, and then nothing.
final class TinyBroker: Sendable {
  private let server: ScriptedServer
  private let seen: VersionLog

  private final class VersionLog: Sendable {
    let versions = Mutex<[UInt8]>([])
  }

  /// - Parameter answer: the answer to a CONNECT of the given protocol level.
  init(_ answer: @escaping @Sendable (UInt8) -> [UInt8]) throws {
    let seen = VersionLog()
    self.seen = seen
    server = try ScriptedServer { peer in
      // CONNECT (MQTT 3.1.1, section 3.1): the protocol level follows the name "MQTT".
      guard let start = peer.read(9), peer.read(Int(start[1]) - 7) != nil else { return }
      seen.versions.withLock { $0.append(start[8]) }
      peer.write(answer(start[8]))
      while peer.read(1) != nil {}
    }
  }

  var port: UInt16 { server.port }
  /// The protocol level of every CONNECT.
  var versions: [UInt8] { seen.versions.withLock { $0 } }
}

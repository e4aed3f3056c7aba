import Synchronization
import TestSupport

/// As much of a broker as it takes to answer packets with bytes of the test's choice.
final class TinyBroker: Sendable {
  private let server: ScriptedServer
  private let seen: VersionLog

  private final class VersionLog: Sendable {
    let versions = Mutex<[UInt8]>([])
  }

  /// - Parameters:
  ///   - answer: the answer to a CONNECT of the given protocol level.
  ///   - answers: those to the packets that follow, in order; the connection ends with the last when `endsThen`.
  init(answers: [[UInt8]] = [], endsThen: Bool = false, _ answer: @escaping @Sendable (UInt8) -> [UInt8]) throws {
    let seen = VersionLog()
    self.seen = seen
    server = try ScriptedServer { peer in
      // CONNECT (MQTT 3.1.1, section 3.1): the protocol level follows the name "MQTT".
      guard let connect = Self.packet(from: peer) else { return }
      seen.versions.withLock { $0.append(connect[6]) }
      peer.write(answer(connect[6]))
      for answer in answers where Self.packet(from: peer) != nil { peer.write(answer) }
      while !endsThen, Self.packet(from: peer) != nil {}
    }
  }

  /// A packet's body; those that a test gets are shorter than 128 bytes.
  private static func packet(from peer: ScriptedPeer) -> [UInt8]? {
    peer.read(2).flatMap { peer.read(Int($0[1])) }
  }

  var port: UInt16 { server.port }
  /// The protocol level of every CONNECT.
  var versions: [UInt8] { seen.versions.withLock { $0 } }

  /// CONNACK of MQTT 5 without properties.
  static let accepted: [UInt8] = [0x20, 3, 0, 0, 0]

  /// CONNACK of MQTT 5 with a Server Keep Alive (section 3.2.2.3.14).
  static func accepted(keepAlive: UInt8) -> [UInt8] { [0x20, 6, 0, 0, 3, 0x13, 0, keepAlive] }
}

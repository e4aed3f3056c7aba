internal import Foundation
internal import Glibc

/// A loopback port whose queue of connections is full: a further connect is neither accepted nor refused.
package final class FullBacklog: Sendable {
  package let port: UInt16
  private let listener: Int32
  private let fillers: [Int32]

  package init() throws {
    (listener, port) = try ScriptedServer.listen(backlog: 0)
    let port = port
    // Linux takes one more than the backlog says; the rest make sure.
    fillers = (0..<4).map { _ in
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      _ = ScriptedServer.withLoopback(port) { connect(descriptor, $0, $1) }
      return descriptor
    }
  }

  deinit {
    for descriptor in fillers + [listener] { close(descriptor) }
  }

  /// How many connects to the port are under way, its own fillers' included.
  package func connectsUnderWay() throws -> Int {
    let table = try FileHandle(forReadingFrom: URL(filePath: "/proc/net/tcp")).readToEnd() ?? Data()
    // As the kernel prints them: the remote address, and 02 for SYN_SENT.
    let hexadecimal = String(port, radix: 16, uppercase: true)
    let entry = " 0100007F:\(String(repeating: "0", count: 4 - hexadecimal.count))\(hexadecimal) 02"
    return String(decoding: table, as: UTF8.self).split(separator: "\n").count { $0.contains(entry) }
  }
}

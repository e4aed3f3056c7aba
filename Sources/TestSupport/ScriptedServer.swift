internal import Dispatch
internal import Glibc
internal import Synchronization

/// A call to the system failed.
package struct SystemCallFailed: Error, CustomStringConvertible {
  package let description: String

  init(_ call: String) {
    description = "\(call): \(strerror(errno).map { String(cString: $0) } ?? "unknown")"
  }
}

/// A TCP server on a free loopback port that serves each connection on a thread of its own, with blocking calls.
package final class ScriptedServer: Sendable {
  /// The port that the system chose.
  package let port: UInt16
  private let listener: Int32
  private let peers = Mutex<(isClosed: Bool, open: [ScriptedPeer])>((false, []))

  package init(_ serve: @escaping @Sendable (ScriptedPeer) -> Void) throws {
    (listener, port) = try Self.listen(backlog: 16)
    let listener = listener
    DispatchQueue(label: "scripted server").async { [weak self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        // Not for child processes: the other side would not see this end closing before they end too.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        guard descriptor >= 0 else { break }
        let peer = ScriptedPeer(descriptor)
        self?.keep(peer)
        DispatchQueue(label: "scripted peer").async { [weak self] in
          serve(peer)
          peer.close()
          self?.peers.withLock { $0.open.removeAll { $0 === peer } }
        }
      }
      Glibc.close(listener)
    }
  }

  private func keep(_ peer: ScriptedPeer) {
    let isClosed = peers.withLock {
      $0.open.append(peer)
      return $0.isClosed
    }
    if isClosed { peer.cut() }
  }

  /// Opens a listening socket on a free loopback port.
  package static func listen(backlog: Int32) throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemCallFailed("socket") }
    let result = withLoopback(0) { bind(descriptor, $0, $1) }
    var bound = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failed = withUnsafeMutablePointer(to: &bound) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        result != 0 || Glibc.listen(descriptor, backlog) != 0 || getsockname(descriptor, pointer, &size) != 0
      }
    }
    guard !failed else {
      let error = SystemCallFailed("listening")
      Glibc.close(descriptor)
      throw error
    }
    return (descriptor, UInt16(bigEndian: bound.sin_port))
  }

  /// Calls `body` with the loopback address of `port`.
  static func withLoopback(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// Ends the open connections.
  package func cutConnections() {
    let open = peers.withLock { peers in
      defer { peers.open = [] }
      return peers.open
    }
    for peer in open { peer.cut() }
  }

  /// Stops to listen and ends the open connections.
  package func close() {
    let wasClosed = peers.withLock { peers in
      defer { peers.isClosed = true }
      return peers.isClosed
    }
    guard !wasClosed else { return }
    // The accepting thread closes the descriptor when it wakes.
    shutdown(listener, Int32(SHUT_RDWR))
    cutConnections()
  }

  deinit { close() }
}

/// One connection of a ``ScriptedServer``.
package final class ScriptedPeer: Sendable {
  private let descriptor: Int32
  private let isClosed = Mutex(false)

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Connects to a loopback port.
  package convenience init(connectingTo port: UInt16) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0, ScriptedServer.withLoopback(port, { connect(descriptor, $0, $1) }) == 0 else {
      let error = SystemCallFailed("connecting to port \(port)")
      if descriptor >= 0 { Glibc.close(descriptor) }
      throw error
    }
    self.init(descriptor)
  }

  deinit { close() }

  /// - Returns: what has arrived, at least one byte, or nil when the connection has ended.
  package func readSome() -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
    }
    return bytes.isEmpty ? nil : bytes
  }

  /// - Returns: exactly `count` bytes, or nil when the connection ended before.
  package func read(_ count: Int) -> [UInt8]? {
    // The system waits for a byte even when none is wanted.
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, count, Int32(MSG_WAITALL)) }
    return got == count ? bytes : nil
  }

  package func write(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
  }

  /// Ends the connection; a blocked read returns nil.
  package func cut() {
    isClosed.withLock { if !$0 { shutdown(descriptor, Int32(SHUT_RDWR)) } }
  }

  fileprivate func close() {
    isClosed.withLock {
      if !$0 { Glibc.close(descriptor) }
      $0 = true
    }
  }
}

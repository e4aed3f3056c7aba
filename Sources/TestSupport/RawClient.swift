import Foundation

/// A client that may send anything.
package final class RawClient {
  package struct Failed: Error {
    package let code = errno
  }

  private let descriptor: Int32

  /// A client of a socket in the file system.
  package init(socket path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failed() }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let result = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let failed = Failed()
      close(descriptor)
      throw failed
    }
  }

  /// - Parameter source: the address that it comes from.
  package init(_ port: Int, source: String = "127.0.0.1", receiveBuffer: Int32? = nil, patience: Int = 10) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failed() }
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr(source)
    _ = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let failed = Failed()
      close(descriptor)
      throw failed
    }
  }

  deinit { close(descriptor) }

  package func send(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw Failed() }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Has the end of this client be a reset rather than an orderly end.
  package func endsByReset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
  }

  /// What comes next; empty at the end, also at one that is no orderly one.
  /// - Throws: ``Failed`` when nothing comes and nothing ends.
  package func read() throws -> String {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count >= 0 || errno == ECONNRESET else { throw Failed() }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : ""
  }

  /// Everything until the end.
  package func readAll() throws -> String {
    var text = ""
    while true {
      let part = try read()
      if part.isEmpty { return text }
      text += part
    }
  }

  /// Reads until a text has come, or the end.
  package func read(until mark: String) throws -> String {
    var text = ""
    while !text.contains(mark) {
      let part = try read()
      if part.isEmpty { break }
      text += part
    }
    return text
  }
}

extension RawClient {
  /// The answer to a request, without its header.
  package static func body(_ port: Int, _ path: String, headers: [String] = []) throws -> String {
    let client = try RawClient(port)
    let lines = ["GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
    try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    let answer = try client.readAll()
    return answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
  }
}
